package dev.gossamer.privacy.accountant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.accountant.PrivacyEvent.DiscreteGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.Gaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.GridGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.PoissonSampled;
import dev.gossamer.privacy.accountant.PrivacyEvent.Repeated;

import org.apache.commons.numbers.gamma.ErfDifference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GridGaussianTest {
    private static final Adjacency ADJACENCY = Adjacency.ADD_OR_REMOVE_ONE;

    /** Half the sum over all cells within 12 deviations, of both laws' masses. */
    @ParameterizedTest
    @ValueSource(doubles = {1024, 3000.5, 20_000})
    void distance_ofOneInteger_isAboveTheTrueOne(double sigma) {
        double scale = 0;
        int last = (int) (12 * sigma);
        for (int k = -last; k <= last; k++) {
            scale += Math.exp(-0.5 * (k / sigma) * (k / sigma));
        }
        double distance = 0;
        for (int k = -last; k <= last; k++) {
            double discrete = Math.exp(-0.5 * (k / sigma) * (k / sigma)) / scale;
            double root = Math.sqrt(2) * sigma;
            double rounded = ErfDifference.value((k - 0.5) / root, (k + 0.5) / root) / 2;
            distance += Math.abs(discrete - rounded) / 2;
        }
        double bound = new GridGaussian(1, sigma, 1).distance();

        assertTrue(distance <= bound, distance + " > " + bound);
        assertTrue(distance >= 0.7 * bound, distance + " is far below " + bound);
    }

    @Test
    void epsilon_onAFineGrid_isThatOfRealNoise() {
        PrivacyEvent grid = sampled(new GridGaussian(1.1, 0x1.0p36, 1_000_000));
        PrivacyEvent real = sampled(new Gaussian(1.1));
        PldAccountant pld = PldAccountant.of(ADJACENCY);
        RdpAccountant rdp = RdpAccountant.of(ADJACENCY);

        assertEquals(pld.epsilon(real, 1e-5).value(), pld.epsilon(grid, 1e-5).value(), 1e-9);
        assertEquals(pld.delta(real, 1).value(), pld.delta(grid, 1).value(), 1e-11);
        assertEquals(
                rdp.epsilon(sampled(new DiscreteGaussian(1.1)), 1e-5).value(),
                rdp.epsilon(grid, 1e-5).value());
    }

    private static PrivacyEvent sampled(PrivacyEvent.Mechanism mechanism) {
        return new Repeated(new PoissonSampled(0.01, mechanism), 1000);
    }

    @Test
    void epsilon_exact_paysForTheDistance() {
        GaussianAccountant exact = GaussianAccountant.of(ADJACENCY);
        PrivacyEvent real = new Gaussian(2);
        // Distance 1e5 / (40 * 2^30) = 2.3e-6.
        PrivacyEvent grid = new GridGaussian(2, 1 << 15, 100_000);

        double epsilon = exact.epsilon(grid, 1e-4).value();

        assertTrue(epsilon > exact.epsilon(real, 1e-4).value());
        assertTrue(exact.delta(grid, epsilon).value() <= 1e-4);
    }

    @Test
    void epsilon_gridTooCoarseForDelta_isNotShown() {
        PrivacyEvent grid = new Repeated(new GridGaussian(2, 1024, 100_000), 10);

        assertEquals(
                Double.POSITIVE_INFINITY,
                GaussianAccountant.of(ADJACENCY).epsilon(grid, 1e-5).value());
        assertTrue(Double.isFinite(RdpAccountant.of(ADJACENCY).epsilon(grid, 1e-5).value()));
    }

    @Test
    void grid_outOfRange_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new GridGaussian(0, 2000, 1));
        assertThrows(IllegalArgumentException.class, () -> new GridGaussian(1, 1023, 1));
        assertThrows(IllegalArgumentException.class, () -> new GridGaussian(1, Double.NaN, 1));
        assertThrows(IllegalArgumentException.class, () -> new GridGaussian(1, 2000, 0));
    }
}
