package dev.gossamer.protocols.codec;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.run.CodecPlan;

import java.util.Arrays;
import java.util.Set;

/**
 * What makes the next version of an adapter of one that its receiver has: some factors, replaced or
 * added to, as an artifact and back.
 *
 * <pre>
 * "GSP1" | change u8: 0 replaces, 1 adds | plan u8: 0 the run's, 1 plain | factors u8 | zero u8
 *        | update, as {@link UpdateCodec} writes it for those factors
 * factors: bit 0 A, bit 1 B, bit 2 R, bit 3 the head
 * </pre>
 *
 * <p>A patch is only ever the shorter way: what it makes is held to the digest of the version, and
 * a receiver that cannot use it fetches the version whole.
 *
 * @param change what becomes of the values that the receiver has
 * @param plain whether the update is written by {@link CodecPlan#PLAIN} and not as the run says
 * @param factors that the update holds; the others stay
 * @param update empty where there are no factors; belongs to this object
 */
@SuppressWarnings("ArrayRecordComponent") // sent once, never compared
public record AdapterPatch(Change change, boolean plain, Set<Factor> factors, byte[] update) {
    private static final byte[] MAGIC = {'G', 'S', 'P', '1'};
    private static final int HEADER_BYTES = 8;

    /** What becomes of the values that the receiver has. */
    public enum Change {
        /** They are replaced, those that are not sent by zero. */
        REPLACES,
        /** They are added to. */
        ADDS
    }

    /** Copies the set. */
    public AdapterPatch {
        factors = Set.copyOf(factors);
    }

    /** The patch as an artifact. */
    public byte[] encode() {
        byte[] content = Arrays.copyOf(MAGIC, HEADER_BYTES + update.length);
        content[4] = (byte) (change == Change.ADDS ? 1 : 0);
        content[5] = (byte) (plain ? 1 : 0);
        content[6] = (byte) Factor.bits(factors);
        System.arraycopy(update, 0, content, HEADER_BYTES, update.length);
        return content;
    }

    /**
     * The patch in {@code content}; its update is not yet held to anything.
     *
     * @throws CodecException if it is none
     */
    public static AdapterPatch decode(byte[] content) throws CodecException {
        boolean sound =
                content.length >= HEADER_BYTES
                        && Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                        && (content[4] == 0 || content[4] == 1)
                        && (content[5] == 0 || content[5] == 1)
                        && content[6] >= 0
                        && content[7] == 0
                        && (content[6] == 0) == (content.length == HEADER_BYTES);
        if (!sound) {
            throw new CodecException(
                    CodecFault.BAD_HEADER, "artifact is no patch: bytes=" + content.length);
        }
        Set<Factor> factors;
        try {
            factors = Factor.ofBits(content[6]);
        } catch (IllegalArgumentException e) {
            throw new CodecException(CodecFault.BAD_HEADER, e.getMessage());
        }
        return new AdapterPatch(
                content[4] == 1 ? Change.ADDS : Change.REPLACES,
                content[5] == 1,
                factors,
                Arrays.copyOfRange(content, HEADER_BYTES, content.length));
    }

    /**
     * {@code from} with this patch.
     *
     * @param plan of the run's downloads
     * @throws CodecException if the update does not fit
     */
    public AdapterState applied(AdapterState from, CodecPlan plan) throws CodecException {
        if (factors.isEmpty()) {
            return from;
        }
        AdapterLayout part = part(from.layout());
        DecodedUpdate decoded = codec(plan, part).decode(update);
        boolean whole = part.equals(from.layout());
        AdapterState changed =
                switch (change) {
                    case REPLACES -> new AdapterState(part, decoded.dense());
                    case ADDS -> AdapterDelta.applied(from.only(part), decoded);
                };
        return whole ? changed : from.with(changed);
    }

    private AdapterLayout part(AdapterLayout layout) throws CodecException {
        boolean holdsAny = factors.stream().anyMatch(layout::has);
        if (!holdsAny) {
            throw new CodecException(
                    CodecFault.WRONG_SIZE, "adapter has none of the factors: factors=" + factors);
        }
        return layout.only(factors);
    }

    private UpdateCodec codec(CodecPlan plan, AdapterLayout part) {
        return new UpdateCodec(plain ? CodecPlan.PLAIN : plan, part);
    }
}
