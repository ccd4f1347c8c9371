package dev.gossamer.client.data;

import dev.gossamer.client.data.DataRow.Content;
import dev.gossamer.client.text.TokenizedText;
import dev.gossamer.client.text.Tokenizer;

/**
 * Rows of masked language modelling before any mask: each token that may be masked is labelled with
 * itself, special tokens have no label.
 *
 * @param maxTokens longer rows are cut at their end
 */
public record MaskedEncoder(Tokenizer tokenizer, int maxTokens) implements RowEncoder {
    @Override
    public Encoded encode(DataRow row) {
        if (!(row.content() instanceof Content.Text content)) {
            throw new IllegalArgumentException("row of another task: content=" + row.content());
        }
        TokenizedText whole = tokenizer.tokenize(content.text());
        TokenizedText cut = whole.cut(maxTokens);
        int[] labels = cut.ids().clone();
        for (int token = 0; token < labels.length; token++) {
            if (cut.special(token)) {
                labels[token] = Example.NO_LABEL;
            }
        }
        return new Encoded(new Example(cut.ids(), labels), cut.size() < whole.size());
    }
}
