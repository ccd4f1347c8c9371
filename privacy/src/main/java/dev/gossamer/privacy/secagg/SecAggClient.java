package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.FreshSeed;

import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One member's side of secure aggregation: the server learns the sum of all inputs, and nothing
 * else about any of them.
 *
 * <h2>The protocol</h2>
 *
 * <p>Practical secure aggregation of Bonawitz et al. (2017) with signed keys and the consistency
 * round; in large sessions on the graph of Bell et al. (2020). Bytes of each message stand with its
 * record.
 *
 * <ol>
 *   <li><b>Keys.</b> Each member makes two key pairs for this session, draws the seed b of its self
 *       mask, and advertises the public keys and commitments under its long-term signature. The
 *       server lists all: {@link KeyList}.
 *   <li><b>Randomness</b> (not in a complete graph). Contributors, chosen by the digest of the
 *       list, reveal what they committed to. The graph is drawn from the list and all reveals, so
 *       that neither the server nor any colluders choose who is whose neighbour. One missing reveal
 *       ends the attempt: a server that may drop reveals after it has seen them could draw until it
 *       likes the graph.
 *   <li><b>Shares.</b> Each member shares the seed s of its mask key and the seed b among its
 *       neighbours and itself, sealed for each. From here on all keys are bound to the view of keys
 *       and graph.
 *   <li><b>Masked input.</b> y = x + mask(b) + masks of pairs, added by the lower number and taken
 *       away by the higher, modulo 2^32 or 2^64. Pairs are neighbours who both shared.
 *   <li><b>Consistency.</b> The server says whose input it has; witnesses sign that set once.
 *   <li><b>Unmasking.</b> Given a quorum's signatures on the set that it was shown, a member sends,
 *       of each dealer, its share of b if the dealer is in the set and of s if it is not: never
 *       both. The server recovers the masks and takes them off the sum.
 * </ol>
 *
 * <p>Two masks are needed because a member that is taken for dropped may only be late: its pair
 * masks are then known, and b still hides its input.
 *
 * <h2>How it is driven</h2>
 *
 * <p>A pure state machine: it is given the server's messages and says what to send. {@link #open}
 * begins a session. Its {@link #memory} and the record of {@link #advert} must be durable before
 * the advert leaves, and so must each {@link ClientStep.Advanced#record} before its answer. {@link
 * #restore} goes on from these records, and answers what was answered before with the same bytes. A
 * client that lost them stays out: its memory does not let it begin the session again. After the
 * last step the records should be deleted.
 *
 * <p>One thread may use it.
 */
public final class SecAggClient {
    private final ClientSelf self;
    private final byte[] root;
    private final Map<MessageKind, Answered> answered = new EnumMap<>(MessageKind.class);
    private ClientPhase phase;
    private SessionMemory memory;

    /** What a message was answered with. */
    private record Answered(Sha256 message, Optional<byte[]> answer) {}

    private SecAggClient(ClientSelf self, byte[] root, SessionMemory memory) {
        this.self = self;
        this.root = root;
        this.memory = memory;
        phase = new AwaitKeys(self);
    }

    /**
     * Begins a session.
     *
     * @param memory of the run
     * @param random secure; it is tested, and drawn from once
     * @throws Refusal if the session was begun before, or its round is closed
     * @throws dev.gossamer.privacy.identity.RandomSourceException if the source fails its test
     */
    public static SecAggClient open(
            SessionContext context,
            Member member,
            ClientPolicy policy,
            SessionMemory memory,
            SecureRandom random)
            throws Refusal {
        SessionMemory begun = memory.begin(context);
        byte[] root = FreshSeed.draw(random);
        ClientSelf self = ClientSelf.of(Session.of(context), member, policy, root);
        return new SecAggClient(self, root, begun);
    }

    /**
     * The client that {@code records} were made by, as it was after the last of them.
     *
     * @param records of {@link #advert} and of each step since, in order
     * @throws Refusal if they are not those of one client
     */
    public static SecAggClient restore(Member member, ClientPolicy policy, List<byte[]> records)
            throws Refusal {
        if (records.isEmpty()) {
            throw new Refusal(Fault.MALFORMED, "no record to restore a client from");
        }
        ClientRecord.Begun begun = ClientRecord.Begun.decode(records.getFirst());
        ClientSelf self = ClientSelf.of(Session.of(begun.context()), member, policy, begun.root());
        SessionMemory memory = SessionMemory.fresh(begun.context().run()).begin(begun.context());
        SecAggClient client = new SecAggClient(self, begun.root(), memory);
        for (byte[] record : records.subList(1, records.size())) {
            client.replay(record);
        }
        return client;
    }

    private void replay(byte[] record) throws Refusal {
        byte[] content = ClientRecord.content(record);
        if (!ClientRecord.isInput(record)) {
            advance(content);
        } else if (phase instanceof AwaitInput waiting) {
            MaskedInput.decode(self.session(), waiting.holding().at().view(), content);
            phase = waiting.sent(content).phase();
            answered.put(
                    MessageKind.MASKED_INPUT,
                    new Answered(Sha256.of(content), Optional.of(content)));
        } else {
            throw new Refusal(Fault.MALFORMED, "an input was recorded out of turn");
        }
    }

    /** What must outlive this session; it changes when the session begins and when shares leave. */
    public SessionMemory memory() {
        return memory;
    }

    /** The name of this member. */
    public String name() {
        return self.member().name();
    }

    /** The first message; the same each time. */
    public ClientStep.Advanced advert() {
        byte[] record = new ClientRecord.Begun(root, self.session().context()).encode();
        return new ClientStep.Advanced(record, Optional.of(self.advert().encode(self.session())));
    }

    /** What to do about a message of the server. */
    public ClientStep receive(byte[] message) {
        try {
            MessageKind kind = MessageKind.of(message);
            Answered before = answered.get(kind);
            if (before != null) {
                return repeat(before, message);
            }
            Optional<byte[]> answer = advance(message);
            return new ClientStep.Advanced(ClientRecord.ofMessage(message), answer);
        } catch (Refusal refusal) {
            return ClientStep.Refused.of(refusal);
        }
    }

    private static ClientStep repeat(Answered before, byte[] message) throws Refusal {
        if (!before.message().equals(Sha256.of(message))) {
            throw new Refusal(
                    Fault.CONFLICT,
                    "a message of this kind was answered, and this one differs: kind="
                            + MessageKind.of(message));
        }
        return new ClientStep.Repeated(before.answer());
    }

    private Optional<byte[]> advance(byte[] message) throws Refusal {
        MessageKind kind = MessageKind.of(message);
        if (!phase.expects().filter(kind::equals).isPresent()) {
            self.session().open(kind, message);
            throw new Refusal(
                    phase instanceof Unmasked ? Fault.LATE : Fault.EARLY,
                    "message out of turn: kind="
                            + kind
                            + ", expected="
                            + phase.expects().map(Enum::name).orElse("none"));
        }
        ClientPhase.Next next = phase.receive(message);
        phase = next.phase();
        if (phase instanceof Unmasked) {
            memory = memory.release();
        }
        answered.put(kind, new Answered(Sha256.of(message), next.answer()));
        return next.answer();
    }

    /** Whether the shares are here, and the input is what is missing. */
    public boolean wantsInput() {
        return phase instanceof AwaitInput;
    }

    /**
     * Gives the input, once the client {@link #wantsInput}; it is left as it is. Again, after it
     * was given, the first answer stands, whatever the input.
     *
     * @throws IllegalStateException before the shares are here
     * @throws IllegalArgumentException if the vector is not of the session's ring and length
     */
    public ClientStep give(RingVector input) {
        Answered before = answered.get(MessageKind.MASKED_INPUT);
        if (before != null) {
            return new ClientStep.Repeated(before.answer());
        }
        if (!(phase instanceof AwaitInput waiting)) {
            throw new IllegalStateException(
                    "client does not want its input yet: name=" + self.member().name());
        }
        byte[] masked = waiting.mask(input);
        ClientPhase.Next next = waiting.sent(masked);
        phase = next.phase();
        answered.put(MessageKind.MASKED_INPUT, new Answered(Sha256.of(masked), next.answer()));
        return new ClientStep.Advanced(ClientRecord.ofInput(masked), next.answer());
    }

    /** Whether the client has sent its shares, which is all that it will do. */
    public boolean isDone() {
        return phase instanceof Unmasked;
    }

    @Override
    public String toString() {
        return self.member().name() + " in session " + self.session().digest();
    }
}
