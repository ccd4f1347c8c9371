package dev.gossamer.privacy.mechanism;

/**
 * What an accountant needs of a round with distributed noise, each number on the safe side.
 *
 * @param mechanism the law of a client's noise
 * @param l1 sensitivity of the integers in L1, at most {@code min(sqrt(dimension) l2, l2^2)}
 * @param l2 sensitivity of the integers in L2
 * @param dimension coordinates, padding included
 * @param localVariance the parameter of each client's noise, {@link IntegerNoise#variance}
 * @param contributors clients whose noise is sure to be in the sum
 */
public record DistributedCharge(
        IntegerMechanism mechanism,
        double l1,
        double l2,
        int dimension,
        double localVariance,
        int contributors) {}
