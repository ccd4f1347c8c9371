package dev.gossamer.client.data;

import java.util.List;

/** Writes a conversation as the one text that a model was taught to continue. */
@FunctionalInterface
public interface ChatFormat {
    /**
     * The text of {@code turns}.
     *
     * @param openAnswer whether the text ends where the assistant's next message begins
     * @throws IllegalArgumentException if the format refuses such a conversation
     */
    String text(List<ChatTurn> turns, boolean openAnswer);
}
