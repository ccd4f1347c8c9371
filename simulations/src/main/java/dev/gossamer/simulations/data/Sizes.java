package dev.gossamer.simulations.data;

/**
 * How many rows each part of a data set gets.
 *
 * @param publicSample that the basis is made on
 * @param publicTest that results are reported on
 * @param validation that learning rates are chosen by
 * @param clients rows that the clients share out among them, their held-out ones included
 */
public record Sizes(int publicSample, int publicTest, int validation, int clients) {
    /** 256 for the basis, 1,000 to test, 500 to choose by, 1,500 for the clients. */
    public static final Sizes STANDARD = new Sizes(256, 1000, 500, 1500);

    /** Sizes of at least 0. */
    public Sizes {
        if (publicSample < 0 || publicTest < 0 || validation < 0 || clients < 0) {
            throw new IllegalArgumentException(
                    "negative size: publicSample="
                            + publicSample
                            + ", publicTest="
                            + publicTest
                            + ", validation="
                            + validation
                            + ", clients="
                            + clients);
        }
    }
}
