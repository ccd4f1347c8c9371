package dev.gossamer.privacy.secagg;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * All that the members of one session have to agree on: which round of which run it is, and which
 * base, basis, adapter and configuration each was shown.
 *
 * <p>Its digest is in every message, under every signature and in every key. Members that were
 * shown different things derive different masks, which do not cancel: a server that hands one of
 * them a model of its own, to see what only that one makes of it, gets noise.
 *
 * <pre>
 * "GSAC" | version u8 | run length u8 | run UTF-8 | round u64 | attempt u32
 *        | base 32 | basis 32 | adapter 32 | configuration 32
 *        | ring u8 | words u32 | cohort u32 | minimum u32 | colluders u32 | agreement u8
 *        | topology u8 | first number u32 | second number u32
 * </pre>
 *
 * @param run its name, 1 to 255 bytes
 * @param round 0 or more
 * @param attempt at this round, 0 to {@value #MAX_ATTEMPT}
 * @param base digest of the frozen model's fingerprint
 * @param basis digest of the frozen factors
 * @param adapter digest of what is trained on
 * @param configuration digest of the rest: scales, plan, codec, seed of a common support
 * @param parameters of the aggregation
 */
public record SessionContext(
        String run,
        long round,
        int attempt,
        Sha256 base,
        Sha256 basis,
        Sha256 adapter,
        Sha256 configuration,
        SecAggParameters parameters) {
    /** Each attempt draws a graph again; {@link Thresholds#SOUNDNESS_BITS} pays for four. */
    public static final int MAX_ATTEMPT = 3;

    private static final byte[] MAGIC = {'G', 'S', 'A', 'C', 1};
    private static final int MAX_RUN_BYTES = 255;

    /** Values within their ranges. */
    public SessionContext {
        int length = run.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > MAX_RUN_BYTES || round < 0) {
            throw new IllegalArgumentException(
                    "out of range: run="
                            + run
                            + ", bound=1.."
                            + MAX_RUN_BYTES
                            + " bytes, round="
                            + round
                            + ", bound=0 or more");
        }
        if (attempt < 0 || attempt > MAX_ATTEMPT) {
            throw new IllegalArgumentException(
                    "out of range: attempt=" + attempt + ", bound=0.." + MAX_ATTEMPT);
        }
    }

    /** The digest of all of it. */
    public Sha256 digest() {
        return Sha256.of(encode());
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter().bytes(MAGIC);
        byte[] name = run.getBytes(StandardCharsets.UTF_8);
        out.u8(name.length).bytes(name).u64(round).u32(attempt);
        out.bytes(base.bytes()).bytes(basis.bytes());
        out.bytes(adapter.bytes()).bytes(configuration.bytes());
        out.u8(parameters.ring().code()).u32(parameters.words());
        out.u32(parameters.cohort()).u32(parameters.minimum()).u32(parameters.colluders());
        out.u8(parameters.agreement().code());
        switch (parameters.topology()) {
            case Topology.Complete _ -> out.u8(0).u32(0).u32(0);
            case Topology.Regular regular ->
                    out.u8(1).u32(regular.degree()).u32(regular.threshold());
            case Topology.Groups groups -> out.u8(2).u32(groups.size()).u32(groups.liars());
        }
        return out.toBytes();
    }

    /** The context of bytes that {@link #encode} gave; any others are refused. */
    static SessionContext decode(byte[] bytes) throws Refusal {
        ByteReader in = new ByteReader(bytes);
        in.expect("session context", MAGIC);
        byte[] name = in.bytes("run", in.u8("run length"));
        try {
            SessionContext context =
                    new SessionContext(
                            new String(name, StandardCharsets.UTF_8),
                            in.u64("round"),
                            in.u32("attempt"),
                            Sha256.fromBytes(in.bytes("base", Sha256.BYTES)),
                            Sha256.fromBytes(in.bytes("basis", Sha256.BYTES)),
                            Sha256.fromBytes(in.bytes("adapter", Sha256.BYTES)),
                            Sha256.fromBytes(in.bytes("configuration", Sha256.BYTES)),
                            parameters(in));
            if (!Arrays.equals(bytes, context.encode())) {
                throw new Refusal(Fault.MALFORMED, "session context is not in its one form");
            }
            return context;
        } catch (IllegalArgumentException e) {
            throw new Refusal(Fault.MALFORMED, e.getMessage());
        }
    }

    private static SecAggParameters parameters(ByteReader in) throws Refusal {
        Ring ring = in.oneOf("ring", Ring.values(), Ring::code);
        int words = in.u32("words");
        int cohort = in.u32("cohort");
        int minimum = in.u32("minimum");
        int colluders = in.u32("colluders");
        Agreement agreement = in.oneOf("agreement", Agreement.values(), Agreement::code);
        int kind = in.u8("topology");
        int first = in.u32("first number");
        int second = in.u32("second number");
        in.end();
        Topology topology =
                switch (kind) {
                    case 0 -> new Topology.Complete();
                    case 1 -> new Topology.Regular(first, second);
                    case 2 -> new Topology.Groups(first, second);
                    default -> throw new Refusal(Fault.MALFORMED, "unknown topology: kind=" + kind);
                };
        return new SecAggParameters(ring, words, cohort, minimum, colluders, agreement, topology);
    }
}
