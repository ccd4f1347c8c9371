package dev.gossamer.simulations.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.text.Marks;
import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.client.train.AdaptedModel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What a language model writes after a prompt, before and after a run.
 *
 * @param reference what the data has after the prompt
 */
public record Completion(String prompt, String reference, String before, String after) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A gloss has some ten to thirty tokens. */
    private static final int MOST_TOKENS = 40;

    /**
     * Greedy completions of the prompts of {@code rows}.
     *
     * @param longest the most tokens of prompt and completion together that the model takes
     * @param rows whose label-less beginning is the prompt
     * @param before values of the adapter before the run
     * @param after values of the adapter after it
     */
    public static List<Completion> greedy(
            AdaptedModel model,
            Tokenizer tokenizer,
            int longest,
            List<Example> rows,
            float[] before,
            float[] after) {
        Writer writer = new Writer(model, tokenizer, longest);
        List<Completion> completions = new ArrayList<>();
        for (Example row : rows) {
            int given = prompt(row);
            int[] prompt = Arrays.copyOf(row.tokenIds(), given);
            int[] reference = Arrays.copyOfRange(row.tokenIds(), given, row.tokens());
            completions.add(
                    new Completion(
                            tokenizer.decode(prompt),
                            writer.text(reference),
                            writer.complete(before, prompt),
                            writer.complete(after, prompt)));
        }
        return completions;
    }

    private static int prompt(Example row) {
        int given = 1;
        while (given < row.tokens() && row.labels()[given] == Example.NO_LABEL) {
            given++;
        }
        return given;
    }

    /** The most likely token each time, until one that closes the answer. */
    private static final class Writer {
        private final AdaptedModel model;
        private final Tokenizer tokenizer;
        private final int longest;
        private final Set<Integer> stops;

        Writer(AdaptedModel model, Tokenizer tokenizer, int longest) {
            this.model = model;
            this.tokenizer = tokenizer;
            this.longest = longest;
            stops = Marks.stops(tokenizer);
        }

        String complete(float[] values, int[] prompt) {
            int most = Math.min(MOST_TOKENS, longest - prompt.length);
            if (most < 1) {
                return "";
            }
            AdaptedModel.TextSession session = model.session(values, prompt.length + most);
            List<Integer> written = new ArrayList<>();
            int next = highest(session.append(prompt));
            while (!stops.contains(next) && written.size() < most) {
                written.add(next);
                if (written.size() < most) {
                    next = highest(session.append(next));
                }
            }
            return text(written.stream().mapToInt(Integer::intValue).toArray());
        }

        String text(int[] tokens) {
            int[] kept = Arrays.stream(tokens).filter(token -> !stops.contains(token)).toArray();
            return tokenizer.decode(kept).strip();
        }

        private static int highest(float[] scores) {
            int best = 0;
            for (int i = 1; i < scores.length; i++) {
                best = scores[i] > scores[best] ? i : best;
            }
            return best;
        }
    }

    /** One JSON object on one line. */
    public String toJson() {
        return JSON.createObjectNode()
                .put("prompt", prompt)
                .put("reference", reference)
                .put("before", before)
                .put("after", after)
                .toString();
    }
}
