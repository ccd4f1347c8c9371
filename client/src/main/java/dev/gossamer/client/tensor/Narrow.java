package dev.gossamer.client.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Vectors of fp32 values from narrower ones in memory, as many at once as {@link Lanes} has. */
final class Narrow {
    /** Vectors of 128 bits would need bytes in vectors that no platform has. */
    static final boolean SUPPORTED = Lanes.LANES >= 8;

    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(
                    byte.class,
                    VectorShape.forBitSize(Math.max(64, Lanes.S.vectorBitSize() / Float.BYTES)));
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(
                    short.class,
                    VectorShape.forBitSize(Math.max(64, Lanes.S.vectorBitSize() / Short.BYTES)));

    private Narrow() {}

    /** Signed bytes. */
    static FloatVector signed(long at) {
        return (FloatVector) bytes(at).convertShape(VectorOperators.B2F, Lanes.S, 0);
    }

    /** Unsigned bytes, as integers. */
    static IntVector unsigned(long at) {
        return (IntVector) bytes(at).convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.I, 0);
    }

    private static ByteVector bytes(long at) {
        return ByteVector.fromMemorySegment(BYTES, Tensor.MEMORY, at, Lanes.ORDER);
    }

    /** The upper halves of fp32 values. */
    static FloatVector bfloats(long at) {
        ShortVector halves = ShortVector.fromMemorySegment(SHORTS, Tensor.MEMORY, at, Lanes.ORDER);
        IntVector wide = (IntVector) halves.convertShape(VectorOperators.S2I, Lanes.I, 0);
        return wide.lanewise(VectorOperators.LSHL, Short.SIZE).reinterpretAsFloats();
    }

    /** The lower halves of integers. */
    static ShortVector halves(IntVector v) {
        return (ShortVector) v.convertShape(VectorOperators.I2S, SHORTS, 0);
    }

    static FloatVector floats(IntVector v) {
        return (FloatVector) v.convert(VectorOperators.I2F, 0);
    }
}
