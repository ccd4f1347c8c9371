package dev.gossamer.client.data;

import dev.gossamer.client.data.DataRow.Content;
import dev.gossamer.client.text.TokenizedText;
import dev.gossamer.client.text.Tokenizer;

import java.util.Arrays;

/**
 * Rows of token classification: the first token of each word has the word's class, all others none.
 *
 * @param column the tags' name, for errors
 * @param maxTokens longer rows are cut at their end
 */
public record TagEncoder(Tokenizer tokenizer, Classes classes, String column, int maxTokens)
        implements RowEncoder {
    @Override
    public Encoded encode(DataRow row) {
        if (!(row.content() instanceof Content.Words content)) {
            throw new IllegalArgumentException("row of another task: content=" + row.content());
        }
        if (content.tags().isEmpty()) {
            throw row.place().fault("column=" + column + " is missing; tag the row or remove it");
        }
        TokenizedText whole = tokenizer.tokenize(content.words());
        TokenizedText cut = whole.cut(maxTokens);
        int[] classOf =
                content.tags().stream()
                        .mapToInt(tag -> classes.index(row.place(), column, tag))
                        .toArray();
        return new Encoded(new Example(cut.ids(), labels(cut, classOf)), cut.size() < whole.size());
    }

    private static int[] labels(TokenizedText text, int[] classOf) {
        int[] labels = new int[text.size()];
        Arrays.fill(labels, Example.NO_LABEL);
        int last = -1;
        for (int token = 0; token < labels.length; token++) {
            int word = text.words()[token];
            if (word >= 0 && word != last) {
                labels[token] = classOf[word];
                last = word;
            }
        }
        return labels;
    }
}
