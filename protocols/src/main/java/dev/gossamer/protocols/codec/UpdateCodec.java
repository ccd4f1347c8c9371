package dev.gossamer.protocols.codec;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.CodecPlan.Entropy;
import dev.gossamer.protocols.run.CodecPlan.Feedback;
import dev.gossamer.protocols.run.CodecPlan.Sparsify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Updates as bytes, and back, as one direction of a run declares it.
 *
 * <p>The order is: the {@linkplain AdapterDelta change} against the last state is taken and
 * {@linkplain ErrorFeedback what is owed} is added, both by the caller, who keeps them; then the
 * values to send are chosen, written as the plan says, their indices coded, and the sections packed
 * where that makes them shorter. {@link UpdateHeader} has the bytes.
 *
 * <p>Decoding knows layout and plan beforehand, and so never allocates more than an update of the
 * run needs, whatever a message claims: two arrays of the values that the density allows, and for a
 * packed section its longest plain form. Immutable, and so for any number of threads.
 */
public final class UpdateCodec {
    private static final byte[] NO_SCALES = {};

    private final CodecPlan plan;
    private final AdapterLayout layout;
    private final int[] sliceSizes;
    private final int size;
    private final int kept;

    /**
     * A codec for updates in {@code layout}.
     *
     * @throws dev.gossamer.protocols.run.RunFileException if the plan is out of its bounds
     */
    public UpdateCodec(CodecPlan plan, AdapterLayout layout) {
        plan.requireWithin("plan");
        this.plan = plan;
        this.layout = layout;
        size = layout.size();
        sliceSizes =
                plan.sparsify() == Sparsify.TOP_K_PER_TENSOR
                        ? layout.slices().stream().mapToInt(Slice::size).toArray()
                        : new int[] {size};
        kept = Arrays.stream(sliceSizes).map(part -> TopK.kept(plan.density(), part)).sum();
    }

    /** What the updates are changes of. */
    public AdapterLayout layout() {
        return layout;
    }

    /** More bytes than this no message has. */
    public long maxBytes() {
        long indices =
                IndexCoding.of(plan.index()).stream()
                        .mapToLong(coding -> coding.maxBytes(kept, size))
                        .max()
                        .orElse(0);
        return UpdateHeader.BYTES
                + Math.max(Long.BYTES, indices)
                + ValueSection.scaleBytes(plan, kept)
                + ValueSection.valueBytes(plan.values(), kept);
    }

    /** How many values a message holds. */
    public int kept() {
        return kept;
    }

    /**
     * The message of {@code update}.
     *
     * @param update in layout order
     * @param seed of the indices that random-k draws; the same for all who draw the same
     * @param coins of stochastic rounding; used up
     * @throws IllegalArgumentException if the length differs or a value is not finite
     */
    public EncodedUpdate encode(float[] update, long seed, CounterRandom coins) {
        if (update.length != size) {
            throw new IllegalArgumentException(
                    "update has a wrong length: values=" + update.length + ", expected=" + size);
        }
        if (sendsAll()) {
            FiniteValues.require(update);
            return message(IndexCoding.ALL, new byte[0], false, update, coins);
        }
        int[] indices = select(update, seed);
        float[] values = gather(update, indices);
        if (plan.sparsify() == Sparsify.RANDOM_K) {
            FiniteValues.require(update);
            scaleInPlace(values);
            byte[] section = IndexSection.encode(IndexCoding.SEED, indices, size, seed);
            return message(IndexCoding.SEED, section, false, values, coins);
        }
        Coded coded = shortest(indices);
        return message(coded.coding(), coded.section(), coded.packed(), values, coins);
    }

    /** Of all values no index is sent, unless a coding is demanded. */
    private boolean sendsAll() {
        return kept == size && plan.index() == CodecPlan.Index.AUTO;
    }

    private int[] select(float[] update, long seed) {
        if (plan.sparsify() == Sparsify.RANDOM_K) {
            return RandomK.select(seed, size, kept);
        }
        int[] indices = new int[kept];
        int from = 0;
        int at = 0;
        for (int part : sliceSizes) {
            int k = TopK.kept(plan.density(), part);
            TopK.select(update, from, from + part, k, indices, at);
            from += part;
            at += k;
        }
        return indices;
    }

    private static float[] gather(float[] update, int[] indices) {
        float[] values = new float[indices.length];
        for (int i = 0; i < indices.length; i++) {
            values[i] = update[indices[i]];
        }
        return values;
    }

    /** Without feedback, each value also stands for those left out, so that the mean is right. */
    private void scaleInPlace(float[] values) {
        if (plan.feedback() == Feedback.NONE) {
            float scale = (float) ((double) size / kept);
            for (int i = 0; i < values.length; i++) {
                values[i] *= scale;
            }
        }
    }

    /** An index section as it is sent. */
    @SuppressWarnings("ArrayRecordComponent") // a part of a message, never compared
    private record Coded(IndexCoding coding, byte[] section, boolean packed) {}

    /** Without packing, lengths are known before anything is written. */
    private Coded shortest(int[] indices) {
        List<IndexCoding> codings = IndexCoding.of(plan.index());
        if (plan.entropy() == Entropy.ZSTD) {
            return shortestPacked(indices, codings);
        }
        IndexCoding best = codings.getFirst();
        long least = best.cost(indices, size);
        for (IndexCoding coding : codings.subList(1, codings.size())) {
            long cost = coding.cost(indices, size);
            if (cost < least) {
                best = coding;
                least = cost;
            }
        }
        return new Coded(best, IndexSection.encode(best, indices, size, 0), false);
    }

    private Coded shortestPacked(int[] indices, List<IndexCoding> codings) {
        Coded best = packed(codings.getFirst(), indices);
        for (IndexCoding coding : codings.subList(1, codings.size())) {
            Coded other = packed(coding, indices);
            if (other.section().length < best.section().length) {
                best = other;
            }
        }
        return best;
    }

    private Coded packed(IndexCoding coding, int[] indices) {
        byte[] plain = IndexSection.encode(coding, indices, size, 0);
        byte[] section = Packing.shorter(plain, width(coding));
        return new Coded(coding, section, section.length < plain.length);
    }

    private static int width(IndexCoding coding) {
        return coding == IndexCoding.COO ? Integer.BYTES : 1;
    }

    private EncodedUpdate message(
            IndexCoding coding,
            byte[] index,
            boolean packedIndex,
            float[] values,
            CounterRandom coins) {
        if (plan.values() == CodecPlan.Values.FP32 && plan.entropy() == Entropy.NONE) {
            // Straight into the message: the largest updates are not held twice.
            Parts parts =
                    new Parts(coding, index, packedIndex, NO_SCALES, 4 * values.length, false);
            return assembled(parts, values.length, out -> out.asFloatBuffer().put(values));
        }
        ValueSection section = ValueSection.encode(plan, values, coins);
        byte[] plain = section.values();
        byte[] sent =
                plan.entropy() == Entropy.ZSTD
                        ? Packing.shorter(plain, ValueSection.width(plan.values()))
                        : plain;
        boolean packed = sent.length < plain.length;
        Parts parts = new Parts(coding, index, packedIndex, section.scales(), sent.length, packed);
        return assembled(parts, values.length, out -> out.put(sent));
    }

    /** The sections of a message, but for the values themselves. */
    @SuppressWarnings("ArrayRecordComponent") // a part of a message, never compared
    private record Parts(
            IndexCoding coding,
            byte[] index,
            boolean packedIndex,
            byte[] scales,
            int valueBytes,
            boolean packedValues) {}

    private EncodedUpdate assembled(Parts parts, int count, Consumer<ByteBuffer> values) {
        UpdateHeader header =
                new UpdateHeader(
                        plan.values(),
                        parts.coding(),
                        parts.packedIndex(),
                        parts.packedValues(),
                        size,
                        count,
                        blockOnWire(),
                        parts.index().length,
                        parts.valueBytes());
        long length =
                (long) UpdateHeader.BYTES
                        + parts.index().length
                        + parts.scales().length
                        + parts.valueBytes();
        byte[] message = new byte[Math.toIntExact(length)];
        ByteBuffer out = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        header.write(out);
        out.put(parts.index()).put(parts.scales());
        values.accept(out);
        return new EncodedUpdate(
                message,
                count,
                parts.coding(),
                UpdateHeader.BYTES,
                parts.index().length,
                parts.scales().length,
                parts.valueBytes());
    }

    private int blockOnWire() {
        return plan.values().hasScales() ? plan.block() : 0;
    }

    /**
     * The update in {@code message}; survives any bytes.
     *
     * @throws CodecException for bytes that {@link #encode} does not write by this plan, and for
     *     values that are not finite
     */
    public DecodedUpdate decode(byte[] message) throws CodecException {
        UpdateHeader header = UpdateHeader.read(message);
        requireDeclared(header);
        long scaleBytes = ValueSection.scaleBytes(plan, header.kept());
        header.requireLength(message.length, scaleBytes);
        int scalesAt = UpdateHeader.BYTES + header.indexBytes();
        int valuesAt = scalesAt + (int) scaleBytes;
        Section index = new Section(message, UpdateHeader.BYTES, scalesAt);
        Section values = new Section(message, valuesAt, message.length);
        return decode(header, index, new Section(message, scalesAt, valuesAt), values);
    }

    private DecodedUpdate decode(UpdateHeader header, Section index, Section scales, Section sent)
            throws CodecException {
        int count = header.kept();
        int[] indices = decodeIndices(header, index);
        long plainBytes = ValueSection.valueBytes(plan.values(), count);
        Section values =
                header.packedValues()
                        ? Packing.unpacked(sent, ValueSection.width(plan.values()), plainBytes)
                        : sent;
        values.requireLength("values", plainBytes);
        float[] decoded = ValueSection.decode(plan, scales, values, count);
        return header.index() == IndexCoding.ALL
                ? new DecodedUpdate.Dense(decoded)
                : new DecodedUpdate.Sparse(size, indices, decoded);
    }

    private int[] decodeIndices(UpdateHeader header, Section sent) throws CodecException {
        IndexCoding coding = header.index();
        long most = coding.maxBytes(header.kept(), size);
        Section section = header.packedIndex() ? Packing.unpacked(sent, width(coding), most) : sent;
        switch (coding) {
            case ALL, BITMAP, COO, SEED -> section.requireLength("indices", most);
            case VARINT, RICE -> {
                if (section.length() > most) {
                    throw new CodecException(
                            CodecFault.BAD_LENGTH,
                            "indices are too long: bytes=" + section.length() + ", bound=" + most);
                }
            }
        }
        return IndexSection.decode(coding, section, header.kept(), size);
    }

    /** Refuses a message that another layout or another plan would give. */
    private void requireDeclared(UpdateHeader header) throws CodecException {
        if (header.size() != size) {
            throw new CodecException(
                    CodecFault.WRONG_SIZE,
                    "size differs: given=" + header.size() + ", expected=" + size);
        }
        boolean packed = header.packedIndex() || header.packedValues();
        if (header.values() != plan.values()
                || header.block() != blockOnWire()
                || !declares(header.index())
                || (packed && plan.entropy() == Entropy.NONE)) {
            throw new CodecException(
                    CodecFault.WRONG_CODING,
                    "coding differs: values="
                            + header.values()
                            + ", block="
                            + header.block()
                            + ", index="
                            + header.index()
                            + ", packed="
                            + packed);
        }
        int least = header.index() == IndexCoding.ALL ? size : 1;
        if (header.kept() < least || header.kept() > kept) {
            throw new CodecException(
                    CodecFault.BAD_COUNT,
                    "bad count of values: kept="
                            + header.kept()
                            + ", bound="
                            + least
                            + ".."
                            + kept);
        }
    }

    private boolean declares(IndexCoding coding) {
        return switch (coding) {
            case ALL -> sendsAll();
            case SEED -> !sendsAll() && plan.sparsify() == Sparsify.RANDOM_K;
            case BITMAP, VARINT, RICE, COO ->
                    !sendsAll()
                            && plan.sparsify() != Sparsify.RANDOM_K
                            && IndexCoding.of(plan.index()).contains(coding);
        };
    }
}
