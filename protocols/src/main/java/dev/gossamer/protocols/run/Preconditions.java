package dev.gossamer.protocols.run;

import dev.gossamer.protocols.wire.ProtocolLimits;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The checks of a run file's values; every refusal names the key, the value and the bound. */
final class Preconditions {
    private Preconditions() {}

    static void requireRange(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw outOfRange(key, value, least + ".." + most);
        }
    }

    static void requirePositive(String key, double value) {
        requireFinite(key, value);
        if (value <= 0) {
            throw outOfRange(key, value, "above 0");
        }
    }

    static void requireNotNegative(String key, double value) {
        requireFinite(key, value);
        if (value < 0) {
            throw outOfRange(key, value, "0 or more");
        }
    }

    static void requireFraction(String key, double value) {
        requireFinite(key, value);
        if (value <= 0 || value >= 1) {
            throw outOfRange(key, value, "above 0 and below 1");
        }
    }

    private static void requireFinite(String key, double value) {
        if (!Double.isFinite(value)) {
            throw new RunFileException("not finite: key=" + key + ", value=" + value);
        }
    }

    /** Whole milliseconds between {@code least} and {@code most}. */
    static void requireRange(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0 || !isWholeMillis(value)) {
            throw outOfRange(key, written(value), written(least) + ".." + written(most));
        }
    }

    private static String written(Duration value) {
        return isWholeMillis(value) && value.toDays() < 1_000_000
                ? Quantity.DURATION.format(value.toMillis())
                : value.toString();
    }

    private static boolean isWholeMillis(Duration value) {
        return value.truncatedTo(ChronoUnit.MILLIS).equals(value);
    }

    static void requireText(String key, String value) {
        requireText(key, value, ProtocolLimits.MAX_TEXT_CHARACTERS);
    }

    /** One printable line that is not blank. */
    static void requireText(String key, String value, int maxCharacters) {
        if (value.isBlank() || !Text.isPrintable(value)) {
            throw new RunFileException(
                    "not a line of text: key=" + key + ", value=" + RunFileException.shown(value));
        }
        if (value.length() > maxCharacters) {
            throw new RunFileException(
                    "too long: key="
                            + key
                            + ", value="
                            + RunFileException.shown(value)
                            + ", characters="
                            + value.length()
                            + ", bound="
                            + maxCharacters);
        }
    }

    static void requireUnique(String key, List<String> values) {
        Set<String> seen = new HashSet<>();
        for (String value : values) {
            if (!seen.add(value)) {
                throw new RunFileException(
                        "listed twice: key=" + key + ", value=" + RunFileException.shown(value));
            }
        }
    }

    /** A word that this version can run; the others are named in the design and refused here. */
    static <W extends Enum<W> & Word> void requireAvailable(String key, W word) {
        if (!word.available()) {
            throw notAvailable(
                    key,
                    word.key(),
                    Arrays.stream(word.getDeclaringClass().getEnumConstants())
                            .filter(Word::available)
                            .map(Word::key)
                            .toList()
                            .toString());
        }
    }

    /** The refusal of something that a later version will run. */
    static RunFileException notAvailable(String key, Object value, String available) {
        return new RunFileException(
                key.substring(key.lastIndexOf('.') + 1)
                        + " is not available yet: key="
                        + key
                        + ", value="
                        + value
                        + ", available="
                        + available);
    }

    private static RunFileException outOfRange(String key, Object value, String bound) {
        return new RunFileException(
                "out of range: key=" + key + ", value=" + value + ", bound=" + bound);
    }
}
