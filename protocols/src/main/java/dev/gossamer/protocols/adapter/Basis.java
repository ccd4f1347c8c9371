package dev.gossamer.protocols.adapter;

import java.util.List;

/**
 * The frozen factors of Fed-SB for all targets: the adapted layer computes {@code W x + B R A x}.
 *
 * <p>B has orthonormal columns and A orthonormal rows (LoRA-SB, arXiv 2411.19557).
 */
public record Basis(List<Target> targets) {
    /** A basis of no target where all factors are in the adapter itself. */
    public static final Basis NONE = new Basis(List.of());

    /** Copies the list. */
    public Basis {
        targets = List.copyOf(targets);
    }

    /**
     * The factors of one matrix.
     *
     * @param name the matrix, such as {@code encoder.layer.0.attention.self.query}
     * @param a {@code [rank × in]} row-major; belongs to this object
     * @param b {@code [out × rank]} row-major; belongs to this object
     */
    @SuppressWarnings("ArrayRecordComponent") // identity is the digest of the encoded basis
    public record Target(String name, int rank, int in, int out, float[] a, float[] b) {
        /** Factors whose lengths match their shapes. */
        public Target {
            if (rank < 1 || rank > in || rank > out) {
                throw new IllegalArgumentException(
                        "rank is larger than a side of the matrix: target="
                                + name
                                + ", rank="
                                + rank
                                + ", in="
                                + in
                                + ", out="
                                + out);
            }
            if (a.length != Math.multiplyExact(rank, in)
                    || b.length != Math.multiplyExact(out, rank)) {
                throw new IllegalArgumentException(
                        "factors do not fit: target="
                                + name
                                + ", a="
                                + a.length
                                + ", b="
                                + b.length);
            }
        }

        /** The name of this target's trained slice in an adapter. */
        public String sliceName() {
            return name + ".R";
        }
    }
}
