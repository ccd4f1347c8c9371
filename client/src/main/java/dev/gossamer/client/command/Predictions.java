package dev.gossamer.client.command;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.train.AdaptedModel.RowScore;
import dev.gossamer.client.train.Task;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * What a model says of each row, one JSON line each, rows counted from 1.
 *
 * <pre>
 * {"row": 1, "logits": [...]}                          a sequence's classes
 * {"row": 1, "logits": [[...], ...]}                   a row's tokens, special ones too
 * {"row": 1, "negativeLogLikelihood": x, "tokens": n}  the mean in nats over the n labelled tokens
 * </pre>
 */
final class Predictions {
    private static final JsonMapper JSON = new JsonMapper();

    private Predictions() {}

    /** Writes {@code file} as a whole: there is none before the last row stands. */
    static void write(Path file, ReadyModel ready, List<Example> rows, List<RowScore> scores) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (BufferedWriter out = Files.newBufferedWriter(part)) {
                switch (ready.task()) {
                    case SEQUENCE_CLASSIFICATION, TOKEN_CLASSIFICATION ->
                            writeLogits(out, ready, rows);
                    case MASKED_LM, CAUSAL_LM -> writeLikelihoods(out, scores);
                }
            }
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write: --predictions=" + file, e);
        }
    }

    private static void writeLogits(BufferedWriter out, ReadyModel ready, List<Example> rows)
            throws IOException {
        for (int from = 0; from < rows.size(); from += Scoring.CHUNK) {
            List<Example> chunk = rows.subList(from, Math.min(rows.size(), from + Scoring.CHUNK));
            List<float[]> logits = ready.model().logits(ready.values(), chunk);
            for (int i = 0; i < logits.size(); i++) {
                ObjectNode line = JSON.createObjectNode().put("row", from + i + 1);
                put(line.putArray("logits"), logits.get(i), ready, chunk.get(i));
                out.write(line + "\n");
            }
        }
    }

    private static void put(ArrayNode array, float[] logits, ReadyModel ready, Example row) {
        boolean sequence = ready.task() == Task.SEQUENCE_CLASSIFICATION;
        int width = sequence ? logits.length : logits.length / row.tokens();
        for (int from = 0; from < logits.length; from += width) {
            ArrayNode one = sequence ? array : array.addArray();
            for (int i = from; i < from + width; i++) {
                one.add(logits[i]);
            }
        }
    }

    private static void writeLikelihoods(BufferedWriter out, List<RowScore> scores)
            throws IOException {
        for (int i = 0; i < scores.size(); i++) {
            RowScore score = scores.get(i);
            int tokens = score.labels().length;
            out.write(
                    JSON.createObjectNode()
                                    .put("row", i + 1)
                                    .put(
                                            "negativeLogLikelihood",
                                            score.lossSum() / Math.max(1, tokens))
                                    .put("tokens", tokens)
                            + "\n");
        }
    }
}
