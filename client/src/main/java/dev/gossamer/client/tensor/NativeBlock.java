package dev.gossamer.client.tensor;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Zeroed native memory, aligned to a cache line, that lives until it is freed or this object is no
 * longer reachable.
 *
 * <p>From the C library rather than the JVM: pages that nobody touches cost nothing, and the heap's
 * limit does not bound the weights.
 */
final class NativeBlock {
    /** Of a cache line. */
    static final int LINE_BYTES = 64;

    private static final Cleaner CLEANER = Cleaner.create();
    private static final MethodHandle CALLOC =
            function(
                    "calloc",
                    FunctionDescriptor.of(
                            ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE =
            function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private static final AtomicLong LIVE_BYTES = new AtomicLong();
    private static final AtomicLong PEAK_BYTES = new AtomicLong();

    private final long address;
    private final long bytes;
    private final Cleaner.Cleanable memory;

    private NativeBlock(long start, long bytes) {
        this.bytes = bytes;
        address = (start + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
        PEAK_BYTES.accumulateAndGet(LIVE_BYTES.addAndGet(bytes), Math::max);
        memory = CLEANER.register(this, () -> free(start, bytes));
    }

    @SuppressWarnings("restricted") // calling native code is the point of this class
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    /**
     * A block of at least {@code bytes} zeros.
     *
     * @throws OutOfMemoryError if the system has none left
     */
    static NativeBlock zeros(long bytes) {
        MemorySegment start;
        try {
            start = (MemorySegment) CALLOC.invokeExact(1L, Math.max(1, bytes) + LINE_BYTES);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot allocate: bytes=" + bytes, e);
        }
        if (start.equals(MemorySegment.NULL)) {
            throw new OutOfMemoryError("no native memory left: bytes=" + bytes);
        }
        return new NativeBlock(start.address(), bytes);
    }

    private static void free(long start, long bytes) {
        LIVE_BYTES.addAndGet(-bytes);
        try {
            FREE.invokeExact(MemorySegment.ofAddress(start));
        } catch (Throwable e) {
            throw new IllegalStateException("cannot free: address=" + start, e);
        }
    }

    /** The bytes of all blocks of this process. */
    static long liveBytes() {
        return LIVE_BYTES.get();
    }

    /** The most that {@link #liveBytes} ever were, or were since {@link #resetPeak}. */
    static long peakBytes() {
        return PEAK_BYTES.get();
    }

    /** Lets the peak begin anew. */
    static void resetPeak() {
        PEAK_BYTES.set(LIVE_BYTES.get());
    }

    /** Where the block begins. */
    long address() {
        return address;
    }

    /** How many bytes it has. */
    long bytes() {
        return bytes;
    }

    /** Gives the memory back; nobody may use it afterwards. */
    void free() {
        memory.clean();
    }
}
