package dev.gossamer.client.tensor;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * oneDNN's C functions for primitives, handles as addresses, through the foreign-function API.
 *
 * <p>Each call that fails throws; handles belong to whoever made them.
 */
final class DnnlLibrary {
    static final int BF16 = dnnl.dnnl_bf16;
    static final int FP32 = dnnl.dnnl_f32;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    static {
        Loader.load(dnnl.class);
    }

    private static final MethodHandle ENGINE = made("dnnl_engine_create", INT, LONG);
    private static final MethodHandle STREAM = made("dnnl_stream_create", LONG, INT);
    private static final MethodHandle STRIDED =
            made("dnnl_memory_desc_create_with_strides", INT, POINTER, INT, POINTER);
    private static final MethodHandle TAGGED =
            made("dnnl_memory_desc_create_with_tag", INT, POINTER, INT, INT);
    private static final MethodHandle CLONE = made("dnnl_memory_desc_clone", LONG);
    private static final MethodHandle MATMUL =
            made("dnnl_matmul_primitive_desc_create", LONG, LONG, LONG, LONG, LONG, LONG);
    private static final MethodHandle REORDER =
            made("dnnl_reorder_primitive_desc_create", LONG, LONG, LONG, LONG, LONG);
    private static final MethodHandle PRIMITIVE = made("dnnl_primitive_create", LONG);
    private static final MethodHandle MEMORY = made("dnnl_memory_create", LONG, LONG, LONG);
    private static final MethodHandle ATTRIBUTES = made("dnnl_primitive_attr_create");
    private static final MethodHandle POST_OPS = made("dnnl_post_ops_create");
    private static final MethodHandle SUM =
            function(
                    "dnnl_post_ops_append_sum",
                    FunctionDescriptor.of(INT, LONG, ValueLayout.JAVA_FLOAT, INT, INT));
    private static final MethodHandle SET_POST_OPS = status("dnnl_primitive_attr_set_post_ops", 2);
    private static final MethodHandle SET_HANDLE = status("dnnl_memory_set_data_handle", 2);
    private static final MethodHandle QUERY =
            function("dnnl_primitive_desc_query_md", FunctionDescriptor.of(LONG, LONG, INT, INT));
    private static final MethodHandle SIZE =
            function("dnnl_memory_desc_get_size", FunctionDescriptor.of(LONG, LONG));
    private static final MethodHandle EXECUTE =
            function("dnnl_primitive_execute", FunctionDescriptor.of(INT, LONG, LONG, INT, LONG));
    private static final MethodHandle DESTROY_PRIMITIVE = status("dnnl_primitive_destroy", 1);
    private static final MethodHandle DESTROY_MEMORY = status("dnnl_memory_destroy", 1);
    private static final MethodHandle DESTROY_LAYOUT = status("dnnl_memory_desc_destroy", 1);
    private static final MethodHandle DESTROY_DESCRIPTION =
            status("dnnl_primitive_desc_destroy", 1);

    /** The engine of the CPU, which lives as long as the process. */
    static final long CPU = create(ENGINE, dnnl.dnnl_cpu, 0L);

    private static final long PLAIN = create(ATTRIBUTES);
    private static final long ADDING = adding();

    private DnnlLibrary() {}

    @SuppressWarnings("restricted") // calling native code is the point of this class
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        var address = Loader.addressof(name);
        if (address == null || address.isNull()) {
            throw new IllegalStateException("native function is missing: name=" + name);
        }
        MemorySegment symbol = MemorySegment.ofAddress(address.address());
        return Linker.nativeLinker().downcallHandle(symbol, descriptor);
    }

    /** A function whose first argument points to the handle that it makes. */
    private static MethodHandle made(String name, MemoryLayout... rest) {
        MemoryLayout[] all = new MemoryLayout[rest.length + 1];
        all[0] = POINTER;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return function(name, FunctionDescriptor.of(INT, all))
                .asSpreader(Object[].class, rest.length + 1);
    }

    private static MethodHandle status(String name, int handles) {
        MemoryLayout[] all = new MemoryLayout[handles];
        Arrays.fill(all, LONG);
        return function(name, FunctionDescriptor.of(INT, all));
    }

    private static long create(MethodHandle maker, Object... rest) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = arena.allocate(LONG);
            Object[] all = new Object[rest.length + 1];
            all[0] = handle;
            System.arraycopy(rest, 0, all, 1, rest.length);
            require((int) maker.invoke(all));
            return handle.get(LONG, 0);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private static void require(int status) {
        if (status == dnnl.dnnl_unimplemented) {
            throw new UnsupportedOperationException("oneDNN has no such call on this processor");
        }
        if (status != 0) {
            throw new IllegalStateException("oneDNN refused a call: status=" + status);
        }
    }

    private static RuntimeException failed(Throwable e) {
        return e instanceof RuntimeException known
                ? known
                : new IllegalStateException("call of oneDNN failed", e);
    }

    private static long adding() {
        long ops = create(POST_OPS);
        long attributes = create(ATTRIBUTES);
        try {
            require((int) SUM.invokeExact(ops, 1f, 0, FP32));
            require((int) SET_POST_OPS.invokeExact(attributes, ops));
        } catch (Throwable e) {
            throw failed(e);
        }
        return attributes;
    }

    /** A stream of calls in order; one a thread. */
    static long stream() {
        return create(STREAM, CPU, dnnl.dnnl_stream_default_flags);
    }

    /** The layout of a matrix with these strides, in values. */
    static long strided(int type, long rows, long columns, long rowStride, long columnStride) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sides = arena.allocateFrom(LONG, rows, columns);
            MemorySegment strides = arena.allocateFrom(LONG, rowStride, columnStride);
            return create(STRIDED, 2, sides, type, strides);
        }
    }

    /** A layout of the library's choice. */
    static long free(int type, long rows, long columns) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sides = arena.allocateFrom(LONG, rows, columns);
            return create(TAGGED, 2, sides, type, dnnl.dnnl_format_tag_any);
        }
    }

    /** How {@code C = A B}, or {@code C += A B}, is computed in these layouts. */
    static long product(long a, long b, long c, boolean adds) {
        return create(MATMUL, CPU, a, b, 0L, c, adds ? ADDING : PLAIN);
    }

    /** How values go from one layout to another. */
    static long reorder(long from, long to) {
        return create(REORDER, from, CPU, to, CPU, PLAIN);
    }

    /** A copy of the layout of B that {@code description} has chosen. */
    static long weightsLayout(long description) {
        try {
            long layout = (long) QUERY.invokeExact(description, dnnl.dnnl_query_weights_md, 0);
            return create(CLONE, layout);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static long bytes(long layout) {
        try {
            return (long) SIZE.invokeExact(layout);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static long primitive(long description) {
        return create(PRIMITIVE, description);
    }

    /** A view of memory that {@link #point} chooses. */
    static long memory(long layout) {
        return create(MEMORY, layout, CPU, 0L);
    }

    static void point(long memory, long address) {
        try {
            require((int) SET_HANDLE.invokeExact(memory, address));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Runs a primitive on {@code count} arguments at {@code arguments}. */
    static void execute(long primitive, long stream, int count, long arguments) {
        try {
            require((int) EXECUTE.invokeExact(primitive, stream, count, arguments));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static void destroyPrimitive(long primitive) {
        destroy(DESTROY_PRIMITIVE, primitive);
    }

    static void destroyMemory(long memory) {
        destroy(DESTROY_MEMORY, memory);
    }

    static void destroyLayout(long layout) {
        destroy(DESTROY_LAYOUT, layout);
    }

    static void destroyDescription(long description) {
        destroy(DESTROY_DESCRIPTION, description);
    }

    private static void destroy(MethodHandle destroyer, long handle) {
        try {
            require((int) destroyer.invokeExact(handle));
        } catch (Throwable e) {
            throw failed(e);
        }
    }
}
