package dev.gossamer.client.tensor;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Dropout;
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
    private final HeadReader reader;
    private final TransformerPass pass;
    private Tensor values = Tensor.zeros(0);
    private Tensor gradients = Tensor.zeros(0);

    CpuModel(CpuBase base, Adapter adapter, AdapterLayout layout, TaskHead head) {
        this.base = base;
        this.adapter = adapter;
        this.layout = layout;
        this.head = head;
        reader = new HeadReader(head);
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

    /**
     * One micro-batch, and where its sequences' values and gradients lie.
     *
     * @param weights what the loss of each sequence counts for
     * @param dropouts of each sequence
     * @param numbers of each sequence within its owner's batch
     */
    @SuppressWarnings("ArrayRecordComponent") // read only, never compared
    private record Part(
            MicroBatch batch,
            Runs adapters,
            Runs gradients,
            double[] weights,
            Dropout[] dropouts,
            int[] numbers) {}

    private record Buffers(PassBuffers pass, TaskHead.Buffers head) {}

    private Buffers carved(
            Scratch.Carver carver, MicroBatch batch, Places places, boolean backward) {
        return new Buffers(
                new PassBuffers(carver, batch, frozen, adapters, backward, backward && keepInputs),
                new TaskHead.Buffers(carver, head, places.count()));
    }

    /** The same for a backward pass, with what is dropped. */
    private Buffers buffers(Part part, Places places) {
        MicroBatch batch = part.batch();
        return base.workers()
                .scratch()
                .lay(
                        carver -> {
                            Buffers b = carved(carver, batch, places, true);
                            b.pass().drops =
                                    Drops.of(
                                            carver,
                                            batch,
                                            part.dropouts(),
                                            part.numbers(),
                                            frozen.kernels(),
                                            b.pass().widestAdapted());
                            return b;
                        });
    }

    /** Adds the part's gradients; the summed loss of each of its sequences. */
    private double[] gradient(Part part) {
        for (long gradient : part.gradients().addresses()) {
            Tensor.clear(gradient, size);
        }
        MicroBatch batch = part.batch();
        Places places = head.places(batch, true);
        Buffers b = buffers(part, places);
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
    public double gradient(float[] values, List<Example> batch, Dropout dropout, float[] gradient) {
        return cohort(List.of(values), List.of(batch), List.of(dropout), List.of(gradient))[0];
    }

    @Override
    public double[] cohortGradients(
            List<float[]> values,
            List<List<Example>> batches,
            List<Dropout> dropouts,
            List<float[]> gradients) {
        if (adapter.kind() != Adapter.Kind.R_ONLY) {
            throw new IllegalArgumentException(
                    "cohort does not share its factors: kind="
                            + adapter.kind()
                            + ", bound="
                            + Adapter.Kind.R_ONLY);
        }
        int clients = batches.size();
        if (values.size() != clients || gradients.size() != clients || dropouts.size() != clients) {
            throw new IllegalArgumentException(
                    "cohort does not fit: values="
                            + values.size()
                            + ", batches="
                            + batches.size()
                            + ", gradients="
                            + gradients.size());
        }
        return values.isEmpty() ? new double[0] : cohort(values, batches, dropouts, gradients);
    }

    /** A row with a label, and whose it is. */
    private record OwnedRow(Example row, int owner, int number) {}

    private double[] cohort(
            List<float[]> values,
            List<List<Example>> batches,
            List<Dropout> dropouts,
            List<float[]> sinks) {
        values.forEach(this::requireSize);
        sinks.forEach(this::requireSize);
        List<OwnedRow> rows = new ArrayList<>();
        double[] labelled = new double[batches.size()];
        for (int client = 0; client < batches.size(); client++) {
            List<Example> batch = batches.get(client);
            for (int number = 0; number < batch.size(); number++) {
                Example row = batch.get(number);
                require(row);
                int labels = head.labelled(row);
                if (labels > 0) {
                    rows.add(new OwnedRow(row, client, number));
                    labelled[client] += labels;
                }
            }
        }
        double[] weights = rows.stream().mapToDouble(row -> 1 / labelled[row.owner()]).toArray();
        double[] losses = gradients(values, rows, dropouts, weights, sinks);
        double[] means = new double[batches.size()];
        for (int i = 0; i < losses.length; i++) {
            means[rows.get(i).owner()] += losses[i] * weights[i];
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
     * @param rows by owner, ascending
     * @param weights what the loss of each row counts for in the gradient
     */
    private double[] gradients(
            List<float[]> values,
            List<OwnedRow> rows,
            List<Dropout> dropouts,
            double[] weights,
            List<float[]> sinks) {
        double[] losses = new double[rows.size()];
        sinks.forEach(sink -> Arrays.fill(sink, 0));
        if (rows.isEmpty()) {
            return losses;
        }
        int[] owner = rows.stream().mapToInt(OwnedRow::owner).toArray();
        List<MicroBatch> batches =
                MicroBatch.cut(rows.stream().map(OwnedRow::row).toList(), CpuBase.MOST_ROWS);
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
            int[] indices = batch.indices();
            parts.add(
                    new Part(
                            batch,
                            new Runs(starts.get(i), adapterOf),
                            new Runs(starts.get(i), gradientOf),
                            Arrays.stream(indices).mapToDouble(r -> weights[r]).toArray(),
                            Arrays.stream(indices)
                                    .mapToObj(r -> dropouts.get(owner[r]))
                                    .toArray(Dropout[]::new),
                            Arrays.stream(indices).map(r -> rows.get(r).number()).toArray()));
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
    public void exampleGradients(
            float[] values, List<Example> batch, Dropout dropout, ExampleSink sink) {
        requireSize(values);
        batch.forEach(this::require);
        int wave = Math.max(1, EXAMPLE_VALUES / size);
        float[] gradient = new float[size];
        for (int from = 0; from < batch.size(); from += wave) {
            List<Example> rows = batch.subList(from, Math.min(batch.size(), from + wave));
            exampleWave(values, rows, from, dropout, gradient, sink);
        }
    }

    private void exampleWave(
            float[] values,
            List<Example> rows,
            int first,
            Dropout dropout,
            float[] gradient,
            ExampleSink sink) {
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
            Dropout[] dropouts = new Dropout[indices.length];
            Arrays.fill(dropouts, dropout);
            int[] numbers = Arrays.stream(indices).map(i -> first + i).toArray();
            parts.add(new Part(batch, whole, new Runs(starts, to), weights, dropouts, numbers));
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
        return forward(values, rows, true, reader::scores);
    }

    @Override
    public List<float[]> logits(float[] values, List<Example> rows) {
        rows.forEach(frozen.embeddings()::require);
        return forward(values, rows, false, reader::logits);
    }

    /** Makes one result for each sequence of a micro-batch after the base's forward pass. */
    private interface Reading<T> {
        List<T> of(TaskHead.Buffers b, HeadReader.Outputs outputs);
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
        Buffers b = base.workers().scratch().lay(carver -> carved(carver, batch, places, false));
        pass.forward(b.pass(), Runs.whole(batch.rows(), at));
        return reading.of(
                b.head(),
                new HeadReader.Outputs(
                        batch, places, b.pass().output, Runs.whole(batch.sequences(), at)));
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
