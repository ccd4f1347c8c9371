package dev.gossamer.client.command;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The words that options take for the values of an enum. */
public final class Words {
    private Words() {}

    /**
     * The value of {@code type} that {@code option} names.
     *
     * @throws IllegalArgumentException naming the option and all words that it takes
     */
    static <E extends Enum<E>> E parse(
            String option, String word, Class<E> type, Function<E, String> key) {
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> key.apply(value).equals(word))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "unknown word: "
                                                + option
                                                + "="
                                                + word
                                                + ", one of="
                                                + Arrays.stream(type.getEnumConstants())
                                                        .map(key)
                                                        .toList()));
    }

    /** The same with each value's name in lower case, a hyphen for each underscore. */
    public static <E extends Enum<E>> E parse(String option, String word, Class<E> type) {
        return parse(option, word, type, Words::key);
    }

    static String key(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The number of an option, held to a lower bound. */
    static int atLeast(String option, int value, int bound) {
        if (value < bound) {
            throw new IllegalArgumentException(
                    "out of range: " + option + "=" + value + ", bound=" + bound);
        }
        return value;
    }

    /** A missing option as none. */
    static <T> Optional<T> optional(T value) {
        return Optional.ofNullable(value);
    }
}
