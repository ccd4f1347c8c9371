package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.train.Engine.LoadedBase.MatrixSum;
import dev.gossamer.client.train.Progress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sums over rows of one large matrix for each of some maps of the bare base: the gradients of their
 * weights, or the moments of their inputs.
 *
 * <p>A mini-batch is cut into micro-batches, and these are dealt to two lanes by their order, each
 * with sums of its own; so the sums do not depend on the number of workers.
 */
final class GradientSums {
    /** Sums larger than this have one lane: 512 MiB. */
    private static final long MOST_LANE_FLOATS = 1L << 27;

    /** One matrix. */
    private record Target(String name, int group, int column, int rows, int columns) {}

    /** Sums of one lane, in the order of the targets. */
    private final class Lane implements TransformerPass.Watcher {
        private final List<Tensor> sums =
                targets.stream().map(t -> Tensor.zeros((long) t.rows() * t.columns())).toList();

        @Override
        public void input(int index, int rows, long x, int stride) {
            for (int i = 0; i < sums.size() && moments; i++) {
                if (targets.get(i).group() == index) {
                    int in = targets.get(i).columns();
                    long sum = sums.get(i).at(0);
                    OneDnn.transposedMultiply(in, in, rows, x, stride, x, stride, 1, sum, in);
                }
            }
        }

        @Override
        public void gradient(int index, int rows, long x, int stride, long dy, int dyStride) {
            for (int i = 0; i < sums.size(); i++) {
                Target t = targets.get(i);
                if (t.group() == index) {
                    long from = dy + 4L * t.column();
                    long sum = sums.get(i).at(0);
                    OneDnn.transposedMultiply(
                            t.rows(),
                            t.columns(),
                            rows,
                            from,
                            dyStride,
                            x,
                            stride,
                            1,
                            sum,
                            t.columns());
                }
            }
        }
    }

    private final CpuBase base;
    private final FrozenTransformer frozen;
    private final boolean moments;
    private final List<Target> targets;
    private final List<GroupAdapter> bare;
    private final List<Lane> lanes;

    /** Sums for maps of those names, all zero. */
    GradientSums(CpuBase base, List<String> names, boolean moments) {
        this.base = base;
        this.moments = moments;
        frozen = base.frozen();
        bare = frozen.groups().stream().map(GroupAdapter::none).toList();
        targets = names.stream().map(this::target).toList();
        long floats = targets.stream().mapToLong(t -> (long) t.rows() * t.columns()).sum();
        int count = floats > MOST_LANE_FLOATS ? 1 : 2;
        lanes = IntStream.range(0, count).mapToObj(_ -> new Lane()).toList();
    }

    private Target target(String name) {
        List<LinearGroup> groups = frozen.groups();
        for (int i = 0; i < groups.size(); i++) {
            for (LinearGroup.Map map : groups.get(i).maps()) {
                if (map.name().equals(name)) {
                    int in = groups.get(i).in();
                    return new Target(name, i, map.column(), moments ? in : map.out(), in);
                }
            }
        }
        throw new IllegalArgumentException("target is no map of the base: target=" + name);
    }

    private TransformerPass pass(Lane lane) {
        int lowest =
                targets.stream().mapToInt(Target::group).min().orElse(0) / FrozenTransformer.GROUPS;
        return new TransformerPass(frozen, bare, lowest, lane);
    }

    /** Deals the micro-batches of {@code rows} to the lanes. */
    private void deal(List<Example> rows, LaneWork work) {
        List<MicroBatch> batches = MicroBatch.cut(rows, CpuBase.MOST_ROWS);
        base.reserve(batches);
        base.workers()
                .map(
                        lanes,
                        lane -> {
                            TransformerPass pass = pass(lane);
                            int first = lanes.indexOf(lane);
                            for (int i = first; i < batches.size(); i += lanes.size()) {
                                work.on(pass, batches.get(i));
                            }
                            return lane;
                        });
    }

    private interface LaneWork {
        void on(TransformerPass pass, MicroBatch batch);
    }

    /** Adds the moments of the inputs that {@code rows} make, a batch at a time. */
    void addMoments(List<List<Example>> batches, Progress progress) {
        for (int i = 0; i < batches.size(); i++) {
            deal(
                    batches.get(i),
                    (pass, batch) -> {
                        PassBuffers b =
                                base.workers()
                                        .scratch()
                                        .lay(
                                                c ->
                                                        new PassBuffers(
                                                                c, batch, frozen, bare, false,
                                                                false));
                        pass.forward(b, Runs.whole(batch.rows(), 0));
                    });
            progress.at(i + 1, batches.size());
        }
    }

    private record Buffers(PassBuffers pass, TaskHead.Buffers head) {}

    /** Adds the gradient of the mean loss of each of {@code batches}. */
    void addGradients(TaskHead head, List<List<Example>> batches, Progress progress) {
        for (int i = 0; i < batches.size(); i++) {
            List<Example> rows =
                    batches.get(i).stream().filter(row -> head.labelled(row) > 0).toList();
            double weight = 1.0 / rows.stream().mapToInt(head::labelled).sum();
            if (!rows.isEmpty()) {
                deal(rows, (pass, batch) -> addGradient(head, pass, batch, weight));
            }
            progress.at(i + 1, batches.size());
        }
    }

    private void addGradient(TaskHead head, TransformerPass pass, MicroBatch batch, double weight) {
        Places places = head.places(batch, true);
        Buffers b =
                base.workers()
                        .scratch()
                        .lay(
                                c ->
                                        new Buffers(
                                                new PassBuffers(c, batch, frozen, bare, true, true),
                                                new TaskHead.Buffers(c, head, places.count())));
        Runs rows = Runs.whole(batch.rows(), 0);
        Runs sequences = Runs.whole(batch.sequences(), 0);
        double[] weights = new double[batch.sequences()];
        Arrays.fill(weights, weight);
        pass.forward(b.pass(), rows);
        head.backward(b.head(), batch, places, b.pass().output, sequences, weights, sequences);
        pass.backward(b.pass(), rows, rows);
    }

    /** The sums so far, lane after lane. */
    List<MatrixSum> sums() {
        List<MatrixSum> all = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            Target t = targets.get(i);
            int size = Math.multiplyExact(t.rows(), t.columns());
            for (Lane lane : lanes.subList(1, lanes.size())) {
                long to = lanes.getFirst().sums.get(i).at(0);
                frozen.kernels().addInPlace(to, lane.sums.get(i).at(0), size);
            }
            float[] values = new float[size];
            lanes.getFirst().sums.get(i).get(0, values);
            all.add(new MatrixSum(t.name(), t.rows(), t.columns(), values));
        }
        return all;
    }
}
