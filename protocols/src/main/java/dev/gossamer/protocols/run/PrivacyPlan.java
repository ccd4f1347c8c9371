package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.Preconditions.notAvailable;
import static dev.gossamer.protocols.run.Preconditions.requireAvailable;
import static dev.gossamer.protocols.run.Preconditions.requireFraction;
import static dev.gossamer.protocols.run.Preconditions.requirePositive;
import static dev.gossamer.protocols.run.Preconditions.requireRange;

import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is promised to the owners of the data.
 *
 * @param epsilon the budget that noise is chosen for; empty where the noise is given
 * @param noiseMultiplier the noise's deviation over the clip bound; empty where the budget is given
 * @param delta in (0, 1); empty where each owner's follows from its number of rows
 * @param colluders clients that are assumed to tell the server what they added, of {@code
 *     distributed}
 */
public record PrivacyPlan(
        Mode mode,
        OptionalDouble epsilon,
        OptionalDouble noiseMultiplier,
        OptionalDouble delta,
        Clip clip,
        Sampler sampler,
        int colluders) {
    /** What stands in a file for a number that is not given. */
    static final String NOT_GIVEN = "none";

    /** What stands in a file where delta follows from the number of rows n: {@code n^-1.1}. */
    static final String DELTA_OF_ROWS = "rows^-1.1";

    private static final double ROWS_EXPONENT = -1.1;

    /** Where noise is added, and whose data it hides. */
    public enum Mode implements Word {
        NONE,
        /** By the server, to the sum of a round: one client in or out. */
        CENTRAL,
        /** By the clients, a share each, under masks: one client in or out. */
        DISTRIBUTED,
        /** By each client, to each of its steps: one of its rows in or out. */
        EXAMPLE;

        @Override
        public boolean available() {
            return this == NONE || this == EXAMPLE;
        }
    }

    /** Who takes part: the rows of a step, or the clients of a round. */
    public enum Sampler implements Word {
        /** Each by a coin of its own, which nobody else knows. */
        POISSON,
        /** Everybody may; nothing is gained by chance. */
        ALL
    }

    /**
     * How long the gradient of one row, or the update of one client, may be.
     *
     * @param bound of the Euclidean norm; of an adaptive one, where it begins
     */
    public record Clip(boolean adaptive, double bound) {
        private static final Pattern FORM = Pattern.compile("(fixed|adaptive) +([0-9.eE+-]+)");

        /** A bound above 0. */
        public Clip {
            requirePositive("privacy.clip", bound);
        }

        /** Reads {@code fixed 1.0} or {@code adaptive 1.0}. */
        static Clip read(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw notAClip(text, null);
            }
            try {
                return new Clip(
                        form.group(1).equals("adaptive"), Double.parseDouble(form.group(2)));
            } catch (NumberFormatException e) {
                throw notAClip(text, e);
            }
        }

        private static RunFileException notAClip(String text, NumberFormatException cause) {
            RunFileException refusal =
                    new RunFileException(
                            "not a bound: key=privacy.clip, value="
                                    + RunFileException.shown(text)
                                    + ", expected=fixed 1.0 or adaptive 1.0");
            refusal.initCause(cause);
            return refusal;
        }

        /** As a run file has it. */
        String written() {
            return (adaptive ? "adaptive " : "fixed ") + bound;
        }
    }

    /** A promise that this version can keep. */
    public PrivacyPlan {
        requireAvailable("privacy.mode", mode);
        epsilon.ifPresent(value -> requirePositive("privacy.epsilon", value));
        noiseMultiplier.ifPresent(value -> requirePositive("privacy.noise-multiplier", value));
        delta.ifPresent(value -> requireFraction("privacy.delta", value));
        requireRange("privacy.colluders", colluders, 0, RunFile.Rounds.MAX_COHORT);
        if (mode != Mode.NONE && epsilon.isPresent() == noiseMultiplier.isPresent()) {
            throw new RunFileException(
                    "give a budget or the noise, the other follows: key=privacy.epsilon, value="
                            + written(epsilon)
                            + ", privacy.noise-multiplier="
                            + written(noiseMultiplier));
        }
        if (delta.isEmpty() && mode != Mode.NONE && mode != Mode.EXAMPLE) {
            throw new RunFileException(
                    "delta of a client does not follow from rows: key=privacy.delta, value="
                            + DELTA_OF_ROWS
                            + ", privacy.mode="
                            + mode.key());
        }
        if (colluders > 0 && mode != Mode.DISTRIBUTED) {
            throw new RunFileException(
                    "colluders are of distributed noise alone: key=privacy.colluders, value="
                            + colluders
                            + ", privacy.mode="
                            + mode.key());
        }
        if (clip.adaptive() && mode != Mode.CENTRAL) {
            throw notAvailable("privacy.clip", clip.written(), "[fixed " + clip.bound() + "]");
        }
    }

    /** No promise at all. */
    public static PrivacyPlan none() {
        return new PrivacyPlan(
                Mode.NONE,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                new Clip(false, 1),
                Sampler.ALL,
                0);
    }

    /** Whether anything is promised. */
    public boolean isPrivate() {
        return mode != Mode.NONE;
    }

    /** Delta for an owner of {@code rows}, at least 2. */
    public double delta(int rows) {
        if (rows < 2) {
            throw new IllegalArgumentException(
                    "too few rows for a delta: rows=" + rows + ", bound=2");
        }
        return delta.orElseGet(() -> Math.pow(rows, ROWS_EXPONENT));
    }

    static String written(OptionalDouble value) {
        return value.isPresent() ? Double.toString(value.getAsDouble()) : NOT_GIVEN;
    }
}
