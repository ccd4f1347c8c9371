package dev.gossamer.client.node;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.wire.ModelVersion;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * The last report of a node, as it was sent or is about to be, and what is owed with it.
 *
 * @param run the digest of the run file
 * @param round of the report
 * @param version that it is against
 * @param owed of error feedback, in the report's layout, with the whole change of its round and
 *     that report's message not yet taken off; empty without feedback; belongs to this object
 */
@SuppressWarnings("ArrayRecordComponent") // kept and read, never compared
record KeptReport(Digest run, int round, ModelVersion version, MadeReport report, double[] owed) {
    private static final int MAGIC = 'G' | 'S' << 8 | 'O' << 16 | '1' << 24;
    private static final int DIGESTS = 5;

    private static final int HEADER_BYTES =
            5 * Integer.BYTES + Double.BYTES + Long.BYTES + DIGESTS * Digest.BYTES;

    /** What one array can hold, less what some Java needs of it. */
    private static final int MAX_BYTES = Integer.MAX_VALUE - 64;

    private static final Digest NONE = Digest.fromBytes(new byte[Digest.BYTES]);

    /**
     * This report as bytes, little-endian.
     *
     * <pre>
     * "GSO1" | round u32 | weight u32 | loss f64 | tokens u64
     *        | digests: run | base, zeros for none | basis | adapter | layout
     *        | message length u32 | owed count u32 | message | owed f64 ...
     * </pre>
     *
     * @throws IllegalArgumentException if they are too many
     */
    byte[] encode() {
        byte[] message = report.message();
        long bytes = HEADER_BYTES + (long) message.length + (long) owed.length * Double.BYTES;
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "report is too large to be kept: values="
                            + owed.length
                            + ", bytes="
                            + bytes
                            + ", bound="
                            + MAX_BYTES);
        }
        ByteBuffer out = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(round).putInt(report.weight());
        out.putDouble(report.loss()).putLong(report.tokens());
        out.put(run.bytes()).put(version.base().orElse(NONE).bytes());
        out.put(version.basis().bytes()).put(version.adapter().bytes());
        out.put(report.layout().bytes());
        out.putInt(message.length).putInt(owed.length).put(message);
        out.asDoubleBuffer().put(owed);
        return out.array();
    }

    /** The report in {@code content}; empty for any bytes that {@link #encode} does not write. */
    static Optional<KeptReport> decode(byte[] content) {
        if (content.length < HEADER_BYTES) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int magic = in.getInt();
        int round = in.getInt();
        int weight = in.getInt();
        double loss = in.getDouble();
        long tokens = in.getLong();
        Digest run = digest(in);
        Optional<Digest> base = Optional.of(digest(in)).filter(name -> !name.equals(NONE));
        ModelVersion version = new ModelVersion(base, digest(in), digest(in));
        Digest layout = digest(in);
        int messageBytes = in.getInt();
        int count = in.getInt();
        long rest = (long) messageBytes + (long) count * Double.BYTES;
        boolean sound =
                magic == MAGIC
                        && round >= 1
                        && weight >= 1
                        && tokens >= 0
                        && messageBytes >= 0
                        && count >= 0
                        && rest == in.remaining();
        if (!sound) {
            return Optional.empty();
        }
        byte[] message = new byte[messageBytes];
        in.get(message);
        double[] owed = new double[count];
        in.asDoubleBuffer().get(owed);
        return Arrays.stream(owed).allMatch(Double::isFinite)
                ? Optional.of(
                        new KeptReport(
                                run,
                                round,
                                version,
                                new MadeReport(layout, weight, message, loss, tokens),
                                owed))
                : Optional.empty();
    }

    private static Digest digest(ByteBuffer in) {
        byte[] bytes = new byte[Digest.BYTES];
        in.get(bytes);
        return Digest.fromBytes(bytes);
    }
}
