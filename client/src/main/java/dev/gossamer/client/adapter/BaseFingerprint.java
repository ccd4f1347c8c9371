package dev.gossamer.client.adapter;

import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Recognises a base by its weights: SHA-256 over the names and sides of its matrices and up to 32
 * rows of each, evenly spaced, as fp32.
 *
 * <p>Equal weights give equal fingerprints whatever file holds them, in milliseconds for billions
 * of values. It tells one model from another; it is no proof against somebody who forges one.
 */
public final class BaseFingerprint {
    private static final int ROWS = 32;

    private BaseFingerprint() {}

    /** The fingerprint of {@code base}. */
    public static Digest of(Transformer base) {
        MessageDigest sha = Digest.sha256();
        add(sha, "words", base.words());
        for (Linear linear : base.linears()) {
            add(sha, linear.name(), linear.weight());
        }
        return Digest.fromBytes(sha.digest());
    }

    private static void add(MessageDigest sha, String name, Matrix matrix) {
        String head = name + '\t' + matrix.rows() + '\t' + matrix.columns() + '\n';
        sha.update(head.getBytes(StandardCharsets.UTF_8));
        float[] row = new float[matrix.columns()];
        int count = Math.min(ROWS, matrix.rows());
        for (int i = 0; i < count; i++) {
            matrix.readRow((int) ((long) i * matrix.rows() / count), row, 0);
            sha.update(AdapterState.littleEndian(row));
        }
    }
}
