package dev.gossamer.client.tensor;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.protocols.adapter.AdapterLayout;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** An adapted base with a head on the CPU. */
final class CpuModel implements AdaptedModel {
    /** The most gradients of single examples that lie in memory at once: 64 MiB. */
    private static final int EXAMPLE_VALUES = 1 << 24;

    private final CpuBase base;
    private final FrozenTransformer frozen;
    private final Adapter adapter;
    private final AdapterLayout layout;
    private final int size;
    private final TaskHead head;
    private final List<GroupAdapter> adapters;
    private final boolean keepInputs;
    private final TransformerPass pass;
    private Tensor values = Tensor.zeros(0);
    private Tensor gradients = Tensor.zeros(0);

    CpuModel(CpuBase base, Adapter adapter, AdapterLayout layout, TaskHead head) {
        this.base = base;
        this.adapter = adapter;
        this.layout = layout;
        this.head = head;
        frozen = base.frozen();
        size = layout.size();
        adapters = frozen.groups().stream().map(g -> new GroupAdapter(g, adapter, layout)).toList();
        keepInputs = adapters.stream().anyMatch(GroupAdapter::readsInputs);
        pass = new TransformerPass(frozen, adapters, lowest(), TransformerPass.Watcher.NONE);
    }

    private int lowest() {
        int groups = adapters.size();
        int first =
                IntStream.range(0, groups)
                        .filter(i -> adapters.get(i).rank() > 0)
                        .findFirst()
                        .orElse(groups);
        return first / FrozenTransformer.GROUPS;
    }

    @Override
    public AdapterLayout layout() {
        return layout;
    }

    private void requireSize(float[] array) {
        if (array.length != size) {
            throw new IllegalArgumentException(
                    "array does not fit the layout: values=" + array.length + ", bound=" + size);
        }
    }

    /** Floats from one block of values to the next. */
    private int stride() {
        return Tensor.stride(size);
    }

    private static Tensor reserved(Tensor held, long floats) {
        return held.floats() < floats ? Tensor.zeros(floats) : held;
    }

    /** The address of each of {@code sets}, copied to native memory. */
    private long[] write(List<float[]> sets) {
        values = reserved(values, (long) sets.size() * stride());
        long[] addresses = new long[sets.size()];
        for (int i = 0; i < addresses.length; i++) {
            values.put((long) i * stride(), sets.get(i));
            addresses[i] = values.at((long) i * stride());
        }
        return addresses;
    }

    private <T> T exclusively(long at, Supplier<T> work) {
        return exclusively(new Object(), at, work);
    }

    /** Frozen factors stay in the tails whoever comes; trained ones are {@code owner}'s. */
    private <T> T exclusively(Object owner, long at, Supplier<T> work) {
        boolean shared = adapter.kind() == Adapter.Kind.R_ONLY;
        try {
            return base.exclusively(adapters, shared ? adapter : owner, at, work);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** One micro-batch with its places, and where its sequences' values and gradients lie. */
    @SuppressWarnings("ArrayRecordComponent") // read only, never compared
    private record Part(MicroBatch batch, Runs adapters, Runs gradients, double[] weights) {}

    private record Buffers(PassBuffers pass, TaskHead.Buffers head) {}

    private Buffers buffers(MicroBatch batch, Places places, boolean backward) {
        return base.workers()
                .scratch()
                .lay(
                        carver ->
                                new Buffers(
                                        new PassBuffers(
                                                carver,
                                                batch,
                                                frozen,
                                                adapters,
                                                backward,
                                                backward && keepInputs),
                                        new TaskHead.Buffers(carver, head, places.count())));
    }

    /** Adds the part's gradients; the summed loss of each of its sequences. */
    private double[] gradient(Part part) {
        for (long gradient : part.gradients().addresses()) {
            Tensor.clear(gradient, size);
        }
        MicroBatch batch = part.batch();
        Places places = head.places(batch, true);
        Buffers b = buffers(batch, places, true);
        Runs rows = part.adapters().at(batch.starts());
        pass.forward(b.pass(), rows);
        double[] losses =
                head.backward(
                        b.head(),
                        batch,
                        places,
                        b.pass().output,
                        part.adapters(),
                        part.weights(),
                        part.gradients());
        pass.backward(b.pass(), rows, part.gradients().at(batch.starts()));
        return losses;
    }

    @Override
    public double gradient(float[] values, List<Example> batch, float[] gradient) {
        return cohort(List.of(values), List.of(batch), List.of(gradient))[0];
    }

    @Override
    public double[] cohortGradients(
            List<float[]> values, List<List<Example>> batches, List<float[]> gradients) {
        if (adapter.kind() != Adapter.Kind.R_ONLY) {
            throw new IllegalArgumentException(
                    "cohort does not share its factors: kind="
                            + adapter.kind()
                            + ", bound="
                            + Adapter.Kind.R_ONLY);
        }
        if (values.size() != batches.size() || gradients.size() != batches.size()) {
            throw new IllegalArgumentException(
                    "cohort does not fit: values="
                            + values.size()
                            + ", batches="
                            + batches.size()
                            + ", gradients="
                            + gradients.size());
        }
        return values.isEmpty() ? new double[0] : cohort(values, batches, gradients);
    }

    private double[] cohort(
            List<float[]> values, List<List<Example>> batches, List<float[]> sinks) {
        values.forEach(this::requireSize);
        sinks.forEach(this::requireSize);
        List<Example> rows = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        double[] labelled = new double[batches.size()];
        for (int client = 0; client < batches.size(); client++) {
            for (Example row : batches.get(client)) {
                require(row);
                int labels = head.labelled(row);
                if (labels > 0) {
                    rows.add(row);
                    owners.add(client);
                    labelled[client] += labels;
                }
            }
        }
        double[] weights = owners.stream().mapToDouble(client -> 1 / labelled[client]).toArray();
        int[] owner = owners.stream().mapToInt(Integer::intValue).toArray();
        double[] losses = gradients(values, rows, owner, weights, sinks);
        double[] means = new double[batches.size()];
        for (int i = 0; i < losses.length; i++) {
            means[owner[i]] += losses[i] * weights[i];
        }
        return means;
    }

    private void require(Example row) {
        frozen.embeddings().require(row);
        head.require(row);
    }

    /**
     * The summed loss of each row; the gradients of each owner's rows go to its sink.
     *
     * @param owner of each row, ascending
     * @param weights what the loss of each row counts for in the gradient
     */
    private double[] gradients(
            List<float[]> values,
            List<Example> rows,
            int[] owner,
            double[] weights,
            List<float[]> sinks) {
        double[] losses = new double[rows.size()];
        sinks.forEach(sink -> Arrays.fill(sink, 0));
        if (rows.isEmpty()) {
            return losses;
        }
        List<MicroBatch> batches = MicroBatch.cut(rows, CpuBase.MOST_ROWS);
        List<int[]> starts = batches.stream().map(batch -> ownerStarts(batch, owner)).toList();
        int blocks = starts.stream().mapToInt(s -> s.length - 1).sum();
        gradients = reserved(gradients, (long) blocks * stride());
        long[] at = write(values);
        List<Part> parts = new ArrayList<>();
        int block = 0;
        for (int i = 0; i < batches.size(); i++) {
            MicroBatch batch = batches.get(i);
            int runs = starts.get(i).length - 1;
            long[] adapterOf = new long[runs];
            long[] gradientOf = new long[runs];
            for (int run = 0; run < runs; run++) {
                adapterOf[run] = at[owner[batch.indices()[starts.get(i)[run]]]];
                gradientOf[run] = gradients.at((long) block++ * stride());
            }
            double[] own = Arrays.stream(batch.indices()).mapToDouble(r -> weights[r]).toArray();
            Runs adapterRuns = new Runs(starts.get(i), adapterOf);
            parts.add(new Part(batch, adapterRuns, new Runs(starts.get(i), gradientOf), own));
        }
        run(parts, at[0], losses);
        try {
            for (Part part : parts) {
                for (int run = 0; run < part.gradients().count(); run++) {
                    int first = part.batch().indices()[part.gradients().starts()[run]];
                    add(part.gradients().addresses()[run], sinks.get(owner[first]));
                }
            }
        } finally {
            Reference.reachabilityFence(this);
        }
        return losses;
    }

    /** Where the rows of another owner begin, and the number of rows. */
    private static int[] ownerStarts(MicroBatch batch, int[] owner) {
        IntStream changes =
                IntStream.range(0, batch.sequences())
                        .filter(
                                s ->
                                        s == 0
                                                || owner[batch.indices()[s]]
                                                        != owner[batch.indices()[s - 1]]);
        return IntStream.concat(changes, IntStream.of(batch.sequences())).toArray();
    }

    private void run(List<Part> parts, long at, double[] losses) {
        List<MicroBatch> batches = parts.stream().map(Part::batch).toList();
        List<double[]> done =
                exclusively(at, () -> base.each(batches, i -> gradient(parts.get(i))));
        for (int i = 0; i < parts.size(); i++) {
            int[] indices = batches.get(i).indices();
            for (int s = 0; s < indices.length; s++) {
                losses[indices[s]] = done.get(i)[s];
            }
        }
    }

    private void add(long gradient, float[] sink) {
        for (int i = 0; i < size; i++) {
            sink[i] += Tensor.peek(gradient + 4L * i);
        }
    }

    @Override
    public void exampleGradients(float[] values, List<Example> batch, ExampleSink sink) {
        requireSize(values);
        batch.forEach(this::require);
        int wave = Math.max(1, EXAMPLE_VALUES / size);
        float[] gradient = new float[size];
        for (int from = 0; from < batch.size(); from += wave) {
            List<Example> rows = batch.subList(from, Math.min(batch.size(), from + wave));
            exampleWave(values, rows, from, gradient, sink);
        }
    }

    private void exampleWave(
            float[] values, List<Example> rows, int first, float[] gradient, ExampleSink sink) {
        gradients = reserved(gradients, (long) rows.size() * stride());
        long[] at = write(List.of(values));
        List<Part> parts = new ArrayList<>();
        for (MicroBatch batch : MicroBatch.cut(rows, CpuBase.MOST_ROWS)) {
            int[] indices = batch.indices();
            double[] weights =
                    batch.examples().stream()
                            .mapToDouble(row -> 1.0 / Math.max(1, head.labelled(row)))
                            .toArray();
            long[] to = Arrays.stream(indices).mapToLong(i -> block(i)).toArray();
            int[] starts = IntStream.rangeClosed(0, indices.length).toArray();
            Runs whole = Runs.whole(indices.length, at[0]);
            parts.add(new Part(batch, whole, new Runs(starts, to), weights));
        }
        double[] losses = new double[rows.size()];
        run(parts, at[0], losses);
        for (int i = 0; i < rows.size(); i++) {
            Tensor.read(block(i), gradient, 0, size);
            sink.accept(first + i, losses[i] / Math.max(1, head.labelled(rows.get(i))), gradient);
        }
    }

    private long block(int index) {
        return gradients.at((long) index * stride());
    }

    @Override
    public List<RowScore> score(float[] values, List<Example> rows) {
        rows.forEach(this::require);
        return forward(values, rows, true, this::scores);
    }

    @Override
    public List<float[]> logits(float[] values, List<Example> rows) {
        rows.forEach(frozen.embeddings()::require);
        return forward(values, rows, false, this::logits);
    }

    /** Makes one result for each sequence of a micro-batch after the base's forward pass. */
    private interface Reading<T> {
        List<T> of(Buffers b, MicroBatch batch, Places places, Runs values);
    }

    private <T> List<T> forward(
            float[] values, List<Example> rows, boolean labelledOnly, Reading<T> reading) {
        requireSize(values);
        if (rows.isEmpty()) {
            return List.of();
        }
        long at = write(List.of(values))[0];
        List<MicroBatch> batches = MicroBatch.cut(rows, CpuBase.MOST_ROWS);
        List<List<T>> parts =
                exclusively(
                        at,
                        () ->
                                base.each(
                                        batches,
                                        i -> part(batches.get(i), at, labelledOnly, reading)));
        List<T> all = new ArrayList<>(Collections.nCopies(rows.size(), parts.get(0).get(0)));
        for (int i = 0; i < parts.size(); i++) {
            int[] indices = batches.get(i).indices();
            for (int s = 0; s < indices.length; s++) {
                all.set(indices[s], parts.get(i).get(s));
            }
        }
        return all;
    }

    private <T> List<T> part(MicroBatch batch, long at, boolean labelledOnly, Reading<T> reading) {
        Places places = head.places(batch, labelledOnly);
        Buffers b = buffers(batch, places, false);
        pass.forward(b.pass(), Runs.whole(batch.rows(), at));
        return reading.of(b, batch, places, Runs.whole(batch.sequences(), at));
    }

    private List<float[]> logits(Buffers b, MicroBatch batch, Places places, Runs values) {
        int width = head.width();
        int[] sequences = places.sequences();
        int[] starts = places.starts();
        List<float[]> all = new ArrayList<>();
        for (int s = 0; s < batch.sequences(); s++) {
            all.add(new float[(starts[s + 1] - starts[s]) * width]);
        }
        head.forward(
                b.head(),
                batch,
                places,
                b.pass().output,
                values,
                (from, count, logits) -> {
                    for (int place = from; place < from + count; place++) {
                        int s = sequences[place];
                        int offset = (place - starts[s]) * width;
                        long row = logits + 4L * (place - from) * width;
                        Tensor.read(row, all.get(s), offset, width);
                    }
                });
        return all;
    }

    private List<RowScore> scores(Buffers b, MicroBatch batch, Places places, Runs values) {
        int width = head.width();
        int[] predictions = new int[places.count()];
        double[] losses = new double[places.count()];
        head.forward(
                b.head(),
                batch,
                places,
                b.pass().output,
                values,
                (from, count, logits) -> {
                    for (int place = from; place < from + count; place++) {
                        long row = logits + 4L * (place - from) * width;
                        int label = places.labels()[place];
                        predictions[place] = greatest(row, width);
                        losses[place] =
                                label == Example.NO_LABEL ? 0 : head.loss(b.head(), row, label);
                    }
                });
        List<RowScore> scores = new ArrayList<>();
        for (int s = 0; s < batch.sequences(); s++) {
            scores.add(score(places, s, losses, predictions));
        }
        return scores;
    }

    private static RowScore score(Places places, int sequence, double[] losses, int[] predictions) {
        int[] labelled =
                IntStream.range(places.starts()[sequence], places.starts()[sequence + 1])
                        .filter(place -> places.labels()[place] != Example.NO_LABEL)
                        .toArray();
        return new RowScore(
                Arrays.stream(labelled).mapToDouble(place -> losses[place]).sum(),
                Arrays.stream(labelled).map(place -> places.labels()[place]).toArray(),
                Arrays.stream(labelled).map(place -> predictions[place]).toArray());
    }

    private static int greatest(long row, int width) {
        int greatest = 0;
        for (int i = 1; i < width; i++) {
            greatest = Tensor.peek(row + 4L * i) > Tensor.peek(row + 4L * greatest) ? i : greatest;
        }
        return greatest;
    }

    @Override
    public TextSession session(float[] values, int capacity) {
        requireSize(values);
        if (!head.scoresNext()) {
            throw new UnsupportedOperationException("head is no causal language model");
        }
        if (capacity < 1 || capacity > frozen.architecture().positions()) {
            throw new IllegalArgumentException(
                    "session does not fit the model: capacity="
                            + capacity
                            + ", bound="
                            + frozen.architecture().positions());
        }
        return new CpuSession(base, adapters, pass, head, this::exclusively, values, capacity);
    }
}
