package dev.gossamer.privacy.identity;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Who may take part: names and their public keys, signed by an authority whose key is offline.
 *
 * <p>A coordinator hands a roster on but cannot make one, so a client that got the authority's key
 * by another way knows that the peers it masks with are those of the roster. As text, with lines
 * that end in a line feed, names in ascending order:
 *
 * <pre>
 * gossamer-roster 1
 * serial 3
 * member clinic-a 6b1f...
 * member clinic-b 09e2...
 * authority c1d4...
 * signature 55aa...
 * </pre>
 *
 * <p>The signature is Ed25519ctx, {@link SignatureContext#ROSTER}, over all bytes before its line.
 * A text in any other form is refused, so that one roster has one text.
 */
public final class Roster {
    /** More members than a cohort can have. */
    public static final int MAX_MEMBERS = 100_000;

    private static final String HEAD = "gossamer-roster 1";
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
    private static final Pattern SERIAL = Pattern.compile("0|[1-9][0-9]{0,17}");

    private final long serial;
    private final SortedMap<String, VerifyingKey> members;
    private final VerifyingKey authority;
    private final byte[] signature;

    private Roster(
            long serial,
            SortedMap<String, VerifyingKey> members,
            VerifyingKey authority,
            byte[] signature) {
        this.serial = serial;
        this.members = members;
        this.authority = authority;
        this.signature = signature;
    }

    /**
     * The roster of {@code members}, signed by {@code authority}.
     *
     * @param serial 0 or more, higher than those of the rosters that it replaces
     * @throws IllegalArgumentException for a bad name, a key that two names share, or too many
     */
    public static Roster sign(
            long serial, Map<String, VerifyingKey> members, SigningKey authority) {
        if (serial < 0) {
            throw new IllegalArgumentException("serial is negative: serial=" + serial);
        }
        SortedMap<String, VerifyingKey> sorted = new TreeMap<>(members);
        requireDistinct(sorted);
        VerifyingKey key = authority.verifyingKey();
        byte[] body = body(serial, sorted, key).getBytes(StandardCharsets.US_ASCII);
        return new Roster(serial, sorted, key, authority.sign(SignatureContext.ROSTER, body));
    }

    private static void requireDistinct(SortedMap<String, VerifyingKey> members) {
        if (members.isEmpty() || members.size() > MAX_MEMBERS) {
            throw new IllegalArgumentException(
                    "roster has a wrong size: members="
                            + members.size()
                            + ", bound=1.."
                            + MAX_MEMBERS);
        }
        Map<String, String> names = new TreeMap<>();
        members.forEach(
                (name, key) -> {
                    requireName(name);
                    String other = names.putIfAbsent(key.toString(), name);
                    if (other != null) {
                        throw new IllegalArgumentException(
                                "two names share a key: names=" + other + " and " + name);
                    }
                });
    }

    /**
     * {@code name}, if it is 1 to 64 lower-case letters, digits and hyphens.
     *
     * @throws IllegalArgumentException otherwise
     */
    public static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "bad name of a member: name=" + name + ", form=" + NAME.pattern());
        }
        return name;
    }

    /**
     * The roster that {@code text} holds, with a signature that fits its own authority. Whether
     * that is the authority one trusts is for the caller to ask: {@link #isSignedBy}.
     *
     * @throws IllegalArgumentException for any text that {@link #text} does not give, and for a
     *     signature that does not fit
     */
    public static Roster parse(String text) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.size() < 5 || !lines.getFirst().equals(HEAD) || !lines.getLast().isEmpty()) {
            throw new IllegalArgumentException("not a roster: first line is not " + HEAD);
        }
        long serial = serial(word("serial", lines.get(1)));
        SortedMap<String, VerifyingKey> members = new TreeMap<>();
        for (String line : lines.subList(2, lines.size() - 3)) {
            String[] words = word("member", line).split(" ", -1);
            if (words.length != 2
                    || members.put(words[0], VerifyingKey.fromHex(words[1])) != null) {
                throw new IllegalArgumentException("bad line in a roster: line=" + line);
            }
        }
        requireDistinct(members);
        VerifyingKey authority =
                VerifyingKey.fromHex(word("authority", lines.get(lines.size() - 3)));
        byte[] signature = hex(word("signature", lines.get(lines.size() - 2)));
        Roster roster = new Roster(serial, members, authority, signature);
        if (!roster.text().equals(text)) {
            throw new IllegalArgumentException(
                    "roster is not in its one form: names ascending, lower-case digits");
        }
        byte[] body = body(serial, members, authority).getBytes(StandardCharsets.US_ASCII);
        if (!authority.verifies(SignatureContext.ROSTER, body, signature)) {
            throw new IllegalArgumentException(
                    "roster's signature does not fit: authority=" + authority);
        }
        return roster;
    }

    private static String word(String key, String line) {
        if (!line.startsWith(key + " ")) {
            throw new IllegalArgumentException(
                    "bad line in a roster: line=" + line + ", expected=" + key);
        }
        return line.substring(key.length() + 1);
    }

    private static long serial(String word) {
        if (!SERIAL.matcher(word).matches()) {
            throw new IllegalArgumentException("bad serial of a roster: serial=" + word);
        }
        return Long.parseLong(word);
    }

    private static byte[] hex(String word) {
        try {
            return HexFormat.of().parseHex(word);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("bad signature of a roster: hex=" + word, e);
        }
    }

    private static String body(
            long serial, SortedMap<String, VerifyingKey> members, VerifyingKey authority) {
        StringBuilder body = new StringBuilder(HEAD).append("\nserial ").append(serial);
        members.forEach(
                (name, key) -> body.append("\nmember ").append(name).append(' ').append(key));
        return body.append("\nauthority ").append(authority).append('\n').toString();
    }

    /** The one text of this roster. */
    public String text() {
        return body(serial, members, authority)
                + "signature "
                + HexFormat.of().formatHex(signature)
                + "\n";
    }

    /** Whether {@code key} is the authority that signed this roster. */
    public boolean isSignedBy(VerifyingKey key) {
        return authority.equals(key);
    }

    /** The key that {@code name} has here. */
    public Optional<VerifyingKey> key(String name) {
        return Optional.ofNullable(members.get(name));
    }

    /** Names and keys, by ascending name; a copy. */
    public SortedMap<String, VerifyingKey> members() {
        return new TreeMap<>(members);
    }

    /** The number that orders rosters of one authority. */
    public long serial() {
        return serial;
    }

    /** The key that signed. */
    public VerifyingKey authority() {
        return authority;
    }
}
