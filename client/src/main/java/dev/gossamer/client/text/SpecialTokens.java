package dev.gossamer.client.text;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * The tokens of a model that stand for no text, by the names its vocabulary gives them.
 *
 * @param beginning before a text
 * @param end after a text
 * @param stops that close an answer, {@code end} among them
 */
public record SpecialTokens(Optional<String> beginning, Optional<String> end, List<String> stops) {
    /** Nothing is known of them. */
    public static final SpecialTokens UNKNOWN =
            new SpecialTokens(Optional.empty(), Optional.empty(), List.of());

    /** Each stop once, {@code end} first. */
    public SpecialTokens {
        SequencedSet<String> once = new LinkedHashSet<>();
        end.ifPresent(once::add);
        once.addAll(stops);
        stops = List.copyOf(once);
    }
}
