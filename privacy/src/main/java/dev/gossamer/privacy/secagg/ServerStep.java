package dev.gossamer.privacy.secagg;

import java.util.List;
import java.util.SortedMap;

/** What follows when the server closes a phase. */
public sealed interface ServerStep {
    /**
     * The next phase, and what each member that is still in gets for it.
     *
     * @param messages by name; many may be one array
     */
    record Send(SortedMap<String, byte[]> messages) implements ServerStep {}

    /**
     * The sums are open. An owner's ledger has to be charged before they are shown to anybody.
     *
     * @param result of the session
     */
    record Finished(SecAggResult result) implements ServerStep {}

    /**
     * The session is over, and nothing was opened.
     *
     * @param fault why
     * @param reason one line for people
     * @param culprits names of those without whom another attempt may succeed, as far as is known
     */
    record Failed(Fault fault, String reason, List<String> culprits) implements ServerStep {}
}
