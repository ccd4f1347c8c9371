package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.RosterTrust;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The server's side of secure aggregation, which {@link SecAggClient} describes.
 *
 * <p>A pure state machine without secrets or randomness: it is given members' messages with their
 * authenticated senders, and told when to close a phase, at its deadline or when it {@link
 * #isComplete}. The same messages and closings lead to the same bytes, so a journal of both
 * restores a server. Whoever misses a phase has left the session; nobody joins after the first.
 *
 * <p>{@link #close} of the last phase expands as many masks as there are members, and for each
 * dropped member as many as it has neighbours: it belongs off an event loop.
 *
 * <p>One thread may use it.
 */
public final class SecAggServer {
    private final Map<MessageKind, Map<String, Sha256>> accepted = new EnumMap<>(MessageKind.class);
    private Optional<ServerPhase> phase;
    private SortedMap<String, byte[]> latest = new TreeMap<>();

    /**
     * A server at the beginning of a session.
     *
     * @param trust by which it admits keys
     * @param cohort names of those who may advertise keys
     */
    public SecAggServer(SessionContext context, RosterTrust trust, Set<String> cohort) {
        if (cohort.size() > context.parameters().cohort()) {
            throw new IllegalArgumentException(
                    "more names than the session has members: names="
                            + cohort.size()
                            + ", bound="
                            + context.parameters().cohort());
        }
        phase = Optional.of(new CollectAdverts(Session.of(context), trust, cohort));
    }

    /** The kind of message that is collected now; empty when the session is over. */
    public Optional<MessageKind> collects() {
        return phase.map(ServerPhase::collects);
    }

    /** Whether nothing is waited for any more, so that the phase can be closed early. */
    public boolean isComplete() {
        return phase.map(ServerPhase::isComplete).orElse(true);
    }

    /**
     * Takes a message.
     *
     * @param from its sender, as the transport authenticated it
     */
    public Receipt accept(String from, byte[] message) {
        try {
            MessageKind kind = MessageKind.of(message);
            Sha256 digest = Sha256.of(message);
            Map<String, Sha256> ofKind = accepted.computeIfAbsent(kind, _ -> new HashMap<>());
            Optional<Sha256> before = Optional.ofNullable(ofKind.get(from));
            if (before.isPresent()) {
                return repeated(from, kind, before.get().equals(digest));
            }
            current(kind).accept(from, message);
            ofKind.put(from, digest);
            return new Receipt.Accepted();
        } catch (Refusal refusal) {
            return Receipt.Rejected.of(refusal);
        }
    }

    private static Receipt repeated(String from, MessageKind kind, boolean isSame) throws Refusal {
        if (!isSame) {
            throw new Refusal(
                    Fault.CONFLICT,
                    "another message of this kind stands: name=" + from + ", kind=" + kind,
                    List.of(from));
        }
        return new Receipt.Repeated();
    }

    private ServerPhase current(MessageKind kind) throws Refusal {
        ServerPhase now =
                phase.orElseThrow(() -> new Refusal(Fault.LATE, "session is over: kind=" + kind));
        if (now.collects() != kind) {
            throw new Refusal(
                    kind.compareTo(now.collects()) < 0 ? Fault.LATE : Fault.EARLY,
                    "message out of turn: kind=" + kind + ", expected=" + now.collects());
        }
        return now;
    }

    /**
     * Closes the phase.
     *
     * @throws IllegalStateException if the session is over
     */
    public ServerStep close() {
        ServerPhase now = phase.orElseThrow(() -> new IllegalStateException("session is over"));
        phase = Optional.empty();
        latest = new TreeMap<>();
        try {
            return switch (now.close()) {
                case ServerPhase.Closed.Next next -> {
                    phase = Optional.of(next.phase());
                    latest = next.step().messages();
                    yield next.step();
                }
                case ServerPhase.Closed.End end -> new ServerStep.Finished(end.result());
            };
        } catch (Refusal refusal) {
            return new ServerStep.Failed(refusal.fault(), refusal.getMessage(), refusal.culprits());
        }
    }

    /**
     * What {@code name} was sent last, for one that comes back; empty if it has left or must wait.
     */
    public Optional<byte[]> latestFor(String name) {
        return Optional.ofNullable(latest.get(name)).map(byte[]::clone);
    }
}
