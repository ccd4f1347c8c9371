package dev.gossamer.client.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Adapter.Kind;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.train.Optimizer;
import dev.gossamer.client.train.OptimizerChoice;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.adapter.Residual;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.aggregate.RingAccumulator;
import dev.gossamer.protocols.aggregate.ServerOptimizer;
import dev.gossamer.protocols.aggregate.ServerOptimizer.Adaptivity;
import dev.gossamer.protocols.codec.DecodedUpdate;
import dev.gossamer.protocols.codec.ReportValidator;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.method.AggregationError;
import dev.gossamer.protocols.method.Cellm;
import dev.gossamer.protocols.method.CollectMethod;
import dev.gossamer.protocols.method.Collected;
import dev.gossamer.protocols.method.Combined;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.method.ServerRound;
import dev.gossamer.protocols.method.SumMethod;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.wire.Decoded;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.ModelVersion;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whole federated runs, round by round, against what PyTorch computed in double precision: local
 * training by the engine, updates through encoded frames, the validator and the ring (or kept,
 * where a method collects), and the server's algebra.
 *
 * <p>CELLM is not continuous: which value is the k-th largest, and where the server's Adam takes a
 * mean that cancels to nothing, can hang on the last bit of an fp32 update. Its rounds begin where
 * PyTorch's began, and the few coordinates that rounding decides are known by computing so, counted
 * and left out.
 */
class GoldenFederatedTest {
    private static final float TOLERANCE = 1e-4f;

    /** A change of two steps of AdamW is off by some 1e-6 of itself where gradients are small. */
    private static final double THRESHOLD = 1e-6;

    /** More than a client moves a value in one round. */
    private static final float STEPS_AT_MOST = 0.03f;

    private static final NodeId[] CLIENTS = {
        new NodeId("client-0"), new NodeId("client-1"), new NodeId("client-2")
    };
    private static final Digest BASIS = Digest.of(new byte[] {1});

    private final GoldenFederation golden = new GoldenFederation();

    @TestFactory
    List<DynamicTest> run_ofEachMethodAndOptimiser_agreesWithPyTorch() {
        Engine engine = GoldenEngines.asked();
        List<DynamicTest> tests = new ArrayList<>();
        for (String name : golden.runs()) {
            tests.add(DynamicTest.dynamicTest(name, () -> new Run(engine, name).check()));
        }
        assertFalse(tests.isEmpty(), "no runs below " + GoldenModel.root());
        return tests;
    }

    /** One run of the folder. */
    private final class Run {
        private final String name;
        private final Engine engine;
        private final ExchangeMethod method;
        private final OptimizerChoice local;
        private final double learningRate;
        private final ServerOptimizer optimizer;
        private final double scaling;
        private final int[] weights;
        private final GoldenFederation.Outcomes outcomes;
        private final Optional<AdapterState> frozen;
        private Transformer base = golden.base();
        private ServerRound server;

        /** The coordinates that the last bits of an fp32 update decide, from any round on. */
        private final BitSet undetermined = new BitSet();

        Run(Engine engine, String name) {
            this.name = name;
            this.engine = engine;
            String rule = name.substring(name.lastIndexOf('-') + 1);
            String methodName = name.substring(0, name.lastIndexOf('-'));
            boolean sparse = methodName.equals("cellm");
            JsonNode settings = sparse ? golden.at("cellm", rule) : golden.at("optimizers", rule);
            learningRate = settings.get("lr").doubleValue();
            local =
                    rule.equals("sgd")
                            ? new OptimizerChoice.GradientDescent(
                                    settings.path("momentum").doubleValue(), 0)
                            : new OptimizerChoice.Adam(settings.get("weightDecay").doubleValue());
            method = sparse ? cellm() : ExchangeMethod.named(methodName);
            optimizer = sparse ? adamW(golden.at("cellm", "server")) : new ServerOptimizer.FedAvg();
            weights = sparse ? new int[] {1, 1, 1} : tenths();
            boolean cores = method.trained(0).contains(Factor.R);
            scaling = cores ? 1 : golden.at("scaling").doubleValue();
            AdapterLayout factors = golden.layout(List.of(Factor.A, Factor.B));
            frozen = cores ? Optional.of(golden.start("fed_sb", factors)) : Optional.empty();
            AdapterState start =
                    cores
                            ? golden.start("fed_sb", golden.layout(List.of(Factor.R)))
                            : golden.start("lora", factors);
            server = ServerRound.first(AdapterValues.of(start));
            outcomes = golden.outcomes(name);
        }

        private ExchangeMethod cellm() {
            return new Cellm()
                    .at(
                            golden.at("cellm", "uploadDensity").doubleValue(),
                            golden.at("cellm", "downloadDensity").doubleValue());
        }

        private static ServerOptimizer adamW(JsonNode server) {
            return new ServerOptimizer.FedAdam(
                    new Adaptivity(
                            server.get("lr").doubleValue(),
                            server.get("betas").get(0).doubleValue(),
                            server.get("betas").get(1).doubleValue(),
                            server.get("eps").doubleValue(),
                            server.get("weightDecay").doubleValue()));
        }

        private int[] tenths() {
            int[] tenths = new int[CLIENTS.length];
            for (int i = 0; i < tenths.length; i++) {
                tenths[i] = (int) Math.round(10 * golden.at("weights").get(i).doubleValue());
            }
            return tenths;
        }

        void check() {
            for (int round = 0; round < golden.at("rounds").intValue(); round++) {
                checkRound(round);
            }
        }

        private void checkRound(int round) {
            AdapterState start = method.published(server.adapter().state());
            LoadedBase loaded = engine.load(base, Storage.FP32, Precision.FP32);
            AdaptedModel model = attach(loaded, method.trained(round), start);
            Server open = new Server(round, start);
            for (int client = 0; client < CLIENTS.length; client++) {
                AdapterState trained = train(model, round, client, start);
                open.trainedStates.add(trained);
                open.receive(frame(round, client, start, trained));
            }
            if (frozen.isEmpty() && !name.startsWith("cellm")) {
                double error = AggregationError.of(open.collected()).pooled().absolute();
                double expected =
                        golden.at("runs", name, "aggregationError").get(round).doubleValue();
                assertEquals(expected, error, TOLERANCE, "aggregation error, round " + round);
            }
            boolean sparse = method instanceof Cellm;
            if (sparse) {
                open.findUndetermined();
            }
            server = open.close();
            AdapterState next = server.adapter().state();
            float[] expected = outcomes.adapter(round, next.layout());
            checkAdapter(round, expected, next.values());
            if (sparse) {
                next = new AdapterState(next.layout(), expected);
                server = new ServerRound(AdapterValues.of(next), server.memories());
            }
            checkLogits(round, method.published(next));
        }

        private void checkAdapter(int round, float[] expected, float[] actual) {
            for (int i = 0; i < expected.length; i++) {
                if (!undetermined.get(i)) {
                    assertEquals(
                            expected[i], actual[i], TOLERANCE, "round " + round + ", value " + i);
                }
            }
            assertTrue(
                    undetermined.cardinality() <= expected.length / 100,
                    "values that rounding decides: " + undetermined.cardinality());
        }

        private void checkLogits(int round, AdapterState adapter) {
            LoadedBase loaded = engine.load(base, Storage.FP32, Precision.FP32);
            Set<Factor> all = Set.of(frozen.isPresent() ? Factor.R : Factor.A, Factor.B);
            AdaptedModel model = attach(loaded, all, adapter);
            float[] expected = outcomes.logits(round);
            int at = 0;
            for (float[] row : model.logits(adapter.values(), golden.rows("test"))) {
                for (float logit : row) {
                    assertEquals(expected[at++], logit, TOLERANCE, "logits, round " + round);
                }
            }
            assertEquals(expected.length, at);
        }

        /**
         * The model that trains {@code factors}; what it does not train it has of {@code state}.
         */
        private AdaptedModel attach(LoadedBase loaded, Set<Factor> factors, AdapterState state) {
            Kind kind =
                    frozen.isPresent()
                            ? Kind.R_ONLY
                            : factors.contains(Factor.A)
                                    ? factors.contains(Factor.B) ? Kind.LORA : Kind.A_ONLY
                                    : Kind.B_ONLY;
            AdapterState others = frozen.orElse(state);
            List<Adapter.Target> targets = new ArrayList<>();
            for (Linear map : golden.targets()) {
                targets.add(
                        new Adapter.Target(
                                map.name(),
                                golden.rank(),
                                map.in(),
                                map.out(),
                                scaling,
                                kind.trainsA()
                                        ? Optional.empty()
                                        : Optional.of(slice(others, Factor.A, map)),
                                kind.trainsB()
                                        ? Optional.empty()
                                        : Optional.of(slice(others, Factor.B, map))));
            }
            Head head = golden.model().head().orElseThrow();
            return loaded.attach(new Adapter(kind, targets), head, Set.of());
        }

        private static float[] slice(AdapterState state, Factor factor, Linear map) {
            String name = factor.slice(map.name());
            return state.only(new AdapterLayout(List.of(state.layout().slice(name)))).values();
        }

        /** Two steps of a fresh optimiser; what is not trained stays as it was. */
        private AdapterState train(AdaptedModel model, int round, int client, AdapterState start) {
            float[] values = start.only(model.layout()).values().clone();
            float[] gradient = new float[values.length];
            Optimizer steps = local.fresh(values.length);
            JsonNode losses = golden.at("runs", name, "localLosses").get(round).get(client);
            for (int step = 0; step < losses.size(); step++) {
                double loss =
                        model.gradient(
                                values, golden.rows("client" + client + ".step" + step), gradient);
                assertEquals(
                        losses.get(step).doubleValue(),
                        loss,
                        TOLERANCE,
                        "loss, round " + round + ", client " + client + ", step " + step);
                steps.stepInPlace(values, gradient, learningRate);
            }
            AdapterState part = new AdapterState(model.layout(), values);
            AdapterValues before = AdapterValues.of(start);
            AdapterValues change = AdapterValues.of(part).minus(before.only(model.layout()));
            return before.plus(change).state();
        }

        /** Of CELLM, what the method drops is not sent. */
        private UpdateCodec codec(AdapterLayout layout) {
            double density = method instanceof Cellm cellm ? cellm.uploadDensity() : 1;
            return new UpdateCodec(CodecPlan.PLAIN.withDensity(density), layout);
        }

        private ModelVersion version(AdapterState start) {
            return new ModelVersion(Optional.empty(), BASIS, start.digest());
        }

        private byte[] frame(int round, int client, AdapterState start, AdapterState trained) {
            AdapterState update = method.update(round, start, trained);
            return EnvelopeCodec.encode(
                    new Envelope(
                            name,
                            round + 1,
                            CLIENTS[client],
                            1,
                            new TrainReport(
                                    version(start),
                                    update.layout().fingerprint(),
                                    weights[client],
                                    new Message.Update.Inline(
                                            codec(update.layout())
                                                    .encode(
                                                            update.values(),
                                                            round,
                                                            CounterRandom.of(0, name, round, ""))
                                                    .bytes()),
                                    0,
                                    1)));
        }

        /** The server's side of one round. */
        private final class Server {
            private final int round;
            private final AdapterValues start;
            private final AdapterLayout part;
            private final ReportValidator validator;
            private final RingAccumulator ring;
            private final List<Collected.Report> reports = new ArrayList<>();
            private final List<AdapterState> trainedStates = new ArrayList<>();

            Server(int round, AdapterState start) {
                this.round = round;
                this.start = AdapterValues.of(start);
                part = start.layout().only(method.trained(round));
                FixedPoint fixed = FixedPoint.planned(CLIENTS.length, 10);
                ring = new RingAccumulator(fixed, part.size());
                validator =
                        new ReportValidator(
                                name,
                                round + 1,
                                Arrays.stream(CLIENTS)
                                        .collect(
                                                Collectors.toMap(
                                                        Function.identity(),
                                                        client -> codec(part))),
                                version(start),
                                fixed,
                                10,
                                Optional.empty());
            }

            void receive(byte[] frame) {
                Envelope envelope =
                        assertInstanceOf(Decoded.Accepted.class, EnvelopeCodec.decode(frame))
                                .envelope();
                TrainReport report = assertInstanceOf(TrainReport.class, envelope.body());
                assertEquals(Optional.empty(), validator.refusal(envelope, report));
                byte[] update =
                        assertInstanceOf(Message.Update.Inline.class, report.update()).bytes();
                DecodedUpdate sent =
                        assertInstanceOf(
                                        ReportValidator.Verdict.Sound.class,
                                        validator.check(envelope.sender(), update))
                                .update();
                switch (sent) {
                    case DecodedUpdate.Dense dense -> ring.add(dense.values(), report.weight());
                    case DecodedUpdate.Sparse sparse ->
                            ring.add(sparse.indices(), sparse.values(), report.weight());
                }
                AdapterValues change = AdapterValues.of(new AdapterState(part, sent.dense()));
                reports.add(Collected.Report.of(report.weight(), scaling, start, change));
            }

            Collected collected() {
                return new Collected(server.adapter(), scaling, round, 1, reports);
            }

            ServerRound close() {
                return switch (method) {
                    case SumMethod summing ->
                            server.next(summing, optimizer, new AdapterValues(part, ring.mean()));
                    case CollectMethod collecting -> {
                        Combined combined = collecting.combine(collected());
                        combined.residuals().forEach(this::add);
                        yield ServerRound.first(combined.next());
                    }
                };
            }

            /** What differs where each update is off by its rounding, or is next to the k-th. */
            private void findUndetermined() {
                double[] less = ring.mean();
                double[] more = ring.mean();
                for (int i = 0; i < less.length; i++) {
                    if (isSent(i)) {
                        float magnitude = (float) Math.abs(start.values()[i]) + STEPS_AT_MOST;
                        less[i] -= Math.ulp(magnitude);
                        more[i] += Math.ulp(magnitude);
                    }
                }
                double[] lowest = after(less);
                double[] highest = after(more);
                for (int i = 0; i < less.length; i++) {
                    if (Math.abs(highest[i] - lowest[i]) > TOLERANCE) {
                        undetermined.set(i);
                    }
                }
                trainedStates.forEach(this::findNextToThreshold);
            }

            private boolean isSent(int i) {
                return reports.stream().anyMatch(r -> r.trained().values()[i] != start.values()[i]);
            }

            private double[] after(double[] mean) {
                SumMethod summing = (SumMethod) method;
                return server.next(summing, optimizer, new AdapterValues(part, mean))
                        .adapter()
                        .values();
            }

            /** The smallest value that was sent, and those within a gradient's rounding of it. */
            private void findNextToThreshold(AdapterState change) {
                float[] sent = method.update(round, start.state(), change).values();
                double threshold = Double.MAX_VALUE;
                for (float value : sent) {
                    threshold = value == 0 ? threshold : Math.min(threshold, Math.abs(value));
                }
                double[] all = AdapterValues.of(change).minus(start).values();
                for (int i = 0; i < all.length; i++) {
                    boolean dropped = sent[i] == 0;
                    double distance = Math.abs(Math.abs(all[i]) - threshold);
                    if (dropped && distance < THRESHOLD * threshold) {
                        undetermined.set(i);
                        flagSent(sent, threshold);
                    }
                }
            }

            private void flagSent(float[] sent, double threshold) {
                for (int i = 0; i < sent.length; i++) {
                    double distance = Math.abs(sent[i]) - threshold;
                    if (sent[i] != 0 && distance < THRESHOLD * threshold) {
                        undetermined.set(i);
                    }
                }
            }

            private void add(Residual residual) {
                float[] expected = outcomes.residual(round, residual.target());
                double[] change = residual.change().product().data;
                for (int i = 0; i < change.length; i++) {
                    assertEquals(expected[i], change[i], TOLERANCE, residual.target());
                }
                base =
                        base.withLinears(
                                map ->
                                        map.name().equals(residual.target())
                                                ? changed(map, change)
                                                : map);
            }
        }
    }

    private static Linear changed(Linear map, double[] change) {
        float[] weights = map.weight().toArray();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (weights[i] + change[i]);
        }
        return new Linear(map.name(), new Whole(map.out(), map.in(), weights), map.bias());
    }

    /** A matrix in memory. */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    private record Whole(int rows, int columns, float[] values) implements Matrix {
        @Override
        public void readRow(int row, float[] into, int offset) {
            System.arraycopy(values, row * columns, into, offset, columns);
        }

        @Override
        public long bytes() {
            return 4L * values.length;
        }
    }
}
