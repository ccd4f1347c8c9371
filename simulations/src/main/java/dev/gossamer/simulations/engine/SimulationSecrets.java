package dev.gossamer.simulations.engine;

import dev.gossamer.protocols.node.NodeId;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * What a simulated node takes for its secrets: SHA-256 of a seed, its name, its life and a counter.
 *
 * <p>Whoever knows the seed knows all of it, which is what makes a simulation repeatable and what
 * makes this worthless anywhere else.
 */
public final class SimulationSecrets extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final transient byte[] prefix;
    private transient byte[] block = new byte[0];
    private transient int position;
    private transient long counter;

    /**
     * Secrets of one node.
     *
     * @param life how often a node of this name was started, so that no two lives share noise
     */
    public SimulationSecrets(long seed, NodeId node, int life) {
        byte[] name = node.value().getBytes(StandardCharsets.UTF_8);
        prefix =
                ByteBuffer.allocate(Long.BYTES + Integer.BYTES + name.length)
                        .putLong(seed)
                        .putInt(life)
                        .put(name)
                        .array();
    }

    @Override
    public synchronized void nextBytes(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (position == block.length) {
                block = hash(counter++);
                position = 0;
            }
            bytes[i] = block[position++];
        }
    }

    @Override
    public byte[] generateSeed(int bytes) {
        byte[] seed = new byte[bytes];
        nextBytes(seed);
        return seed;
    }

    private byte[] hash(long index) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(prefix);
            return sha.digest(ByteBuffer.allocate(Long.BYTES).putLong(index).array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException("secrets are not written: class=SimulationSecrets");
    }
}
