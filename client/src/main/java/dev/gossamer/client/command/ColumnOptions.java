package dev.gossamer.client.command;

import dev.gossamer.client.data.Columns;

import picocli.CommandLine.Option;

/** Which columns of a data file hold what. */
final class ColumnOptions {
    @Option(
            names = "--text",
            defaultValue = "text",
            paramLabel = "COLUMN",
            description = "of a text, or of the first of a pair")
    private String text;

    @Option(
            names = "--second-text",
            paramLabel = "COLUMN",
            description = "of the second text of pairs")
    private String secondText;

    @Option(
            names = "--label",
            defaultValue = "label",
            paramLabel = "COLUMN",
            description = "of its class")
    private String label;

    @Option(
            names = "--prompt",
            defaultValue = "prompt",
            paramLabel = "COLUMN",
            description = "of what a completion follows")
    private String prompt;

    @Option(
            names = "--completion",
            defaultValue = "completion",
            paramLabel = "COLUMN",
            description = "of what is to be written")
    private String completion;

    @Option(
            names = "--messages",
            defaultValue = "messages",
            paramLabel = "COLUMN",
            description = "of a conversation: a list of role and content")
    private String messages;

    @Option(
            names = "--tokens",
            defaultValue = "tokens",
            paramLabel = "COLUMN",
            description = "of words: a list, or text with blanks")
    private String tokens;

    @Option(
            names = "--tags",
            defaultValue = "tags",
            paramLabel = "COLUMN",
            description = "of the words' classes, in the same form")
    private String tags;

    @Option(
            names = "--client",
            paramLabel = "COLUMN",
            description = "of whose row it is; checked and not used here")
    private String client;

    Columns columns() {
        return new Columns(
                text,
                Words.optional(secondText),
                label,
                prompt,
                completion,
                messages,
                tokens,
                tags,
                Words.optional(client));
    }
}
