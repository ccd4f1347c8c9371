package dev.gossamer.privacy.accountant;

import java.util.Arrays;

/**
 * Which two data sets must look alike: what one record, or one user, may change.
 *
 * <p>An epsilon means nothing without it, and epsilons of different adjacencies do not add.
 */
public enum Adjacency {
    /** A record is there, or it is not. */
    ADD_OR_REMOVE_ONE("add-or-remove-one"),

    /** A record is there, or one that contributes zero stands in its place. */
    REPLACE_WITH_ZERO("replace-with-zero"),

    /** A record is there, or any other stands in its place. */
    REPLACE_ONE("replace-one");

    private final String key;

    Adjacency(String key) {
        this.key = key;
    }

    /** Its name in files and on command lines. */
    public String key() {
        return key;
    }

    /**
     * The adjacency of that name.
     *
     * @throws IllegalArgumentException naming all of them
     */
    public static Adjacency of(String key) {
        return Arrays.stream(values())
                .filter(each -> each.key.equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "unknown adjacency: adjacency="
                                                + key
                                                + ", one of="
                                                + Arrays.stream(values())
                                                        .map(Adjacency::key)
                                                        .toList()));
    }

    @Override
    public String toString() {
        return key;
    }
}
