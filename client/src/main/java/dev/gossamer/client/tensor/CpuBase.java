package dev.gossamer.client.tensor;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Adapter.Target;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Progress;
import dev.gossamer.protocols.adapter.AdapterLayout;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * A base on the CPU.
 *
 * <p>All that is attached to it shares its products, whose tails hold one adapter at a time: a lock
 * hands them from one caller to the next.
 */
final class CpuBase implements LoadedBase {
    /** Rows that a micro-batch should have at most: more would leave the caches. */
    static final int MOST_ROWS = 256;

    /** Rows between two tellings of progress. */
    private static final int MOMENT_ROWS = 16;

    private final FrozenTransformer base;
    private final ProductForm form;
    private final Workers workers;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final IdentityHashMap<Matrix, FrozenRows> outputs = new IdentityHashMap<>();
    private Object installed = this;

    /**
     * A base laid out in {@code form}.
     *
     * @param words as its file has them
     */
    CpuBase(FrozenTransformer base, Matrix words, ProductForm form) {
        this.base = base;
        this.form = form;
        workers = form.workers();
        if (form.storing().keepsWords(words)) {
            outputs.put(words, base.embeddings().words());
        }
    }

    FrozenTransformer frozen() {
        return base;
    }

    Workers workers() {
        return workers;
    }

    /**
     * Does {@code work} while the tails hold one adapter.
     *
     * @param token names the adapter and its values; equal tokens find the tails as they are
     */
    <T> T exclusively(List<GroupAdapter> adapters, Object token, long values, Supplier<T> work) {
        lock.lock();
        try {
            if (!installed.equals(token)) {
                installed = this;
                List<GroupAdapter> adapted =
                        adapters.stream().filter(adapter -> adapter.rank() > 0).toList();
                workers.map(
                        adapted,
                        adapter -> {
                            adapter.install(values);
                            return adapter;
                        });
                installed = token;
            }
            return work.get();
        } finally {
            lock.unlock();
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Applies {@code work} to every part's index, those of most work first; results come in the
     * order of the parts.
     */
    <T> List<T> each(List<MicroBatch> parts, IntFunction<T> work) {
        reserve(parts);
        List<Integer> order =
                IntStream.range(0, parts.size())
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -work(parts.get(i))))
                        .toList();
        List<T> done = workers.map(order, work::apply);
        List<T> results = new ArrayList<>(done);
        for (int i = 0; i < order.size(); i++) {
            results.set(order.get(i), done.get(i));
        }
        return results;
    }

    /** Makes tables reach the longest sequence of {@code parts}. */
    void reserve(List<MicroBatch> parts) {
        int longest = parts.stream().mapToInt(MicroBatch::longest).max().orElse(0);
        base.rotary().ifPresent(table -> table.reserve(longest));
    }

    /** What a part costs: its products, and attention at about half of their rate. */
    private double work(MicroBatch part) {
        double pairs = 0;
        for (int s = 0; s < part.sequences(); s++) {
            pairs += (double) part.tokens(s) * part.tokens(s);
        }
        double pairCost = 7.0 * base.layers().size() * base.architecture().queryWidth();
        return part.rows() * (double) base.weights() + pairs * pairCost;
    }

    @Override
    public synchronized long bytes() {
        long heads =
                outputs.values().stream()
                        .filter(rows -> !rows.equals(base.embeddings().words()))
                        .mapToLong(FrozenRows::bytes)
                        .sum();
        return base.bytes() + heads;
    }

    @Override
    public AdaptedModel attach(Adapter adapter, Head head, Set<String> trainedHead) {
        requireTargets(adapter.targets().stream().map(Target::name).toList());
        AdapterLayout layout = adapter.layout(TaskHead.slices(head, trainedHead));
        return new CpuModel(this, adapter, layout, head(head, trainedHead, layout::offset));
    }

    private TaskHead head(Head head, Set<String> trained, ToIntFunction<String> offsets) {
        return new TaskHead(
                head, base.architecture(), trained, offsets, this::output, base.kernels());
    }

    /** The product of a head's output, which may be the word embeddings once more. */
    private synchronized FrozenProduct output(Matrix matrix) {
        return form.kept(outputs.computeIfAbsent(matrix, m -> form.storing().rows("output", m)));
    }

    private void requireTargets(List<String> targets) {
        List<String> known =
                base.groups().stream()
                        .flatMap(group -> group.maps().stream())
                        .map(LinearGroup.Map::name)
                        .toList();
        for (String target : targets) {
            if (!known.contains(target)) {
                throw new IllegalArgumentException(
                        "target is no map of the base: target=" + target + ", known=" + known);
            }
        }
    }

    private List<GroupAdapter> bare() {
        return base.groups().stream().map(GroupAdapter::none).toList();
    }

    @Override
    public float[] features(List<Example> rows) {
        int hidden = base.architecture().hidden();
        float[] features = new float[rows.size() * hidden];
        rows.forEach(base.embeddings()::require);
        TransformerPass pass =
                new TransformerPass(
                        base, bare(), base.layers().size(), TransformerPass.Watcher.NONE);
        lock.lock();
        try {
            List<MicroBatch> batches = MicroBatch.cut(rows, MOST_ROWS);
            each(
                    batches,
                    i -> {
                        MicroBatch batch = batches.get(i);
                        PassBuffers b = buffers(batch, bare(), false, false);
                        pass.forward(b, Runs.whole(batch.rows(), 0));
                        for (int s = 0; s < batch.sequences(); s++) {
                            TaskHead.mean(base.kernels(), batch, s, b.output, hidden, b.line);
                            Tensor.read(b.line, features, batch.indices()[s] * hidden, hidden);
                        }
                        return batch;
                    });
        } finally {
            lock.unlock();
            Reference.reachabilityFence(this);
        }
        return features;
    }

    private PassBuffers buffers(
            MicroBatch batch, List<GroupAdapter> adapters, boolean backward, boolean keepInputs) {
        return workers.scratch()
                .lay(c -> new PassBuffers(c, batch, base, adapters, backward, keepInputs));
    }

    @Override
    public List<MatrixSum> weightGradients(
            List<String> targets, Head head, List<List<Example>> batches, Progress progress) {
        requireTargets(targets);
        TaskHead frozenHead = head(head, Set.of(), name -> 0);
        for (List<Example> batch : batches) {
            batch.forEach(base.embeddings()::require);
            batch.forEach(frozenHead::require);
        }
        return sums(
                new GradientSums(this, targets, false),
                sums -> sums.addGradients(frozenHead, batches, progress));
    }

    @Override
    public List<MatrixSum> inputMoments(
            List<String> targets, List<Example> rows, Progress progress) {
        requireTargets(targets);
        rows.forEach(base.embeddings()::require);
        List<List<Example>> batches = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += MOMENT_ROWS) {
            batches.add(rows.subList(from, Math.min(rows.size(), from + MOMENT_ROWS)));
        }
        return sums(
                new GradientSums(this, targets, true), sums -> sums.addMoments(batches, progress));
    }

    private List<MatrixSum> sums(GradientSums sums, Consumer<GradientSums> work) {
        lock.lock();
        try {
            work.accept(sums);
            return sums.sums();
        } finally {
            lock.unlock();
            Reference.reachabilityFence(this);
        }
    }
}
