package dev.gossamer.client.tensor;

/**
 * Which keys of a tile each of its queries sees: query j those from {@code j + offset - window + 1}
 * to {@code j + offset}, as far as there are keys.
 */
record KeyRange(int keys, int offset, int window) {
    /** All keys for every query. */
    static KeyRange all(int keys) {
        return new KeyRange(keys, keys, Integer.MAX_VALUE);
    }

    /** The first key that {@code query} sees. */
    int from(int query) {
        return (int) Math.max(0, (long) query + offset - window + 1);
    }

    /** The key after the last that {@code query} sees. */
    int to(int query) {
        return Math.min(keys, query + offset + 1);
    }
}
