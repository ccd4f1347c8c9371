package dev.gossamer.simulations.experiment;

import dev.gossamer.coordinator.round.RoundSummary;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.wire.Message.Score;

import java.util.Locale;

/** The figure that results of a task are compared by. */
public enum Measure {
    /** The share of what was predicted right; higher is better. */
    ACCURACY("%.3f", "frozenProbe"),
    /** The exponential of the mean loss in nats; lower is better. */
    PERPLEXITY("%.2f", "before");

    private final String form;
    private final String frozenKey;

    Measure(String form, String frozenKey) {
        this.form = form;
        this.frozenKey = frozenKey;
    }

    /** The measure of a run's task. */
    public static Measure of(RunFile run) {
        return run.task().classifies() ? ACCURACY : PERPLEXITY;
    }

    /** The word for people and in JSON. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The same with a capital. */
    String title() {
        return key().substring(0, 1).toUpperCase(Locale.ROOT) + key().substring(1);
    }

    /** The word in JSON for what stands against the frozen base: a probe's, or the base's own. */
    String frozenKey() {
        return frozenKey;
    }

    /** What stands against the frozen base, for people. */
    public String frozenName() {
        return switch (this) {
            case ACCURACY -> "frozen probe";
            case PERPLEXITY -> "base as it is";
        };
    }

    /** How that came to be. */
    public String frozenArm() {
        return switch (this) {
            case ACCURACY -> "frozen base, linear probe on the pooled rows";
            case PERPLEXITY -> "base as it is, before any training";
        };
    }

    /** The figure of {@code score}. */
    public double of(Score score) {
        return switch (this) {
            case ACCURACY -> score.accuracy();
            case PERPLEXITY -> score.perplexity();
        };
    }

    /** The figure over all held-out rows of a round. */
    public double ofClients(RoundSummary summary) {
        return switch (this) {
            case ACCURACY -> summary.meanAccuracy();
            case PERPLEXITY -> summary.perplexity();
        };
    }

    /** Higher where {@code value} is better. */
    public double quality(double value) {
        return switch (this) {
            case ACCURACY -> value;
            case PERPLEXITY -> -value;
        };
    }

    /** Whether {@code value} is better than {@code other}. */
    public boolean better(double value, double other) {
        return quality(value) > quality(other);
    }

    /** {@code value} for people. */
    public String text(double value) {
        return String.format(Locale.ROOT, form, value);
    }
}
