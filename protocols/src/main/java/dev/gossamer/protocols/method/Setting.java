package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.Residual;

import java.util.List;

/**
 * What the cost of a method depends on.
 *
 * @param rank the client's
 * @param rankSum of all clients of a round together
 * @param head trained values besides the targets'
 */
public record Setting(List<Shape> shapes, int rank, long rankSum, long head) {
    /** The sides of one target's matrix {@code [out × in]}. */
    public record Shape(String name, int out, int in) {}

    /** A setting with at least one target. */
    public Setting {
        shapes = List.copyOf(shapes);
        if (shapes.isEmpty() || rank < 1 || rankSum < rank || head < 0) {
            throw new IllegalArgumentException(
                    "bad setting: targets="
                            + shapes.size()
                            + ", rank="
                            + rank
                            + ", rankSum="
                            + rankSum
                            + ", head="
                            + head);
        }
    }

    /** The setting of {@code clients} that all have {@code rank}. */
    public static Setting of(List<Shape> shapes, int rank, int clients, long head) {
        return new Setting(shapes, rank, (long) clients * rank, head);
    }

    /** The values of all A. */
    public long a() {
        return shapes.stream().mapToLong(shape -> (long) rank * shape.in()).sum();
    }

    /** The values of all B. */
    public long b() {
        return shapes.stream().mapToLong(shape -> (long) rank * shape.out()).sum();
    }

    /** The values of all R. */
    public long r() {
        return (long) shapes.size() * rank * rank;
    }

    /** The values of residuals of inner side {@code inner}, each sent the shorter way. */
    public long residuals(long inner) {
        return shapes.stream()
                .mapToLong(shape -> Residual.values(shape.out(), shape.in(), inner))
                .sum();
    }
}
