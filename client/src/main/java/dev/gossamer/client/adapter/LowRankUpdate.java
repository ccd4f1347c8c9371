package dev.gossamer.client.adapter;

import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.protocols.adapter.AdapterLayout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What an adapter of any kind adds to one matrix, as stock LoRA writes it: {@code scaling B A}.
 *
 * @param name of the map within the base
 * @param a {@code [rank × in]}; belongs to this object
 * @param b {@code [out × rank]}; belongs to this object
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record LowRankUpdate(
        String name, int rank, int in, int out, double scaling, float[] a, float[] b) {
    /** Factors that fit. */
    public LowRankUpdate {
        if (a.length != rank * in || b.length != out * rank) {
            throw new IllegalArgumentException(
                    "factors do not fit: target="
                            + name
                            + ", rank="
                            + rank
                            + ", a="
                            + a.length
                            + ", b="
                            + b.length);
        }
    }

    /**
     * The updates of {@code adapter}; where R is trained it is multiplied into B.
     *
     * @param values in layout order; what follows the adapter's own is ignored
     */
    public static List<LowRankUpdate> of(Adapter adapter, float[] values) {
        AdapterLayout layout = adapter.layout(List.of());
        List<LowRankUpdate> updates = new ArrayList<>();
        for (Adapter.Target target : adapter.targets()) {
            String name = target.name();
            int rank = target.rank();
            int sizeOfA = rank * target.in();
            int sizeOfB = target.out() * rank;
            float[] a =
                    target.frozenA()
                            .orElseGet(
                                    () -> slice(layout, values, Adapter.sliceOfA(name), sizeOfA));
            float[] b =
                    target.frozenB()
                            .orElseGet(
                                    () -> slice(layout, values, Adapter.sliceOfB(name), sizeOfB));
            if (adapter.kind() == Adapter.Kind.R_ONLY) {
                b = product(b, slice(layout, values, Adapter.sliceOfR(name), rank * rank), rank);
            }
            updates.add(
                    new LowRankUpdate(
                            name, rank, target.in(), target.out(), target.scaling(), a, b));
        }
        return updates;
    }

    private static float[] slice(AdapterLayout layout, float[] values, String name, int size) {
        int offset = layout.offset(name);
        return Arrays.copyOfRange(values, offset, offset + size);
    }

    /** {@code left [n × rank]} by {@code right [rank × rank]}, summed in double precision. */
    private static float[] product(float[] left, float[] right, int rank) {
        float[] product = new float[left.length];
        for (int i = 0; i < product.length; i++) {
            int row = i / rank * rank;
            double sum = 0;
            for (int k = 0; k < rank; k++) {
                sum += (double) left[row + k] * right[k * rank + i % rank];
            }
            product[i] = (float) sum;
        }
        return product;
    }

    /** {@code frozen} with this update in it, computed row by row when read. */
    public Matrix added(Matrix frozen) {
        return new UpdatedMatrix(frozen, this);
    }

    /** The update that takes away what this one adds. */
    public LowRankUpdate negated() {
        return new LowRankUpdate(name, rank, in, out, -scaling, a, b);
    }

    /** This update less {@code other} of the same matrix: the ranks add up. */
    public LowRankUpdate minus(LowRankUpdate other) {
        int both = rank + other.rank;
        float[] stackedA = Arrays.copyOf(a, both * in);
        System.arraycopy(other.a, 0, stackedA, rank * in, other.rank * in);
        float[] besideB = new float[out * both];
        float factor = (float) (-other.scaling / scaling);
        for (int row = 0; row < out; row++) {
            System.arraycopy(b, row * rank, besideB, row * both, rank);
            for (int k = 0; k < other.rank; k++) {
                besideB[row * both + rank + k] = factor * other.b[row * other.rank + k];
            }
        }
        return new LowRankUpdate(name, both, in, out, scaling, stackedA, besideB);
    }

    /**
     * {@code base} with the updates in its weights, which are computed row by row when read.
     *
     * @throws IllegalArgumentException if an update is of no map of the base, or has other sides
     */
    public static Transformer merged(Transformer base, List<LowRankUpdate> updates) {
        Map<String, Linear> maps =
                base.linears().stream()
                        .collect(Collectors.toMap(Linear::name, Function.identity()));
        for (LowRankUpdate update : updates) {
            Linear map = maps.get(update.name());
            if (map == null || map.in() != update.in() || map.out() != update.out()) {
                throw new IllegalArgumentException(
                        "adapter does not fit the base: target="
                                + update.name()
                                + ", out="
                                + update.out()
                                + ", in="
                                + update.in()
                                + ", base has="
                                + (map == null ? "no such map" : map.out() + "x" + map.in()));
            }
        }
        Map<String, LowRankUpdate> byName =
                updates.stream().collect(Collectors.toMap(LowRankUpdate::name, u -> u));
        return base.withLinears(
                map ->
                        byName.containsKey(map.name())
                                ? new Linear(
                                        map.name(),
                                        new UpdatedMatrix(map.weight(), byName.get(map.name())),
                                        map.bias())
                                : map);
    }

    /** A frozen matrix with an update in it. */
    private record UpdatedMatrix(Matrix frozen, LowRankUpdate update) implements Matrix {
        @Override
        public int rows() {
            return frozen.rows();
        }

        @Override
        public int columns() {
            return frozen.columns();
        }

        @Override
        public void readRow(int row, float[] into, int offset) {
            frozen.readRow(row, into, offset);
            for (int column = 0; column < columns(); column++) {
                double sum = 0;
                for (int k = 0; k < update.rank; k++) {
                    sum +=
                            (double) update.b[row * update.rank + k]
                                    * update.a[k * update.in + column];
                }
                into[offset + column] += (float) (update.scaling * sum);
            }
        }

        @Override
        public long bytes() {
            return (long) rows() * columns() * Float.BYTES;
        }
    }
}
