package dev.gossamer.privacy.mechanism;

import java.math.BigInteger;

/** Says that a vector of integers is longer than the sensitivity that is charged for it. */
public final class SensitivityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SensitivityException(BigInteger squaredNorm, BigInteger squaredBound) {
        super(
                "integers exceed the sensitivity that is charged: squaredNorm="
                        + squaredNorm
                        + ", bound="
                        + squaredBound
                        + "; clip before rounding");
    }
}
