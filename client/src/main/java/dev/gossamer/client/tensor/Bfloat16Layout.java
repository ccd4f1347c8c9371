package dev.gossamer.client.tensor;

import java.util.concurrent.ConcurrentHashMap;

/**
 * How oneDNN has a matrix B {@code [k × n]} of bf16 values lie; one a shape and form.
 *
 * <p>There are as many as models have shapes, so they live as long as the process.
 *
 * @param handle of the library's own description
 */
record Bfloat16Layout(int k, int n, Form form, long handle) {
    /** Rows for which the library chooses its blocks; they serve all others as well. */
    private static final int TYPICAL_ROWS = 256;

    /** The sides of the matrix by which products are tried. */
    private static final int PROBE = 64;

    private static final ConcurrentHashMap<Key, Bfloat16Layout> ALL = new ConcurrentHashMap<>();

    /** Which way the values lie. */
    enum Form {
        /** In the library's blocks. */
        BLOCKED,
        /** Row by row. */
        ROWS,
        /** Column by column. */
        COLUMNS
    }

    private record Key(int k, int n, Form form) {}

    /** Whether the library has such products on this processor. */
    static boolean isSupported() {
        try {
            return of(PROBE, PROBE, Form.BLOCKED).bytes() > 0;
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    /** The layout of B {@code [k × n]} in {@code form}. */
    static Bfloat16Layout of(int k, int n, Form form) {
        return ALL.computeIfAbsent(
                new Key(k, n, form), key -> new Bfloat16Layout(k, n, form, handle(k, n, form)));
    }

    private static long handle(int k, int n, Form form) {
        return switch (form) {
            case BLOCKED -> blocked(k, n);
            case ROWS -> DnnlLibrary.strided(DnnlLibrary.BF16, k, n, n, 1);
            case COLUMNS -> DnnlLibrary.strided(DnnlLibrary.BF16, k, n, 1, k);
        };
    }

    private static long blocked(int k, int n) {
        long a = DnnlLibrary.strided(DnnlLibrary.BF16, TYPICAL_ROWS, k, k, 1);
        long b = DnnlLibrary.free(DnnlLibrary.BF16, k, n);
        long c = DnnlLibrary.strided(DnnlLibrary.FP32, TYPICAL_ROWS, n, n, 1);
        long description = DnnlLibrary.product(a, b, c, false);
        long chosen = DnnlLibrary.weightsLayout(description);
        DnnlLibrary.destroyDescription(description);
        DnnlLibrary.destroyLayout(a);
        DnnlLibrary.destroyLayout(b);
        DnnlLibrary.destroyLayout(c);
        return chosen;
    }

    /** How many bytes the matrix takes. */
    long bytes() {
        return DnnlLibrary.bytes(handle);
    }
}
