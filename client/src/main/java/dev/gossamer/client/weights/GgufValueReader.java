package dev.gossamer.client.weights;

import java.util.ArrayList;
import java.util.List;

/** Reads values of a GGUF file's metadata, no more of them than a limit. */
final class GgufValueReader {
    /** Three arrays of the largest vocabularies, 262,144 tokens, and as many merges, four times. */
    private static final int MAX_VALUES = 1 << 22;

    /** Files in use nest arrays twice at most. */
    private static final int MAX_DEPTH = 4;

    private static final int UINT8 = 0;
    private static final int INT8 = 1;
    private static final int UINT16 = 2;
    private static final int INT16 = 3;
    private static final int UINT32 = 4;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;
    private static final int BOOL = 7;
    private static final int TEXT = 8;
    private static final int ARRAY = 9;
    private static final int UINT64 = 10;
    private static final int INT64 = 11;
    private static final int FLOAT64 = 12;

    private final GgufCursor cursor;
    private final int maxTextBytes;
    private int values;

    GgufValueReader(GgufCursor cursor, int maxTextBytes) {
        this.cursor = cursor;
        this.maxTextBytes = maxTextBytes;
    }

    /** The type and the value that stand next. */
    GgufValue read(String key) {
        return value(key, cursor.int32(), 0);
    }

    private GgufValue value(String key, int type, int depth) {
        return switch (type) {
            case UINT8 -> new GgufValue.Whole(Byte.toUnsignedLong(cursor.int8()));
            case INT8 -> new GgufValue.Whole(cursor.int8());
            case UINT16 -> new GgufValue.Whole(Short.toUnsignedLong(cursor.int16()));
            case INT16 -> new GgufValue.Whole(cursor.int16());
            case UINT32 -> new GgufValue.Whole(cursor.uint32());
            case INT32 -> new GgufValue.Whole(cursor.int32());
            case UINT64 -> saturated(cursor.int64());
            case INT64 -> new GgufValue.Whole(cursor.int64());
            case FLOAT32 -> new GgufValue.Real(Float.intBitsToFloat(cursor.int32()));
            case FLOAT64 -> new GgufValue.Real(Double.longBitsToDouble(cursor.int64()));
            case BOOL -> flag(key);
            case TEXT -> new GgufValue.Text(cursor.text(key, maxTextBytes));
            case ARRAY -> array(key, depth + 1);
            default ->
                    throw cursor.malformed(
                            "value of unknown type: key="
                                    + key
                                    + ", type="
                                    + Integer.toUnsignedString(type));
        };
    }

    private static GgufValue saturated(long unsigned) {
        return new GgufValue.Whole(unsigned < 0 ? Long.MAX_VALUE : unsigned);
    }

    private GgufValue flag(String key) {
        byte value = cursor.int8();
        if (value != 0 && value != 1) {
            throw cursor.malformed("not a flag: key=" + key + ", value=" + value + ", bounds=0, 1");
        }
        return new GgufValue.Flag(value == 1);
    }

    private GgufValue array(String key, int depth) {
        if (depth > MAX_DEPTH) {
            throw cursor.malformed("arrays too deep: key=" + key + ", bound=" + MAX_DEPTH);
        }
        int type = cursor.int32();
        int count = cursor.count(key, MAX_VALUES - values, minBytes(type));
        values += count;
        List<GgufValue> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            elements.add(value(key, type, depth));
        }
        return new GgufValue.Array(elements);
    }

    private static int minBytes(int type) {
        return switch (type) {
            case UINT16, INT16 -> Short.BYTES;
            case UINT32, INT32, FLOAT32 -> Integer.BYTES;
            case UINT64, INT64, FLOAT64, TEXT -> Long.BYTES;
            case ARRAY -> Integer.BYTES + Long.BYTES;
            default -> 1;
        };
    }
}
