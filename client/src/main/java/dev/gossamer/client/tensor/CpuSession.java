package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.tensor.PassBuffers.Tape;
import dev.gossamer.client.train.AdaptedModel.TextSession;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** A growing text on the CPU, with the keys and values of all its tokens. */
final class CpuSession implements TextSession {
    /** The most tokens that go through the layers together. */
    private static final int MOST_ROWS = 256;

    /** Keys and values of a layer, {@code [capacity × keyValueWidth]} each. */
    private record Cache(Tensor keys, Tensor values) {}

    /** What the tails must hold, and how that is arranged. */
    interface Tails {
        /** Does {@code work} on one worker while the tails hold this session's adapter. */
        float[] with(Object session, long values, Supplier<float[]> work);
    }

    private record Buffers(PassBuffers pass, TaskHead.Buffers head, long scores) {}

    private final FrozenTransformer base;
    private final Architecture a;
    private final Workers workers;
    private final List<GroupAdapter> adapters;
    private final TransformerPass pass;
    private final TaskHead head;
    private final Tails tails;
    private final Tensor values;
    private final int capacity;
    private final List<Cache> caches = new ArrayList<>();
    private int length;

    CpuSession(
            CpuBase base,
            List<GroupAdapter> adapters,
            TransformerPass pass,
            TaskHead head,
            Tails tails,
            float[] values,
            int capacity) {
        this.base = base.frozen();
        this.workers = base.workers();
        this.adapters = adapters;
        this.pass = pass;
        this.head = head;
        this.tails = tails;
        this.values = Tensor.of(values);
        this.capacity = capacity;
        a = this.base.architecture();
        for (int layer = 0; layer < a.layers(); layer++) {
            long floats = (long) capacity * a.keyValueWidth();
            caches.add(new Cache(Tensor.zeros(floats), Tensor.zeros(floats)));
        }
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public float[] append(int... tokens) {
        if (tokens.length == 0 || length + tokens.length > capacity) {
            throw new IllegalArgumentException(
                    "text does not fit the session: tokens="
                            + tokens.length
                            + ", length="
                            + length
                            + ", bound="
                            + capacity);
        }
        for (int token : tokens) {
            base.embeddings().requireToken(token);
        }
        try {
            return extended(tokens);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private float[] extended(int... tokens) {
        float[] logits = {};
        for (int from = 0; from < tokens.length; from += MOST_ROWS) {
            int to = Math.min(tokens.length, from + MOST_ROWS);
            int[] part = Arrays.copyOfRange(tokens, from, to);
            boolean last = to == tokens.length;
            logits = tails.with(this, values.at(0), () -> extend(part, last));
            length += part.length;
        }
        return logits;
    }

    /** Runs {@code tokens} through the base; the scores after the last, if they are wanted. */
    private float[] extend(int[] tokens, boolean scored) {
        MicroBatch batch = MicroBatch.of(new Example(tokens, new int[0]));
        int rows = tokens.length;
        int seen = length + rows;
        base.rotary().ifPresent(table -> table.reserve(seen));
        return Team.lead(
                workers,
                team -> {
                    Buffers buffers = buffers(batch, seen);
                    buffers.pass().team = team;
                    buffers.head().team = team;
                    pass.forward(
                            buffers.pass(),
                            Runs.whole(rows, values.at(0)),
                            length,
                            (layer, tape, context, stride) ->
                                    attend(
                                            caches.get(layer),
                                            tape,
                                            rows,
                                            buffers.scores(),
                                            context,
                                            stride));
                    return scored ? scores(batch, buffers) : new float[0];
                });
    }

    private Buffers buffers(MicroBatch batch, int seen) {
        return workers.scratch()
                .lay(
                        carver ->
                                new Buffers(
                                        new PassBuffers(
                                                carver, batch, base, adapters, false, false),
                                        new TaskHead.Buffers(carver, head, 1),
                                        carver.floats((long) batch.rows() * seen)));
    }

    private float[] scores(MicroBatch batch, Buffers b) {
        Places last =
                new Places(
                        new int[] {batch.rows() - 1},
                        new int[] {Example.NO_LABEL},
                        new int[] {0, 1});
        float[] scores = new float[head.width()];
        head.forward(
                b.head(),
                batch,
                last,
                b.pass().output,
                Runs.whole(1, values.at(0)),
                (from, count, logits) -> Tensor.read(logits, scores, 0, scores.length));
        return scores;
    }

    private void attend(Cache cache, Tape tape, int rows, long scores, long context, int stride) {
        int width = base.projectionWidth();
        int kv = a.keyValueWidth();
        for (int row = 0; row < rows; row++) {
            long key = tape.projections + 4L * (row * width + a.queryWidth());
            long at = (long) (length + row) * kv;
            Tensor.copy(key, cache.keys().at(at), kv);
            Tensor.copy(key + 4L * kv, cache.values().at(at), kv);
        }
        int seen = length + rows;
        int size = a.headSize();
        float scale = (float) (1 / Math.sqrt(size));
        for (int head = 0; head < a.heads(); head++) {
            long query = tape.projections + 4L * head * size;
            int shared = head / (a.heads() / a.keyValueHeads()) * size;
            long keys = cache.keys().at(shared);
            OneDnn.multiplyTransposed(
                    rows, seen, size, scale, query, width, keys, kv, 0, scores, seen);
            for (int row = 0; row < rows; row++) {
                softmax(scores + 4L * row * seen, length + row, seen);
            }
            long v = cache.values().at(shared);
            long to = context + 4L * head * size;
            OneDnn.multiply(rows, size, seen, scores, seen, v, kv, 0, to, stride);
        }
    }

    /** Softmax over what the token at {@code position} sees; zero for the rest. */
    private void softmax(long row, int position, int seen) {
        int first = Math.max(0, position - a.window().orElse(Integer.MAX_VALUE) + 1);
        Tensor.clear(row, first);
        Tensor.clear(row + 4L * (position + 1), seen - position - 1);
        base.kernels().softmaxInPlace(row + 4L * first, position + 1 - first);
    }
}
