package dev.gossamer.client.reference;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Adapter.Target;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Head.Pooling;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.LinearLayer.Factors;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Progress;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** A base in double precision. */
final class ReferenceBase implements LoadedBase {
    private static final double[] NOTHING_TRAINED = {};

    private final Transformer base;

    /** The maps of the base by name, each read once. */
    private final Map<String, LinearLayer> frozen = new HashMap<>();

    ReferenceBase(Transformer base) {
        this.base = base;
        for (Linear linear : base.linears()) {
            frozen.put(linear.name(), frozen(linear));
        }
    }

    private static LinearLayer frozen(Linear linear) {
        return new LinearLayer(
                new Parameter.Frozen(TransformerLayers.rows(linear.weight())),
                linear.bias().map(b -> new Parameter.Frozen(TransformerLayers.row(b))),
                Optional.empty());
    }

    @Override
    public long bytes() {
        long maps =
                base.linears().stream().mapToLong(map -> (long) map.in() * map.out()).sum()
                        * Double.BYTES;
        long embeddings =
                Stream.of(Optional.of(base.words()), base.positions(), base.tokenTypes())
                        .flatMap(Optional::stream)
                        .mapToLong(Matrix::bytes)
                        .sum();
        return maps + embeddings;
    }

    @Override
    public AdaptedModel attach(Adapter adapter, Head head, Set<String> trainedHead) {
        AdapterLayout layout = adapter.layout(headSlices(head, trainedHead));
        Map<String, LinearLayer> adapted = new HashMap<>(frozen);
        Masks masks = new Masks();
        for (int number = 0; number < adapter.targets().size(); number++) {
            Target target = adapter.targets().get(number);
            LinearLayer map = require(target.name());
            requireSides(target, map);
            Factors factors = factors(adapter.kind(), target, layout, masks, number);
            adapted.put(
                    target.name(), new LinearLayer(map.weight(), map.bias(), Optional.of(factors)));
        }
        Layer layers =
                layers(linear -> adapted.get(linear.name()))
                        .then(
                                new TransformerLayers(
                                                base.architecture(),
                                                linear -> headMap(linear, trainedHead, layout))
                                        .head(head));
        return new ReferenceModel(layout, adapter.kind(), new Network(base, head, layers), masks);
    }

    private Layer layers(Function<Linear, Layer> linears) {
        return new TransformerLayers(base.architecture(), linears).base(base);
    }

    private LinearLayer require(String target) {
        LinearLayer map = frozen.get(target);
        if (map == null) {
            throw new IllegalArgumentException(
                    "target is no map of the base: target="
                            + target
                            + ", known="
                            + base.linears().stream().map(Linear::name).toList());
        }
        return map;
    }

    private static void requireSides(Target target, LinearLayer map) {
        Rows weight = map.weight().at(NOTHING_TRAINED);
        if (target.out() != weight.rows() || target.in() != weight.columns()) {
            throw new IllegalArgumentException(
                    "adapter does not fit the map: target="
                            + target.name()
                            + ", adapter="
                            + target.out()
                            + "x"
                            + target.in()
                            + ", map="
                            + weight.rows()
                            + "x"
                            + weight.columns());
        }
    }

    private static Factors factors(
            Adapter.Kind kind, Target target, AdapterLayout layout, Masks masks, int number) {
        String name = target.name();
        int rank = target.rank();
        return new Factors(
                factor(target.frozenA(), layout, Adapter.sliceOfA(name), rank, target.in()),
                kind == Adapter.Kind.R_ONLY
                        ? Optional.of(trained(layout, Adapter.sliceOfR(name), rank, rank))
                        : Optional.empty(),
                factor(target.frozenB(), layout, Adapter.sliceOfB(name), target.out(), rank),
                target.scaling(),
                masks,
                number);
    }

    private static Parameter factor(
            Optional<float[]> fixed, AdapterLayout layout, String slice, int rows, int columns) {
        return fixed.map(NormLayer::doubles)
                .map(values -> (Parameter) new Parameter.Frozen(new Rows(rows, columns, values)))
                .orElseGet(() -> trained(layout, slice, rows, columns));
    }

    private static Parameter trained(AdapterLayout layout, String slice, int rows, int columns) {
        return new Parameter.Trained(layout.offset(slice), rows, columns);
    }

    private static List<Slice> headSlices(Head head, Set<String> trainedHead) {
        List<Linear> maps = TransformerLayers.linearsOf(head);
        List<String> names = maps.stream().map(Linear::name).toList();
        for (String name : trainedHead) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "trained map is not in the head: name=" + name + ", known=" + names);
            }
        }
        List<Slice> slices = new ArrayList<>();
        for (Linear map : maps) {
            if (trainedHead.contains(map.name())) {
                slices.add(new Slice(map.name() + ".weight", map.out(), map.in()));
                map.bias().ifPresent(b -> slices.add(new Slice(map.name() + ".bias", 1, b.length)));
            }
        }
        return slices;
    }

    private static Layer headMap(Linear linear, Set<String> trainedHead, AdapterLayout layout) {
        if (!trainedHead.contains(linear.name())) {
            return frozen(linear);
        }
        return new LinearLayer(
                trained(layout, linear.name() + ".weight", linear.out(), linear.in()),
                linear.bias().map(b -> trained(layout, linear.name() + ".bias", 1, b.length)),
                Optional.empty());
    }

    @Override
    public float[] features(List<Example> rows) {
        int hidden = base.architecture().hidden();
        float[] features = new float[rows.size() * hidden];
        Layer pooled =
                layers(linear -> frozen.get(linear.name())).then(new PoolingLayer(Pooling.MEAN));
        for (int row = 0; row < rows.size(); row++) {
            Rows x = Network.embedded(base, rows.get(row));
            Rows mean = pooled.forward(x, NOTHING_TRAINED).output();
            for (int i = 0; i < hidden; i++) {
                features[row * hidden + i] = (float) mean.values()[i];
            }
        }
        return features;
    }

    /** Trains the targets' own weights, for one backward pass a batch. */
    @Override
    public List<MatrixSum> weightGradients(
            List<String> targets, Head head, List<List<Example>> batches, Progress progress) {
        Map<String, LinearLayer> maps = new HashMap<>(frozen);
        Map<String, Parameter.Trained> weights = new LinkedHashMap<>();
        int size = 0;
        for (String target : targets) {
            LinearLayer map = require(target);
            Rows w = map.weight().at(NOTHING_TRAINED);
            Parameter.Trained weight = new Parameter.Trained(size, w.rows(), w.columns());
            maps.put(target, new LinearLayer(weight, map.bias(), Optional.empty()));
            weights.put(target, weight);
            size += w.values().length;
        }
        double[] values = new double[size];
        weights.forEach(
                (name, weight) ->
                        weight.addTo(values, () -> frozen.get(name).weight().at(NOTHING_TRAINED)));
        Layer layers =
                layers(linear -> maps.get(linear.name()))
                        .then(
                                new TransformerLayers(base.architecture(), ReferenceBase::frozen)
                                        .head(head));
        Network network = new Network(base, head, layers);
        double[] sum = new double[size];
        for (int i = 0; i < batches.size(); i++) {
            network.addGradient(values, batches.get(i), example -> {}, sum);
            progress.at(i + 1, batches.size());
        }
        List<MatrixSum> sums = new ArrayList<>();
        weights.forEach((name, weight) -> sums.add(matrixSum(name, weight.at(sum))));
        return sums;
    }

    @Override
    public List<MatrixSum> inputMoments(
            List<String> targets, List<Example> rows, Progress progress) {
        Map<String, Rows> moments = new LinkedHashMap<>();
        for (String target : targets) {
            int in = require(target).weight().at(NOTHING_TRAINED).columns();
            moments.put(target, Rows.zero(in, in));
        }
        Layer observed = layers(linear -> observed(linear.name(), moments));
        for (int i = 0; i < rows.size(); i++) {
            observed.forward(Network.embedded(base, rows.get(i)), NOTHING_TRAINED);
            progress.at(i + 1, rows.size());
        }
        return moments.entrySet().stream().map(e -> matrixSum(e.getKey(), e.getValue())).toList();
    }

    /** A map that adds the products of its inputs on the way. */
    private Layer observed(String name, Map<String, Rows> moments) {
        return (x, values) -> {
            if (moments.containsKey(name)) {
                moments.get(name).addInPlace(0, x.transposedTimes(x));
            }
            return frozen.get(name).forward(x, values);
        };
    }

    private static MatrixSum matrixSum(String name, Rows rows) {
        return new MatrixSum(
                name, rows.rows(), rows.columns(), ReferenceModel.floats(rows.values()));
    }
}
