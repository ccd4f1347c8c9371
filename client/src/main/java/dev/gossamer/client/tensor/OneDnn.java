package dev.gossamer.client.tensor;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * oneDNN's single-precision matrix product on raw addresses, through the foreign-function API.
 *
 * <p>Matrices are row-major with a leading dimension, in floats. Each thread that multiplies must
 * have called {@link #useOneThread} once: parallelism is one worker a core, never inside a product.
 */
final class OneDnn {
    private static final MethodHandle SGEMM;
    private static final MethodHandle SET_THREADS;

    static {
        Loader.load(dnnl.class);
        SGEMM =
                function(
                        "dnnl_sgemm",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_BYTE,
                                ValueLayout.JAVA_BYTE,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_FLOAT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_FLOAT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG));
        SET_THREADS =
                function("omp_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
    }

    private OneDnn() {}

    @SuppressWarnings("restricted") // calling native code is the point of this class
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        var address = Loader.addressof(name);
        if (address == null || address.isNull()) {
            throw new IllegalStateException("native function is missing: name=" + name);
        }
        MemorySegment symbol = MemorySegment.ofAddress(address.address());
        return Linker.nativeLinker().downcallHandle(symbol, descriptor);
    }

    /** Makes the products of this thread run on it alone. */
    static void useOneThread() {
        useThreads(1);
    }

    /** Makes the products of this thread run on {@code threads}: for measurements. */
    static void useThreads(int threads) {
        try {
            SET_THREADS.invokeExact(threads);
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "cannot set the number of threads: threads=" + threads, e);
        }
    }

    /** {@code C = A B + beta C}, with A {@code [m × k]}, B {@code [k × n]}. */
    static void multiply(
            int m, int n, int k, long a, int lda, long b, int ldb, float beta, long c, int ldc) {
        sgemm((byte) 'N', (byte) 'N', m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
    }

    /** {@code C = alpha A B + beta C}, with A {@code [m × k]}, B {@code [k × n]}. */
    static void multiply(
            int m,
            int n,
            int k,
            float alpha,
            long a,
            int lda,
            long b,
            int ldb,
            float beta,
            long c,
            int ldc) {
        sgemm((byte) 'N', (byte) 'N', m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }

    /** {@code C = alpha A Bᵀ + beta C}, with A {@code [m × k]}, B {@code [n × k]}. */
    static void multiplyTransposed(
            int m,
            int n,
            int k,
            float alpha,
            long a,
            int lda,
            long b,
            int ldb,
            float beta,
            long c,
            int ldc) {
        sgemm((byte) 'N', (byte) 'T', m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }

    /** {@code C = alpha Aᵀ B + beta C}, with A {@code [k × m]}, B {@code [k × n]}. */
    static void transposedMultiply(
            int m,
            int n,
            int k,
            float alpha,
            long a,
            int lda,
            long b,
            int ldb,
            float beta,
            long c,
            int ldc) {
        sgemm((byte) 'T', (byte) 'N', m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }

    /** {@code C = scale A Bᵀ}, with A {@code [m × k]}, B {@code [n × k]}. */
    static void multiplyTransposed(
            int m, int n, int k, float scale, long a, int lda, long b, int ldb, long c, int ldc) {
        sgemm((byte) 'N', (byte) 'T', m, n, k, scale, a, lda, b, ldb, 0, c, ldc);
    }

    /** {@code C = Aᵀ B + beta C}, with A {@code [k × m]}, B {@code [k × n]}. */
    static void transposedMultiply(
            int m, int n, int k, long a, int lda, long b, int ldb, float beta, long c, int ldc) {
        sgemm((byte) 'T', (byte) 'N', m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
    }

    private static void sgemm(
            byte transposeA,
            byte transposeB,
            long m,
            long n,
            long k,
            float alpha,
            long a,
            long lda,
            long b,
            long ldb,
            float beta,
            long c,
            long ldc) {
        int status;
        try {
            status =
                    (int)
                            SGEMM.invokeExact(
                                    transposeA,
                                    transposeB,
                                    m,
                                    n,
                                    k,
                                    alpha,
                                    a,
                                    lda,
                                    b,
                                    ldb,
                                    beta,
                                    c,
                                    ldc);
        } catch (Throwable e) {
            throw new IllegalStateException("matrix product failed", e);
        }
        if (status != 0) {
            throw new IllegalStateException(
                    "matrix product was refused: status="
                            + status
                            + ", m="
                            + m
                            + ", n="
                            + n
                            + ", k="
                            + k);
        }
    }
}
