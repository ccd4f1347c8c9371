package dev.gossamer.client.tensor;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

import java.lang.foreign.ValueLayout;

/** From fp32 to bf16: the nearest, or of two as near the one whose last bit is zero. */
final class Rounding {
    private static final boolean VECTORS =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    private Rounding() {}

    /** Writes {@code n} floats as bf16. */
    static void toBfloat16(long from, long to, int n) {
        int i = VECTORS && Narrow.SUPPORTED ? Vectors.toBfloat16(from, to, n) : 0;
        for (; i < n; i++) {
            short rounded = toBfloat16(Tensor.peek(from + 4L * i));
            Tensor.MEMORY.set(ValueLayout.JAVA_SHORT_UNALIGNED, to + 2L * i, rounded);
        }
    }

    /** The upper half of the nearest float whose lower half is zero. */
    static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> Short.SIZE | 1 << 6);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> Short.SIZE) & 1)) >>> Short.SIZE);
    }

    /** Apart, so that the class above does without the Vector API. */
    private static final class Vectors {
        private static final IntVector HALF = IntVector.broadcast(Lanes.I, 0x7FFF);
        private static final IntVector ONE = IntVector.broadcast(Lanes.I, 1);

        /** How many were written: whole vectors alone. */
        static int toBfloat16(long from, long to, int n) {
            int end = Lanes.S.loopBound(n);
            for (int i = 0; i < end; i += Lanes.LANES) {
                IntVector bits = Lanes.load(from + 4L * i).reinterpretAsInts();
                IntVector odd = bits.lanewise(VectorOperators.LSHR, Short.SIZE).and(ONE);
                IntVector upper =
                        bits.add(HALF).add(odd).lanewise(VectorOperators.LSHR, Short.SIZE);
                Narrow.halves(upper).intoMemorySegment(Tensor.MEMORY, to + 2L * i, Lanes.ORDER);
            }
            return end;
        }
    }
}
