package dev.gossamer.client.data;

import dev.gossamer.client.data.DataRow.Content;
import dev.gossamer.client.text.TokenizedText;
import dev.gossamer.client.text.Tokenizer;

/**
 * Rows of sequence classification: a text or a pair of texts, and its class.
 *
 * @param column the labels' name, for errors
 * @param maxTokens longer rows are cut, of two texts the longer first
 */
public record ClassEncoder(Tokenizer tokenizer, Classes classes, String column, int maxTokens)
        implements RowEncoder {
    @Override
    public Encoded encode(DataRow row) {
        if (!(row.content() instanceof Content.Text content)) {
            throw new IllegalArgumentException("row of another task: content=" + row.content());
        }
        String label =
                content.label()
                        .orElseThrow(
                                () ->
                                        row.place()
                                                .fault(
                                                        "column="
                                                                + column
                                                                + " is missing; label the row or"
                                                                + " remove it"));
        TokenizedText whole = tokenize(tokenizer, content);
        TokenizedText cut = whole.cut(maxTokens);
        int index = classes.index(row.place(), column, label);
        return new Encoded(
                new Example(cut.ids(), new int[] {index}, cut.secondText()),
                cut.size() < whole.size());
    }

    private static TokenizedText tokenize(Tokenizer tokenizer, Content.Text content) {
        return content.secondText()
                .map(second -> tokenizer.tokenize(content.text(), second))
                .orElseGet(() -> tokenizer.tokenize(content.text()));
    }
}
