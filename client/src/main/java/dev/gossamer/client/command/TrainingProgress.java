package dev.gossamer.client.command;

import dev.gossamer.client.train.Metrics;
import dev.gossamer.client.train.Trainer;
import dev.gossamer.client.train.TrainingLoop;

import java.util.Locale;
import java.util.Optional;

/** Shows a training as it goes: its loss, how fast it is, how long it will take. */
final class TrainingProgress implements TrainingLoop.Watcher {
    /** How much of the loss that is shown stays at each step. */
    private static final double INERTIA = 0.9;

    private final Terminal terminal;
    private final int steps;
    private final int firstStep;
    private final long startNanos;
    private double loss = Double.NaN;
    private long tokens;
    private Optional<Metrics> last = Optional.empty();

    /**
     * Progress from {@code firstStep} to {@code steps}.
     *
     * @param firstStep how many were taken before
     */
    TrainingProgress(Terminal terminal, int steps, int firstStep) {
        this.terminal = terminal;
        this.steps = steps;
        this.firstStep = firstStep;
        startNanos = terminal.now();
    }

    @Override
    public void stepped(Trainer.Step step) {
        tokens += step.tokens();
        loss = Double.isNaN(loss) ? step.loss() : INERTIA * loss + (1 - INERTIA) * step.loss();
        double left = seconds() / (step.step() - firstStep) * (steps - step.step());
        terminal.progress(
                "training",
                step.step(),
                steps,
                String.format(
                        Locale.ROOT,
                        "loss %.4f  %.0f tokens/s  %s left",
                        loss,
                        tokensPerSecond(),
                        Terminal.duration(left)));
    }

    @Override
    public void validated(int step, Metrics metrics) {
        last = Optional.of(metrics);
        terminal.line(
                "step %d of %d: training loss %.4f; validation %s",
                step, steps, loss, Scoring.text(metrics));
    }

    double seconds() {
        return terminal.secondsSince(startNanos);
    }

    double tokensPerSecond() {
        double seconds = seconds();
        return seconds > 0 ? tokens / seconds : 0;
    }

    /** The running mean of the loss; no number before the first step. */
    double loss() {
        return loss;
    }

    long tokens() {
        return tokens;
    }

    /** The last validation. */
    Optional<Metrics> last() {
        return last;
    }
}
