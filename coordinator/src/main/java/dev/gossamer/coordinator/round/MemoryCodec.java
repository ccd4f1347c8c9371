package dev.gossamer.coordinator.round;

import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.aggregate.ServerOptimizer.Memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * What a server's optimiser remembers as an artifact, and back. Little-endian.
 *
 * <pre>
 * "GSM1" | factors u32 | factor ...
 * factor: its bit u32 | steps u32 | size u32 | first fp64 ... | second fp64 ...
 * </pre>
 *
 * <p>Nobody but this coordinator reads it: bytes that it did not write are an error of the disk.
 */
final class MemoryCodec {
    private static final int MAGIC = 'G' | 'S' << 8 | 'M' << 16 | '1' << 24;
    private static final int INTS = 3;

    private MemoryCodec() {}

    static byte[] encode(Map<Factor, Memory> memories) {
        int length = 2 * Integer.BYTES;
        for (Memory memory : memories.values()) {
            int doubles = Math.multiplyExact(2, memory.first().length);
            length += INTS * Integer.BYTES + Math.multiplyExact(Double.BYTES, doubles);
        }
        ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(memories.size());
        for (Map.Entry<Factor, Memory> entry : new EnumMap<>(memories).entrySet()) {
            Memory memory = entry.getValue();
            out.putInt(Factor.bits(Set.of(entry.getKey()))).putInt(memory.steps());
            out.putInt(memory.first().length);
            for (double[] values : new double[][] {memory.first(), memory.second()}) {
                out.asDoubleBuffer().put(values);
                out.position(out.position() + values.length * Double.BYTES);
            }
        }
        return out.array();
    }

    static Map<Factor, Memory> decode(byte[] content) {
        ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (content.length < 2 * Integer.BYTES || in.getInt() != MAGIC) {
            throw new IllegalStateException(
                    "artifact is no optimiser's memory: bytes=" + content.length);
        }
        Map<Factor, Memory> memories = new EnumMap<>(Factor.class);
        int count = in.getInt();
        for (int i = 0; i < count; i++) {
            Factor factor = Factor.ofBits(in.getInt()).iterator().next();
            int steps = in.getInt();
            int size = in.getInt();
            memories.put(factor, new Memory(steps, doubles(in, size), doubles(in, size)));
        }
        return memories;
    }

    private static double[] doubles(ByteBuffer in, int size) {
        double[] values = new double[size];
        in.asDoubleBuffer().get(values);
        in.position(in.position() + size * Double.BYTES);
        return values;
    }
}
