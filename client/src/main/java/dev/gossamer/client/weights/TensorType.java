package dev.gossamer.client.weights;

import java.util.List;
import java.util.Optional;

/** How a safetensors file stores the values of a tensor. */
public enum TensorType {
    /** 64-bit floats. */
    F64(Double.BYTES),
    /** 32-bit floats. */
    F32(Float.BYTES),
    /** Half-precision floats. */
    F16(Short.BYTES),
    /** The upper halves of 32-bit floats. */
    BF16(Short.BYTES),
    /** 64-bit integers. */
    I64(Long.BYTES),
    /** 32-bit integers. */
    I32(Integer.BYTES),
    /** 8-bit integers. */
    I8(Byte.BYTES),
    /** 8-bit integers without a sign. */
    U8(Byte.BYTES),
    /** Truth values. */
    BOOL(Byte.BYTES);

    private final int bytes;

    TensorType(int bytes) {
        this.bytes = bytes;
    }

    /** The bytes that a value takes. */
    public int bytes() {
        return bytes;
    }

    /** The bytes of all values of a tensor; empty where they are more than 63 bits count. */
    Optional<Long> bytes(List<Long> shape) {
        long all = bytes;
        for (long size : shape) {
            if (size < 0 || (size != 0 && all > Long.MAX_VALUE / size)) {
                return Optional.empty();
            }
            all *= size;
        }
        return Optional.of(all);
    }

    /** The type that a file calls {@code name}, if it is one of these. */
    static Optional<TensorType> named(String name) {
        for (TensorType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
