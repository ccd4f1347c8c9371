package dev.gossamer.privacy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

class RosterTest {
    private static final SigningKey AUTHORITY = key(0);
    private static final Roster ROSTER =
            Roster.sign(
                    3,
                    Map.of(
                            "clinic-b", key(2).verifyingKey(),
                            "clinic-a", key(1).verifyingKey()),
                    AUTHORITY);

    @TempDir Path folder;

    private static SigningKey key(int number) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) (7 + number));
        return SigningKey.fromBytes(secret);
    }

    private static String refused(String text) {
        return assertThrows(IllegalArgumentException.class, () -> Roster.parse(text), text)
                .getMessage();
    }

    @Test
    void roster_asText_isReadableAndItsMembersAscend() {
        String[] lines = ROSTER.text().split("\n", -1);

        assertEquals("gossamer-roster 1", lines[0]);
        assertEquals("serial 3", lines[1]);
        assertEquals("member clinic-a " + key(1).verifyingKey(), lines[2]);
        assertEquals("member clinic-b " + key(2).verifyingKey(), lines[3]);
        assertEquals("authority " + AUTHORITY.verifyingKey(), lines[4]);
        assertEquals("signature ".length() + 128, lines[5].length());
        assertEquals("", lines[6]);
    }

    @Test
    void roster_writtenAndRead_isTheSame() {
        Path file = folder.resolve("roster.txt");

        RosterFile.write(file, ROSTER);
        Roster read = RosterFile.read(file);

        assertEquals(ROSTER.text(), read.text());
        assertEquals(3, read.serial());
        assertEquals(ROSTER.members(), read.members());
        assertTrue(read.isSignedBy(AUTHORITY.verifyingKey()));
        assertFalse(read.isSignedBy(key(1).verifyingKey()));
    }

    /** No character can be changed, and no line moved, doubled or cut. */
    @Test
    void roster_withAnythingChanged_isRefused() {
        String text = ROSTER.text();

        for (int i = 0; i < text.length(); i++) {
            char[] changed = text.toCharArray();
            changed[i] = (char) (changed[i] ^ 1);
            refused(new String(changed));
            refused(text.substring(0, i));
        }
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length - 1; i++) {
            String[] doubled = text.split("\n", -1);
            doubled[i] = lines[i] + "\n" + lines[i];
            refused(String.join("\n", doubled));
        }
        refused(text.replace("clinic-a", "clinic-c"));
        refused(text + "\n");
        refused(text.replace("\n", "\r\n"));
        refused(text.toUpperCase(Locale.ROOT));
    }

    @Test
    void roster_signedByAnother_isOfThatAuthorityAlone() {
        Roster other = Roster.sign(3, ROSTER.members(), key(9));

        assertFalse(other.isSignedBy(AUTHORITY.verifyingKey()));
        assertEquals(
                "roster is signed by another authority: signer="
                        + key(9).verifyingKey()
                        + ", pinned="
                        + AUTHORITY.verifyingKey(),
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new RosterTrust.PinnedRoster(AUTHORITY.verifyingKey(), other))
                        .getMessage());
        assertEquals(
                "roster's signature does not fit: authority=" + key(9).verifyingKey(),
                refused(
                        ROSTER.text()
                                .replace(
                                        AUTHORITY.verifyingKey().toString(),
                                        key(9).verifyingKey().toString())));
    }

    @Test
    void roster_withOneKeyUnderTwoNames_isRefused() {
        Map<String, VerifyingKey> members = new TreeMap<>(ROSTER.members());
        members.put("clinic-c", key(1).verifyingKey());

        assertEquals(
                "two names share a key: names=clinic-a and clinic-c",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Roster.sign(4, members, AUTHORITY))
                        .getMessage());
    }

    @Test
    void roster_withBadNamesSerialOrNobody_isRefused() {
        for (String name : new String[] {"", "UPPER", "a b", "a\nb", "x".repeat(65), "../up"}) {
            Map<String, VerifyingKey> members = Map.of(name, key(1).verifyingKey());
            assertThrows(
                    IllegalArgumentException.class, () -> Roster.sign(1, members, AUTHORITY), name);
        }
        assertThrows(
                IllegalArgumentException.class, () -> Roster.sign(-1, ROSTER.members(), AUTHORITY));
        assertThrows(IllegalArgumentException.class, () -> Roster.sign(1, Map.of(), AUTHORITY));
    }

    @Test
    void pinnedRoster_admitsItsNamesWithTheirKeysAlone() {
        RosterTrust pinned = new RosterTrust.PinnedRoster(AUTHORITY.verifyingKey(), ROSTER);
        byte[] right = key(1).verifyingKey().bytes();

        assertTrue(pinned.admits("clinic-a", right));
        assertFalse(pinned.admits("clinic-b", right));
        assertFalse(pinned.admits("clinic-c", key(3).verifyingKey().bytes()));
        assertTrue(pinned.keyOf("clinic-b", right).isEmpty());
        assertTrue(pinned.claim().startsWith("malicious server: "));
    }

    @Test
    void honestButCurious_takesAnyKeyThatIsOne() {
        RosterTrust trust = new RosterTrust.HonestButCurious();

        assertTrue(trust.admits("anybody", new byte[32]));
        assertTrue(trust.keyOf("anybody", new byte[32]).isEmpty());
        assertEquals(
                key(1).verifyingKey(),
                trust.keyOf("anybody", key(1).verifyingKey().bytes()).orElseThrow());
        assertTrue(trust.claim().startsWith("honest-but-curious server: "));
    }

    @Test
    void rosterFile_ofAnotherKind_isRefusedWithItsPath() throws IOException {
        Path file = folder.resolve("roster.txt");
        Files.writeString(file, "hello\n", StandardCharsets.US_ASCII);

        KeyFileException refused =
                assertThrows(KeyFileException.class, () -> RosterFile.read(file));

        assertEquals(
                "not a signed roster: file="
                        + file
                        + ", cause=not a roster: first line is not gossamer-roster 1",
                refused.getMessage());
    }
}
