package dev.gossamer.client.command;

import dev.gossamer.client.data.Columns;

import picocli.CommandLine.Option;

/** Which columns of a data file hold what. */
final class ColumnOptions {
    @Option(names = "--text", defaultValue = "text", paramLabel = "COLUMN")
    private String text;

    @Option(names = "--second-text", paramLabel = "COLUMN", description = "of sequence pairs")
    private String secondText;

    @Option(names = "--label", defaultValue = "label", paramLabel = "COLUMN")
    private String label;

    @Option(names = "--prompt", defaultValue = "prompt", paramLabel = "COLUMN")
    private String prompt;

    @Option(names = "--completion", defaultValue = "completion", paramLabel = "COLUMN")
    private String completion;

    @Option(names = "--messages", defaultValue = "messages", paramLabel = "COLUMN")
    private String messages;

    @Option(names = "--tokens", defaultValue = "tokens", paramLabel = "COLUMN")
    private String tokens;

    @Option(names = "--tags", defaultValue = "tags", paramLabel = "COLUMN")
    private String tags;

    @Option(names = "--client", paramLabel = "COLUMN", description = "whose row it is")
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
