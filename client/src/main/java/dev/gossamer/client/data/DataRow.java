package dev.gossamer.client.data;

import java.util.List;
import java.util.Optional;

/**
 * One row of an owner's data before it is tokenised.
 *
 * @param client whose row it is, where a column says so
 */
public record DataRow(Place place, Content content, Optional<String> client) {
    /** What a row holds, as its task needs it. */
    public sealed interface Content {
        /**
         * A text, or two that belong together.
         *
         * @param label its class by name
         */
        record Text(String text, Optional<String> secondText, Optional<String> label)
                implements Content {}

        /**
         * Words with a tag each.
         *
         * @param tags as many as words, or none where the row has no tags
         */
        record Words(List<String> words, List<String> tags) implements Content {
            /** Copies the lists. */
            public Words {
                words = List.copyOf(words);
                tags = List.copyOf(tags);
            }
        }

        /** A prompt and what is to be written after it. */
        record Completion(String prompt, String completion) implements Content {}

        /** A conversation with at least one message of the assistant. */
        record Chat(List<ChatTurn> turns) implements Content {
            /** Copies the list. */
            public Chat {
                turns = List.copyOf(turns);
            }
        }
    }

    /** The class of a text, or the tags of words: what the row is labelled with. */
    public List<String> labels() {
        return switch (content) {
            case Content.Text text -> text.label().stream().toList();
            case Content.Words words -> words.tags();
            case Content.Completion completion -> List.of();
            case Content.Chat chat -> List.of();
        };
    }
}
