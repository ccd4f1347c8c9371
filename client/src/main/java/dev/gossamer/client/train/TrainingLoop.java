package dev.gossamer.client.train;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * One owner's training to its end: steps, validations, checkpoints, and an early stop.
 *
 * <p>After each step it looks whether to stop, so that an interruption costs at most one step.
 */
public final class TrainingLoop {
    /**
     * When what happens.
     *
     * @param steps of the whole training, at least 1
     * @param validateEvery that many steps, at least 1, and after the last
     * @param checkpointEvery that many steps, at least 1
     */
    public record Plan(int steps, int validateEvery, int checkpointEvery) {
        /** A plan whose numbers are within their ranges. */
        public Plan {
            if (steps < 1 || validateEvery < 1 || checkpointEvery < 1) {
                throw new IllegalArgumentException(
                        "bad plan: steps="
                                + steps
                                + ", validateEvery="
                                + validateEvery
                                + ", checkpointEvery="
                                + checkpointEvery);
            }
        }
    }

    /** Why a training ended. */
    public enum End {
        /** All steps were taken. */
        DONE,
        /** The validation loss had not fallen for long enough. */
        EARLY,
        /** Someone asked it to stop; it can go on from its checkpoint. */
        INTERRUPTED
    }

    /** Told what happens, from the thread that trains. */
    public interface Watcher {
        /** A step was taken. */
        void stepped(Trainer.Step step);

        /** The values after {@code step} steps were scored on the rows held out. */
        void validated(int step, Metrics metrics);
    }

    private final Trainer trainer;
    private final Plan plan;
    private final Optional<Function<float[], Metrics>> validation;
    private final Optional<EarlyStop> earlyStop;
    private final BiConsumer<TrainingState, Optional<EarlyStop.Best>> checkpoints;
    private final Watcher watcher;

    /**
     * A loop over {@code trainer}.
     *
     * @param validation scores values on rows held out
     * @param earlyStop only with a validation
     * @param checkpoints keeps what stands, now and then and at the end
     */
    public TrainingLoop(
            Trainer trainer,
            Plan plan,
            Optional<Function<float[], Metrics>> validation,
            Optional<EarlyStop> earlyStop,
            BiConsumer<TrainingState, Optional<EarlyStop.Best>> checkpoints,
            Watcher watcher) {
        if (earlyStop.isPresent() && validation.isEmpty()) {
            throw new IllegalArgumentException("no rows to stop early by: validation=none");
        }
        this.trainer = trainer;
        this.plan = plan;
        this.validation = validation;
        this.earlyStop = earlyStop;
        this.checkpoints = checkpoints;
        this.watcher = watcher;
    }

    /** Trains until it is done or {@code interrupted} says so; then a checkpoint is kept. */
    public End run(BooleanSupplier interrupted) {
        End end = isDue() ? End.EARLY : End.DONE;
        while (trainer.steps() < plan.steps() && end == End.DONE) {
            watcher.stepped(trainer.step());
            validate();
            if (isDue()) {
                end = End.EARLY;
            } else if (interrupted.getAsBoolean() && trainer.steps() < plan.steps()) {
                end = End.INTERRUPTED;
            } else if (trainer.steps() % plan.checkpointEvery() == 0) {
                keep();
            }
        }
        keep();
        return end;
    }

    private boolean isDue() {
        return earlyStop.filter(EarlyStop::isDue).isPresent();
    }

    private void keep() {
        checkpoints.accept(trainer.state(), earlyStop.map(EarlyStop::best));
    }

    private void validate() {
        int step = trainer.steps();
        boolean due = step % plan.validateEvery() == 0 || step == plan.steps();
        if (due && validation.isPresent()) {
            float[] values = trainer.values();
            Metrics metrics = validation.get().apply(values);
            earlyStop.ifPresent(stop -> stop.observe(step, metrics.loss(), values));
            watcher.validated(step, metrics);
        }
    }

    /** The values to keep: those of the lowest validation loss where it stops early. */
    public float[] result() {
        return earlyStop.map(stop -> stop.best().values()).orElseGet(trainer::values);
    }
}
