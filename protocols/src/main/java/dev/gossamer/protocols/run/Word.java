package dev.gossamer.protocols.run;

import java.util.Locale;

/** A closed word of a run file; one that is not available yet is known, so that it is named. */
public interface Word {
    /** The constant's name. */
    String name();

    /** The word as it stands in a run file. */
    default String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether this version can run it. */
    default boolean available() {
        return true;
    }
}
