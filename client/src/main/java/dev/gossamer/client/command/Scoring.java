package dev.gossamer.client.command;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.AdaptedModel.RowScore;
import dev.gossamer.client.train.Metrics;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.train.Task;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Scores of rows, some at a time, and how they are told. */
final class Scoring {
    /** Rows that are scored at once; bounds the memory. */
    static final int CHUNK = 64;

    private Scoring() {}

    /** The score of each row. */
    static List<RowScore> of(
            AdaptedModel model, float[] values, List<Example> rows, Progress progress) {
        List<RowScore> scores = new ArrayList<>(rows.size());
        for (int from = 0; from < rows.size(); from += CHUNK) {
            List<Example> chunk = rows.subList(from, Math.min(rows.size(), from + CHUNK));
            scores.addAll(model.score(values, chunk));
            progress.at(scores.size(), rows.size());
        }
        return scores;
    }

    /** The figures for a person. */
    static String text(Metrics metrics) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "loss %.4f", metrics.loss()));
        text.append(String.format(Locale.ROOT, "  accuracy %.4f", metrics.accuracy()));
        metrics.macroF1()
                .ifPresent(f1 -> text.append(String.format(Locale.ROOT, "  macro-F1 %.4f", f1)));
        metrics.perplexity()
                .ifPresent(p -> text.append(String.format(Locale.ROOT, "  perplexity %.4f", p)));
        metrics.exactMatch()
                .ifPresent(m -> text.append(String.format(Locale.ROOT, "  exact match %.4f", m)));
        return text.toString();
    }

    /** Puts the figures into {@code json}. */
    static void put(ObjectNode json, Metrics metrics) {
        json.put("rows", metrics.rows())
                .put("labels", metrics.labels())
                .put("loss", metrics.loss());
        json.put("accuracy", metrics.accuracy());
        metrics.macroF1().ifPresent(f1 -> json.put("macroF1", f1));
        metrics.perplexity().ifPresent(perplexity -> json.put("perplexity", perplexity));
        metrics.exactMatch().ifPresent(match -> json.put("exactMatch", match));
    }

    /** The task that {@code word} names. */
    static Task task(String word) {
        return Words.parse("--task", word, Task.class, Task::key);
    }
}
