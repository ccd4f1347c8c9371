package dev.gossamer.simulations.federation;

import dev.gossamer.client.node.ClientEvent;
import dev.gossamer.client.node.LocalWork;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.artifact.MemoryState;
import dev.gossamer.protocols.codec.AdapterDelta;
import dev.gossamer.protocols.codec.CodecException;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.StatePort;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.Message.Update;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the clients of a {@link TinyFederation} trained and sent, and what of it counted: by it,
 * what they keep is held to what they owe.
 */
final class Ledger {
    private static final int SIZE = TinyWork.LAYOUT.size();

    final Map<NodeId, List<Integer>> trainings = new TreeMap<>();
    final Map<NodeId, List<Envelope>> reports = new TreeMap<>();
    final Map<NodeId, Set<Integer>> forgotten = new TreeMap<>();
    final Map<NodeId, StatePort> states = new HashMap<>();
    private final Map<NodeId, TreeMap<Integer, float[]>> changes = new HashMap<>();
    private final RunFile run;

    Ledger(RunFile run) {
        this.run = run;
    }

    /** Clients whose doings are written down here. */
    TinyFederation.Cast cast() {
        return new TinyFederation.Cast(
                run,
                this::work,
                node -> states.computeIfAbsent(node, key -> new MemoryState()),
                (node, event) -> {
                    if (event instanceof ClientEvent.Forgotten gone) {
                        forgotten.computeIfAbsent(node, key -> new HashSet<>()).add(gone.round());
                    }
                });
    }

    private LocalWork work(NodeId node) {
        return new AlteredWork(
                TinyFederation.tiny(run, node),
                (start, round, real) -> {
                    AdapterState trained = real.get().state();
                    trainings.computeIfAbsent(node, key -> new ArrayList<>()).add(round);
                    changes.computeIfAbsent(node, key -> new TreeMap<>())
                            .put(round, AdapterDelta.between(start.adapter(), trained));
                    return real.get();
                });
    }

    /** Writes down a report that its sender meant to send. */
    void sent(Envelope envelope) {
        reports.computeIfAbsent(envelope.sender(), key -> new ArrayList<>()).add(envelope);
    }

    /** The rounds whose mean holds a report of {@code node}. */
    static Set<Integer> counted(NodeId node, List<RunEvent> events) {
        Set<Integer> counted = new HashSet<>();
        for (RunEvent event : events) {
            switch (event) {
                case RunEvent.Reported r when r.node().equals(node) -> counted.add(r.round());
                case RunEvent.RoundAbandoned a -> counted.remove(a.round());
                default -> {}
            }
        }
        return counted;
    }

    /** What {@code node} would owe by the rule, had it done all of it on paper. */
    double[] expectedOwed(NodeId node, List<RunEvent> events) throws CodecException {
        Set<Integer> counted = counted(node, events);
        Set<Integer> dropped = forgotten.getOrDefault(node, Set.of());
        double[] owed = new double[SIZE];
        int last = 0;
        for (var made : changes.get(node).entrySet()) {
            int round = made.getKey();
            double share = dropped.contains(round) ? 0 : share(round - last - 1);
            float[] sent = message(node, round);
            for (int i = 0; i < SIZE; i++) {
                owed[i] = owed[i] * share + made.getValue()[i];
                owed[i] -= counted.contains(round) ? sent[i] : 0;
            }
            last = round;
        }
        return owed;
    }

    private double share(int missed) {
        CodecPlan plan = run.exchange().upload();
        return switch (plan.feedback()) {
            case NONE -> 0;
            case KEEP -> 1;
            case DECAY -> Math.pow(plan.feedbackDecay(), missed);
            case RESET -> missed <= plan.feedbackRounds() ? 1 : 0;
        };
    }

    /** The sum of what {@code node} learnt, less the sum of what counted of what it sent. */
    double[] changesLessSent(NodeId node, List<RunEvent> events) throws CodecException {
        double[] rest = new double[SIZE];
        Set<Integer> counted = counted(node, events);
        for (var made : changes.get(node).entrySet()) {
            float[] sent =
                    counted.contains(made.getKey())
                            ? message(node, made.getKey())
                            : new float[SIZE];
            for (int i = 0; i < SIZE; i++) {
                rest[i] += (double) made.getValue()[i] - sent[i];
            }
        }
        return rest;
    }

    /** What the report of a round carried. */
    float[] message(NodeId node, int round) throws CodecException {
        Envelope report =
                reports.get(node).stream().filter(e -> e.round() == round).findFirst().get();
        return decode(bytes(report));
    }

    static byte[] bytes(Envelope report) {
        return ((Update.Inline) ((TrainReport) report.body()).update()).bytes();
    }

    private float[] decode(byte[] message) throws CodecException {
        UpdateCodec codec = new UpdateCodec(run.exchange().upload(), TinyWork.LAYOUT);
        return codec.decode(message).dense();
    }

    /** What {@code node} keeps, less what its last message carried if that counted. */
    double[] keptOwed(NodeId node, List<RunEvent> events) throws CodecException {
        byte[] state = states.get(node).get("owed-updates").orElseThrow();
        ByteBuffer bytes = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN);
        int round = bytes.getInt(Integer.BYTES);
        boolean arrived = counted(node, events).contains(round);
        float[] sent = arrived ? message(node, round) : new float[SIZE];
        double[] owed = new double[SIZE];
        bytes.position(state.length - SIZE * Double.BYTES);
        bytes.asDoubleBuffer().get(owed);
        for (int i = 0; i < SIZE; i++) {
            owed[i] -= sent[i];
        }
        return owed;
    }
}
