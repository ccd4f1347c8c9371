package dev.gossamer.client.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.tensor.MemoryRate;
import dev.gossamer.client.tensor.NativeMemory;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.AdaptedModel.TextSession;
import dev.gossamer.client.train.Engine.Storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Tokens one by one, against the rate at which memory gives the weights once for each. */
final class Generation {
    private static final int PROMPT = 16;
    private static final int BLOCK = 16;
    private static final int ROUNDS = 8;
    private static final double NANOS = 1e9;

    private final BenchCase each;
    private final OpenedCase opened;
    private final Workers workers;
    private final LongSupplier nanos;

    Generation(BenchCase each, OpenedCase opened, Workers workers, LongSupplier nanos) {
        this.each = each;
        this.opened = opened;
        this.workers = workers;
        this.nanos = nanos;
    }

    ObjectNode run() {
        TextSession session = warm();
        long peak = ProcessMemory.peakResidentBytes();
        long offHeap = NativeMemory.peakBytes();
        long weights = weightBytes(opened.pretrained().base(), each.storage());
        MemoryRate memory = new MemoryRate(weights, workers, nanos);
        for (int i = 0; i < ROUNDS; i++) {
            double _ = memory.bytesPerSecond();
        }
        List<Double> tokens = new ArrayList<>();
        List<Double> bytes = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            tokens.add(block(session));
            bytes.add(memory.bytesPerSecond());
        }
        double rate = Median.of(tokens);
        double bandwidth = Median.of(bytes);
        return JsonNodeFactory.instance
                .objectNode()
                .put("case", each.name())
                .put("tokensPerSecond", CaseRun.rounded(rate, 100))
                .put("peakBytes", peak)
                .put("bandwidthShare", CaseRun.rounded(rate * weights / bandwidth, 10_000))
                .put("bandwidthBytesPerSecond", Math.round(bandwidth))
                .put("weightBytes", weights)
                .put("baseBytes", opened.baseBytes())
                .put("offHeapBytes", offHeap)
                .put("threads", workers.threads())
                .put("storage", each.storage().name().toLowerCase(Locale.ROOT))
                .put("precision", each.precision().name().toLowerCase(Locale.ROOT));
    }

    /** A session behind a prompt, in code that has been compiled. */
    private TextSession warm() {
        int capacity = PROMPT + (ROUNDS + 1) * BLOCK;
        TextSession first = started(capacity);
        for (int i = 0; i < ROUNDS * BLOCK; i++) {
            int _ = first.append(token(i)).length;
        }
        return started(capacity);
    }

    private TextSession started(int capacity) {
        TextSession session = opened.model().session(opened.values(), capacity);
        int[] prompt = new int[PROMPT];
        for (int i = 0; i < PROMPT; i++) {
            prompt[i] = token(i);
        }
        int _ = session.append(prompt).length;
        return session;
    }

    private int token(int i) {
        return 100 + 37 * i % (opened.pretrained().base().architecture().vocabulary() - 100);
    }

    private double block(TextSession session) {
        long begun = nanos.getAsLong();
        for (int i = 0; i < BLOCK; i++) {
            int _ = session.append(token(i)).length;
        }
        return BLOCK * NANOS / Math.max(1, nanos.getAsLong() - begun);
    }

    /** What one token reads: every map once, and the output's matrix. */
    static long weightBytes(Transformer base, Storage storage) {
        long maps = StepWork.weights(base);
        long words = (long) base.words().rows() * base.words().columns();
        return switch (storage) {
            case FP32 -> Float.BYTES * (maps + words);
            case BF16 -> Short.BYTES * (maps + words);
            case INT8 -> maps + words;
            case BLOCKS ->
                    base.linears().stream().map(map -> map.weight()).mapToLong(Matrix::bytes).sum()
                            + base.words().bytes();
        };
    }
}
