package dev.gossamer.client.data;

import java.util.Optional;

/**
 * The names of the columns that hold what a task needs; other columns are ignored.
 *
 * @param secondText of sequence pairs, where there are any
 * @param messages of conversations: a list of objects with {@code role} and {@code content}
 * @param tokens words of token classification, a list, or text with blanks between them
 * @param tags of the words, in the same form
 * @param client whose row it is
 */
public record Columns(
        String text,
        Optional<String> secondText,
        String label,
        String prompt,
        String completion,
        String messages,
        String tokens,
        String tags,
        Optional<String> client) {
    /** Columns with names. */
    public Columns {
        if (text.isEmpty()
                || label.isEmpty()
                || text.equals(label)
                || secondText.filter(text::equals).isPresent()
                || prompt.equals(completion)
                || tokens.equals(tags)) {
            throw new IllegalArgumentException(
                    "two columns of one name: text="
                            + text
                            + ", second-text="
                            + secondText.orElse("none")
                            + ", label="
                            + label
                            + ", prompt="
                            + prompt
                            + ", completion="
                            + completion
                            + ", tokens="
                            + tokens
                            + ", tags="
                            + tags);
        }
    }

    /** Each column under its own name; no second text and no client. */
    public static Columns standard() {
        return new Columns(
                "text",
                Optional.empty(),
                "label",
                "prompt",
                "completion",
                "messages",
                "tokens",
                "tags",
                Optional.empty());
    }

    /** The same with a second text. */
    public Columns withSecondText(String name) {
        return new Columns(
                text, Optional.of(name), label, prompt, completion, messages, tokens, tags, client);
    }

    /** The same with a column that says whose row it is. */
    public Columns withClient(String name) {
        return new Columns(
                text,
                secondText,
                label,
                prompt,
                completion,
                messages,
                tokens,
                tags,
                Optional.of(name));
    }
}
