package dev.gossamer.client.command;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.text.TokenizedText;
import dev.gossamer.client.text.Tokenizer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/** {@code predict}: what a model says of one text. */
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        description = "Classifies one text, tags its words, or fills in its masks.")
public final class PredictCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();

    /** As many classes, or words for a mask, are shown. */
    private static final int SHOWN = 5;

    @Mixin private BaseOptions base;

    @Option(
            names = "--adapter",
            paramLabel = "DIR",
            description = "from train, or a PEFT folder; without it, the base's own head answers")
    private Path adapter;

    @Option(names = "--second-text", paramLabel = "TEXT", description = "of a pair")
    private String secondText;

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    @Parameters(paramLabel = "TEXT", description = "masks are written as the base writes them")
    private String text;

    private final Surroundings surroundings;

    /** The command. */
    public PredictCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (text.isBlank()) {
            throw new IllegalArgumentException("empty text: TEXT=\"" + text + "\"");
        }
        Terminal terminal = new Terminal(surroundings);
        try (Workers workers = base.workers()) {
            ReadyModel ready = ReadyModel.open(base, adapter, Optional.empty(), workers, terminal);
            Tokenizer tokenizer = TaskRows.tokenizer(ready.pretrained());
            switch (ready.task()) {
                case SEQUENCE_CLASSIFICATION -> classify(ready, tokenizer, terminal);
                case TOKEN_CLASSIFICATION -> tag(ready, tokenizer, terminal);
                case MASKED_LM -> fill(ready, tokenizer, terminal);
                case CAUSAL_LM ->
                        throw new IllegalArgumentException(
                                "task writes texts: task=causal-lm; use generate --prompt");
            }
            return 0;
        }
    }

    private static TokenizedText cut(TokenizedText whole, ReadyModel ready, Terminal terminal) {
        TokenizedText cut = whole.cut(ready.maxTokens());
        if (cut.size() < whole.size()) {
            terminal.line("truncated: tokens=%d, bound=%d", whole.size(), ready.maxTokens());
        }
        return cut;
    }

    private float[] logits(ReadyModel ready, TokenizedText tokens) {
        int[] labels = new int[tokens.size()];
        Arrays.fill(labels, Example.NO_LABEL);
        Example row = new Example(tokens.ids(), labels, tokens.secondText());
        return ready.model().logits(ready.values(), List.of(row)).getFirst();
    }

    private void classify(ReadyModel ready, Tokenizer tokenizer, Terminal terminal) {
        TokenizedText whole =
                secondText == null
                        ? tokenizer.tokenize(text)
                        : tokenizer.tokenize(text, secondText);
        float[] logits = logits(ready, cut(whole, ready, terminal));
        double[] shares = shares(logits, 0, logits.length);
        ObjectNode answer = JSON.createObjectNode();
        int[] best = best(shares);
        answer.put("label", ready.name(best[0]));
        ObjectNode all = answer.putObject("probabilities");
        for (int index : best) {
            all.put(ready.name(index), shares[index]);
        }
        print(
                answer,
                () -> {
                    for (int index : Arrays.copyOf(best, Math.min(SHOWN, best.length))) {
                        line("%-20s %.4f", ready.name(index), shares[index]);
                    }
                });
    }

    private void tag(ReadyModel ready, Tokenizer tokenizer, Terminal terminal) {
        List<String> words = List.of(text.strip().split("\\s+"));
        TokenizedText tokens = cut(tokenizer.tokenize(words), ready, terminal);
        float[] logits = logits(ready, tokens);
        int width = logits.length / tokens.size();
        ArrayNode answers = JSON.createArrayNode();
        int last = -1;
        for (int token = 0; token < tokens.size(); token++) {
            int word = tokens.words()[token];
            if (word >= 0 && word != last) {
                int best = best(shares(logits, token * width, width))[0];
                answers.addObject().put("token", words.get(word)).put("tag", ready.name(best));
                last = word;
            }
        }
        print(
                JSON.createObjectNode().set("tags", answers),
                () ->
                        answers.forEach(
                                tag ->
                                        line(
                                                "%-20s %s",
                                                tag.get("token").asText(),
                                                tag.get("tag").asText())));
    }

    private void fill(ReadyModel ready, Tokenizer tokenizer, Terminal terminal) {
        int mask = Marks.mask(tokenizer);
        TokenizedText tokens = cut(tokenizer.tokenize(text), ready, terminal);
        int[] places =
                IntStream.range(0, tokens.size()).filter(t -> tokens.ids()[t] == mask).toArray();
        if (places.length == 0) {
            throw new IllegalArgumentException(
                    "no mask in the text: TEXT=" + text + "; write " + Marks.maskWord(tokenizer));
        }
        float[] logits = logits(ready, tokens);
        int width = logits.length / tokens.size();
        ArrayNode masks = JSON.createArrayNode();
        for (int place : places) {
            double[] shares = shares(logits, place * width, width);
            ArrayNode words = masks.addArray();
            for (int id : Arrays.copyOf(best(shares), SHOWN)) {
                words.addObject()
                        .put("token", tokenizer.decode(id).strip())
                        .put("probability", shares[id]);
            }
        }
        print(
                JSON.createObjectNode().set("masks", masks),
                () ->
                        masks.forEach(
                                words ->
                                        words.forEach(
                                                word ->
                                                        line(
                                                                "%-20s %.4f",
                                                                word.get("token").asText(),
                                                                word.get("probability")
                                                                        .asDouble()))));
    }

    /** The softmax of {@code width} logits from {@code from} on. */
    private static double[] shares(float[] logits, int from, int width) {
        double[] shares = new double[width];
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < shares.length; i++) {
            max = Math.max(max, logits[from + i]);
        }
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = StrictMath.exp(logits[from + i] - max);
            sum += shares[i];
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    /** The indices of all values, the highest first. */
    private static int[] best(double[] values) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted((a, b) -> Double.compare(values[b], values[a]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private void print(ObjectNode answer, Runnable lines) {
        if (json) {
            surroundings.out().println(answer);
        } else {
            lines.run();
        }
    }

    private void line(String form, Object... values) {
        surroundings.out().println(String.format(Locale.ROOT, form, values));
    }
}
