package dev.gossamer.privacy.secagg;

import static dev.gossamer.privacy.secagg.JdkCrypto.concat;
import static dev.gossamer.privacy.secagg.JdkCrypto.little;
import static dev.gossamer.privacy.secagg.JdkCrypto.sha256;
import static dev.gossamer.privacy.secagg.JdkCrypto.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a server that speaks bytes says to members of a complete graph, and what it reads from them.
 */
final class WireView {
    private static final int HEADER = 34;

    private final byte[] session;
    private final SortedMap<String, byte[]> adverts;
    private final byte[] keyList;
    private final byte[] seed;

    /** The view in which the members are those of {@code adverts}, by name. */
    WireView(byte[] session, Map<String, byte[]> adverts) {
        this.session = session;
        this.adverts = new TreeMap<>(adverts);
        keyList =
                concat(
                        header(1, session),
                        little(adverts.size(), 4),
                        concat(this.adverts.values().toArray(byte[][]::new)));
        seed = sha256(text("gossamer/secagg/v1/joint randomness"), session, sha256(keyList));
    }

    /** The digest of a context of complete graphs, from its fields. */
    static byte[] sessionOf(
            String run, long round, int attempt, byte[][] digests, int words, int[] numbers) {
        return sha256(
                text("GSAC"),
                new byte[] {1},
                WireMember.named(run),
                little(round, 8),
                little(attempt, 4),
                concat(digests),
                little(4, 1),
                little(words, 4),
                little(numbers[0], 4),
                little(numbers[1], 4),
                little(numbers[2], 4),
                little(0, 1),
                little(0, 1),
                little(0, 4),
                little(0, 4));
    }

    static byte[] header(int kind, byte[] session) {
        return concat(new byte[] {1, (byte) kind}, session);
    }

    /** What stands behind header and seed in a member's message. */
    static byte[] behindSeed(byte[] message) {
        return JdkCrypto.part(message, HEADER + 32, message.length - HEADER - 32);
    }

    /** An advert behind its header. */
    static byte[] advertOf(byte[] message) {
        return JdkCrypto.part(message, HEADER, message.length - HEADER);
    }

    byte[] session() {
        return session.clone();
    }

    byte[] seed() {
        return seed.clone();
    }

    byte[] keyList() {
        return keyList.clone();
    }

    List<String> names() {
        return new ArrayList<>(adverts.keySet());
    }

    int number(String name) {
        return names().indexOf(name);
    }

    byte[] channelKey(String name) {
        return WireMember.field(adverts.get(name), 1);
    }

    byte[] maskKey(String name) {
        return WireMember.field(adverts.get(name), 2);
    }

    byte[] set(Collection<String> some) {
        byte[] bits = new byte[(adverts.size() + 7) / 8];
        for (String name : some) {
            bits[number(name) / 8] |= (byte) (1 << number(name) % 8);
        }
        return bits;
    }

    byte[] delivery(byte[] sharers, byte[]... boxes) {
        return concat(header(5, session), seed, sharers, concat(boxes));
    }

    byte[] survivors(byte[] survivors) {
        return concat(header(7, session), seed, survivors);
    }

    byte[] votes(SortedMap<Integer, byte[]> votes) {
        byte[] message = concat(header(9, session), seed, little(votes.size(), 4));
        for (Map.Entry<Integer, byte[]> vote : votes.entrySet()) {
            message = concat(message, little(vote.getKey(), 4), vote.getValue());
        }
        return message;
    }

    static int[] words(byte[] message) {
        byte[] body = behindSeed(message);
        int[] words = new int[body.length / 4];
        ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
        return words;
    }
}
