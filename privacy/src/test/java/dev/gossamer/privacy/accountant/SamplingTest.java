package dev.gossamer.privacy.accountant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.accountant.PrivacyEvent.Gaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.PoissonSampled;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingTest {
    private static final Gaussian NOISE = new Gaussian(2);

    @Test
    void secretPoisson_chargesItsRate() {
        Sampling sampling = Sampling.secretPoisson(0.1);

        assertTrue(sampling.amplifies());
        assertEquals(0.1, sampling.rateCharged());
        assertEquals(new PoissonSampled(0.1, NOISE), sampling.charge(NOISE));
    }

    /** The first to answer, a published seed, a list of who trains: each voids amplification. */
    @ParameterizedTest
    @CsvSource({"false, true, true", "true, false, true", "true, true, false"})
    void anythingElse_chargesEverybody(
            boolean poisson, boolean coinsSecret, boolean membershipHidden) {
        Sampling sampling = new Sampling(0.1, poisson, coinsSecret, membershipHidden);

        assertFalse(sampling.amplifies());
        assertEquals(1, sampling.rateCharged());
        assertEquals(NOISE, sampling.charge(NOISE));
    }

    @Test
    void everybody_isChargedAsTheMechanism() {
        assertEquals(NOISE, Sampling.ALL.charge(NOISE));
        assertEquals(NOISE, Sampling.secretPoisson(1).charge(NOISE));
    }
}
