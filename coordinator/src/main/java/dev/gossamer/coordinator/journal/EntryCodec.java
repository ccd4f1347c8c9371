package dev.gossamer.coordinator.journal;

import dev.gossamer.coordinator.cohort.Participant;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.ModelVersion;
import dev.gossamer.protocols.wire.PatchOffer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Entries as bytes: a kind, then the fields, big-endian; texts and blocks carry their length.
 *
 * <pre>
 *  0      1
 *  +------+---------------------------------------------+
 *  | kind | fields, in the order of the record           |
 *  +------+---------------------------------------------+
 * </pre>
 */
final class EntryCodec {
    private static final int STARTED = 1;
    private static final int BASIS_MADE = 2;
    private static final int ROUND_OPENED = 3;
    private static final int REPORTED = 4;
    private static final int ROUND_CLOSED = 5;
    private static final int ROUND_ABANDONED = 6;
    private static final int SCORED = 7;
    private static final int EVALUATED = 8;
    private static final int ENDED = 9;
    private static final int BASIS_DUE = 10;
    private static final int SKETCH_OPENED = 11;
    private static final int RANGE_FOUND = 12;

    private EntryCodec() {}

    static byte[] encode(Entry entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(entry, out);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    private static void write(Entry entry, DataOutputStream out) throws IOException {
        switch (entry) {
            case Entry.Started e -> {
                out.write(STARTED);
                writeBlock(e.runFile().getBytes(StandardCharsets.UTF_8), out);
            }
            case Entry.BasisMade e -> {
                out.write(BASIS_MADE);
                writeStanding(e.standing(), out);
            }
            case Entry.BasisDue e -> {
                out.write(BASIS_DUE);
                writeStanding(e.standing(), out);
            }
            case Entry.SketchOpened e -> {
                out.write(SKETCH_OPENED);
                writeOpened(e.pass(), e.attempt(), e.cohort(), out);
            }
            case Entry.RangeFound e -> {
                out.write(RANGE_FOUND);
                out.write(e.range().bytes());
            }
            case Entry.RoundOpened e -> {
                out.write(ROUND_OPENED);
                writeOpened(e.round(), e.attempt(), e.cohort(), out);
            }
            case Entry.Reported e -> {
                out.write(REPORTED);
                writeBlock(e.frame(), out);
            }
            case Entry.RoundClosed e -> {
                out.write(ROUND_CLOSED);
                out.writeInt(e.round());
                writeStanding(e.standing(), out);
            }
            case Entry.RoundAbandoned e -> {
                out.write(ROUND_ABANDONED);
                out.writeInt(e.round());
                out.writeInt(e.attempt());
            }
            case Entry.Scored e -> {
                out.write(SCORED);
                writeBlock(e.frame(), out);
            }
            case Entry.Evaluated e -> {
                out.write(EVALUATED);
                out.writeInt(e.round());
            }
            case Entry.Ended e -> {
                out.write(ENDED);
                writeBlock(e.outcome().getBytes(StandardCharsets.UTF_8), out);
            }
        }
    }

    private static void writeOpened(
            int number, int attempt, List<Participant> cohort, DataOutputStream out)
            throws IOException {
        out.writeInt(number);
        out.writeInt(attempt);
        out.writeInt(cohort.size());
        for (Participant participant : cohort) {
            writeBlock(participant.node().value().getBytes(StandardCharsets.US_ASCII), out);
            out.writeInt(participant.rank());
        }
    }

    private static void writeStanding(Standing standing, DataOutputStream out) throws IOException {
        writeDigest(standing.version().base(), out);
        out.write(standing.version().basis().bytes());
        out.write(standing.version().adapter().bytes());
        out.write(standing.global().bytes());
        out.writeBoolean(standing.patch().isPresent());
        if (standing.patch().isPresent()) {
            PatchOffer patch = standing.patch().get();
            out.write(patch.patch().bytes());
            out.writeByte(Factor.bits(patch.kept()));
            out.write(patch.values().bytes());
        }
        writeDigest(standing.memory(), out);
    }

    private static void writeDigest(Optional<Digest> digest, DataOutputStream out)
            throws IOException {
        out.writeBoolean(digest.isPresent());
        if (digest.isPresent()) {
            out.write(digest.get().bytes());
        }
    }

    private static void writeBlock(byte[] block, DataOutputStream out) throws IOException {
        out.writeInt(block.length);
        out.write(block);
    }

    /**
     * The entry in {@code content}.
     *
     * @throws IOException for any bytes that {@link #encode} does not write: where their checksum
     *     held, another program wrote them
     */
    static Entry decode(byte[] content) throws IOException {
        try {
            return read(new DataInputStream(new ByteArrayInputStream(content)), content.length);
        } catch (EOFException e) {
            throw new IOException("entry is shorter than its fields: bytes=" + content.length, e);
        } catch (IllegalArgumentException e) {
            throw new IOException("entry has a bad field: " + e.getMessage(), e);
        }
    }

    private static Entry read(DataInputStream in, int length) throws IOException {
        int kind = in.readUnsignedByte();
        Entry entry =
                switch (kind) {
                    case STARTED -> new Entry.Started(text(in));
                    case BASIS_MADE -> new Entry.BasisMade(standing(in));
                    case BASIS_DUE -> new Entry.BasisDue(standing(in));
                    case SKETCH_OPENED ->
                            new Entry.SketchOpened(in.readInt(), in.readInt(), cohort(in));
                    case RANGE_FOUND -> new Entry.RangeFound(digest(in));
                    case ROUND_OPENED ->
                            new Entry.RoundOpened(in.readInt(), in.readInt(), cohort(in));
                    case REPORTED -> new Entry.Reported(block(in));
                    case ROUND_CLOSED -> new Entry.RoundClosed(in.readInt(), standing(in));
                    case ROUND_ABANDONED -> new Entry.RoundAbandoned(in.readInt(), in.readInt());
                    case SCORED -> new Entry.Scored(block(in));
                    case EVALUATED -> new Entry.Evaluated(in.readInt());
                    case ENDED -> new Entry.Ended(text(in));
                    default -> throw new IOException("unknown kind of entry: kind=" + kind);
                };
        if (in.available() > 0) {
            throw new IOException("entry is longer than its fields: bytes=" + length);
        }
        return entry;
    }

    private static List<Participant> cohort(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0) {
            throw new IOException("cohort has a bad size: nodes=" + count);
        }
        List<Participant> cohort = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            cohort.add(new Participant(new NodeId(text(in)), in.readInt()));
        }
        return cohort;
    }

    private static Standing standing(DataInputStream in) throws IOException {
        ModelVersion version = new ModelVersion(optionalDigest(in), digest(in), digest(in));
        Digest global = digest(in);
        Optional<PatchOffer> patch =
                in.readBoolean()
                        ? Optional.of(
                                new PatchOffer(
                                        digest(in), Factor.ofBits(in.readByte()), digest(in)))
                        : Optional.empty();
        return new Standing(version, global, patch, optionalDigest(in));
    }

    private static Optional<Digest> optionalDigest(DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(digest(in)) : Optional.empty();
    }

    private static Digest digest(DataInputStream in) throws IOException {
        byte[] bytes = new byte[Digest.BYTES];
        in.readFully(bytes);
        return Digest.fromBytes(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(block(in), StandardCharsets.UTF_8);
    }

    private static byte[] block(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("block is cut short: bytes=" + length);
        }
        return in.readNBytes(length);
    }
}
