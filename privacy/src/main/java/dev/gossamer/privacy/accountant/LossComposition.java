package dev.gossamer.privacy.accountant;

import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The sum of many independent privacy losses, looked at where a tail of it is asked for.
 *
 * <p>Sums of losses are convolutions: products of spectra. A delta of 1e-8 in the tail would drown
 * in the rounding of a transform over masses near 1, all the more after a hundred thousand rounds.
 * So the losses are tilted before: masses are multiplied by {@code e^(theta l)}, which commutes
 * with convolution, at the theta where the sum's mean falls on the epsilon that a Chernoff bound
 * gives. The tail is then the middle of what is transformed, keeps its relative precision, and the
 * window that holds it is as narrow as it can be; the tilt is taken off at the end.
 */
final class LossComposition {
    /** Under the tilt, what may lie on each side of the window: the reach of the transform. */
    private static final double LOG_OUTSIDE = Math.log(1e12);

    /**
     * By how much the tail may stay below the middle: e^5, two digits. Where few rounds of many say
     * much, the tilt that is best for the tail makes them so frequent that the window would have to
     * be four times as wide.
     */
    private static final double LOG_SLACK = 5;

    private static final int HALVINGS = 12;

    /** Tilts below change nothing that counts. */
    private static final double LEAST_TILT = 1e-9;

    /** Tilts above, times the step, would overflow, and tell neighbours on the grid apart. */
    private static final double MOST_TILT_STEPS = 2;

    private static final double NARROW = 0.01;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /** A loss and how often it is suffered. */
    record Part(LossDistribution loss, long times) {}

    private final double step;
    private final List<Part> parts;
    private final double infinite;

    LossComposition(double step, List<Part> parts) {
        this.step = step;
        this.parts = parts;
        double logFinite = 0;
        for (Part part : parts) {
            logFinite += part.times() * Math.log1p(-part.loss().infinite());
        }
        infinite = -Math.expm1(logFinite);
    }

    private double logMoment(double power) {
        double sum = 0;
        for (Part part : parts) {
            sum += part.times() * part.loss().logMoment(power);
        }
        return sum;
    }

    /** Where a function that falls and then rises is least, over orders of magnitude. */
    private double leastAt(DoubleUnaryOperator function) {
        double low = Math.log(LEAST_TILT);
        double high = Math.log(MOST_TILT_STEPS / step);
        double left = high - GOLDEN * (high - low);
        double right = low + GOLDEN * (high - low);
        double atLeft = function.applyAsDouble(Math.exp(left));
        double atRight = function.applyAsDouble(Math.exp(right));
        while (high - low > NARROW) {
            if (atLeft < atRight) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - GOLDEN * (high - low);
                atLeft = function.applyAsDouble(Math.exp(left));
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + GOLDEN * (high - low);
                atRight = function.applyAsDouble(Math.exp(right));
            }
        }
        return Math.exp(low + (high - low) / 2);
    }

    /** The tilt for an epsilon that is not known yet: the optimum of the Chernoff bound on it. */
    double tiltForDelta(double delta) {
        double log = Math.log(delta);
        double tilt = leastAt(power -> (logMoment(power) - log) / power);
        return relaxed(tilt, (logMoment(tilt) - log) / tilt);
    }

    /** The tilt for the delta at {@code epsilon}. */
    double tiltForEpsilon(double epsilon) {
        return relaxed(leastAt(tilt -> logMoment(tilt) - tilt * epsilon), epsilon);
    }

    /** The least tilt that keeps the tail beyond {@code loss} within the slack. */
    private double relaxed(double tilt, double loss) {
        double most = logMoment(tilt) - tilt * loss + LOG_SLACK;
        double low = 0;
        double high = tilt;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = low + (high - low) / 2;
            if (logMoment(middle) - middle * loss > most) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** The sum under that tilt. */
    View view(double tilt) {
        List<LossDistribution.Tilted> tilted =
                parts.stream().map(part -> part.loss().tilted(tilt)).toList();
        double logMoment = 0;
        for (int i = 0; i < parts.size(); i++) {
            long times = parts.get(i).times();
            logMoment += times * tilted.get(i).logMoment();
        }
        return new View(tilt, tilted, logMoment);
    }

    /** A part of the sum, seen under one tilt. */
    final class View {
        private final double tilt;
        private final List<LossDistribution.Tilted> tilted;
        private final double logMoment;
        private final long low;
        private final long high;

        View(double tilt, List<LossDistribution.Tilted> tilted, double logMoment) {
            this.tilt = tilt;
            this.tilted = tilted;
            this.logMoment = logMoment;
            low = (long) Math.floor(-reach(-1) / step) - 1;
            high = (long) Math.ceil(reach(1) / step) + 1;
        }

        /** The loss beyond which a Chernoff bound leaves nothing that counts, times its sign. */
        private double reach(int sign) {
            DoubleUnaryOperator bound =
                    power -> (logMoment(tilt + sign * power) - logMoment + LOG_OUTSIDE) / power;
            return bound.applyAsDouble(leastAt(bound));
        }

        /** How many multiples of the step it takes. */
        long nodes() {
            return high - low + 1;
        }

        /** The masses of the sum, from {@code low} on. */
        private double[] masses() {
            int size = Integer.highestOneBit(Math.toIntExact(nodes() - 1)) * 2;
            double[][] logs = new double[2][size / 2 + 1];
            for (int i = 0; i < parts.size(); i++) {
                double[][] spectrum = new double[2][size];
                tilted.get(i).wrapOnto(spectrum[0]);
                transformInPlace(spectrum, TransformType.FORWARD);
                addLogs(logs, spectrum, parts.get(i).times());
            }
            double[] circle = inverse(logs, size);
            double[] masses = new double[(int) nodes()];
            for (int i = 0; i < masses.length; i++) {
                // Rounding leaves some below 0, which are raised: to the safe side.
                masses[i] = Math.max(0, circle[Math.floorMod(low + i, size)]);
            }
            return masses;
        }

        /** What has this spectrum, of which the half that is not given mirrors the other. */
        private static double[] inverse(double[][] logs, int size) {
            double[][] values = new double[2][size];
            for (int i = 0; i <= size / 2; i++) {
                double magnitude = Math.exp(logs[0][i]);
                int mirror = (size - i) % size;
                values[0][i] = magnitude * Math.cos(logs[1][i]);
                values[1][i] = magnitude * Math.sin(logs[1][i]);
                values[0][mirror] = values[0][i];
                values[1][mirror] = -values[1][i];
            }
            transformInPlace(values, TransformType.INVERSE);
            return values[0];
        }

        private static void transformInPlace(double[][] values, TransformType direction) {
            FastFourierTransformer.transformInPlace(values, DftNormalization.STANDARD, direction);
        }

        private static void addLogs(double[][] logs, double[][] spectrum, long times) {
            for (int i = 0; i < logs[0].length; i++) {
                double re = spectrum[0][i];
                double im = spectrum[1][i];
                logs[0][i] += times * 0.5 * Math.log(re * re + im * im);
                logs[1][i] += times * Math.atan2(im, re);
            }
        }

        /**
         * The least epsilon at {@code delta}; minus infinity where it lies below the window, which
         * is then too high up.
         */
        double epsilon(double delta) {
            double[] masses = masses();
            double tiltShrink = Math.exp(-tilt * step);
            double lossShrink = Math.exp(-step);
            // Both are sums over larger losses, relative to the loss that is looked at.
            double above = 0;
            double aboveOther = 0;
            for (int i = masses.length - 1; i >= 0; i--) {
                double loss = (low + i) * step;
                double sought = (delta - infinite) * Math.exp(tilt * loss - logMoment);
                if (above - aboveOther >= sought) {
                    return loss + Math.log((above - sought) / aboveOther);
                }
                above = (above + masses[i]) * tiltShrink;
                aboveOther = (aboveOther + masses[i]) * tiltShrink * lossShrink;
            }
            return Double.NEGATIVE_INFINITY;
        }

        double lowest() {
            return low * step;
        }

        double tilt() {
            return tilt;
        }

        /** The delta at {@code epsilon}. */
        double delta(double epsilon) {
            double[] masses = masses();
            double sum = 0;
            for (int i = masses.length - 1; i >= 0; i--) {
                double loss = (low + i) * step;
                if (loss <= epsilon) {
                    break;
                }
                sum -= masses[i] * Math.exp(-tilt * (loss - epsilon)) * Math.expm1(epsilon - loss);
            }
            return Math.min(1, infinite + Math.exp(logMoment - tilt * epsilon) * sum);
        }
    }

    double infinite() {
        return infinite;
    }
}
