package dev.gossamer.privacy.accountant;

import dev.gossamer.privacy.accountant.PrivacyEvent.Gaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.Repeated;

/** Events that tests are about, and the accountants of add-or-remove-one. */
final class Releases {
    static final RdpAccountant RDP = RdpAccountant.of(Adjacency.ADD_OR_REMOVE_ONE);
    static final PldAccountant PLD = PldAccountant.of(Adjacency.ADD_OR_REMOVE_ONE);
    static final GaussianAccountant EXACT = GaussianAccountant.of(Adjacency.ADD_OR_REMOVE_ONE);

    private Releases() {}

    /** Gaussian releases over Poisson samples. */
    static PrivacyEvent sampled(double rate, double noiseMultiplier, long steps) {
        return new Repeated(
                Sampling.secretPoisson(rate).charge(new Gaussian(noiseMultiplier)), steps);
    }
}
