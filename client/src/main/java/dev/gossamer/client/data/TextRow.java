package dev.gossamer.client.data;

import java.util.Optional;

/**
 * One row of text with its class, where it has one.
 *
 * @param label the class by name
 */
public record TextRow(String text, Optional<String> label) {
    /** A row with its class. */
    public static TextRow labelled(String text, String label) {
        return new TextRow(text, Optional.of(label));
    }

    /** A row whose class is not known. */
    public static TextRow unlabelled(String text) {
        return new TextRow(text, Optional.empty());
    }
}
