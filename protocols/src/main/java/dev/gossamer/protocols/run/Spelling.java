package dev.gossamer.protocols.run;

import java.util.Collection;
import java.util.Optional;

/** Finds the word that a misspelt one was probably meant to be. */
final class Spelling {
    /** Longer than any word of a run file; bounds the table of {@link #distance}. */
    private static final int MAX_CHARACTERS = 64;

    private Spelling() {}

    /** The refusal of {@code value}, with what was probably meant. */
    static RunFileException refusal(
            String problem, String key, String value, Collection<String> allowed) {
        return new RunFileException(
                problem
                        + ": key="
                        + key
                        + ", value="
                        + RunFileException.shown(value)
                        + ", allowed="
                        + allowed
                        + nearest(value, allowed).map(w -> ", did you mean " + w + "?").orElse(""));
    }

    /** The nearest of {@code words}, if it is near enough to be a slip: a third of the letters. */
    static Optional<String> nearest(String word, Collection<String> words) {
        Optional<String> nearest = Optional.empty();
        int best = Math.max(1, word.length() / 3) + 1;
        for (String candidate : words) {
            if (word.length() <= MAX_CHARACTERS && distance(word, candidate) < best) {
                best = distance(word, candidate);
                nearest = Optional.of(candidate);
            }
        }
        return nearest;
    }

    /**
     * Insertions, deletions, substitutions and swaps of neighbours that turn one into the other.
     */
    static int distance(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : cheapest(edits, from, i, to, j);
            }
        }
        return edits[from.length()][to.length()];
    }

    private static int cheapest(int[][] edits, String from, int i, String to, int j) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int edit = Math.min(edits[i - 1][j], edits[i][j - 1]) + 1;
        edit = Math.min(edit, edits[i - 1][j - 1] + (same ? 0 : 1));
        boolean swapped =
                i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(edit, edits[i - 2][j - 2] + 1) : edit;
    }
}
