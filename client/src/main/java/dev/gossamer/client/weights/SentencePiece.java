package dev.gossamer.client.weights;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * SentencePiece's byte-pair encoding in the terms of the tokenizers library.
 *
 * <p>SentencePiece joins the two neighbours whose joint has the best score. The library joins the
 * pair that stands first in a list; so the list has every way to cut each piece in two pieces, the
 * best piece first. A blank is written {@code U+2581}, and what is no piece goes by bytes.
 */
final class SentencePiece {
    private static final String BLANK = "\u2581";

    /** The longest piece whose cuts are tried; blanks in code make pieces of some tens. */
    private static final int MAX_PIECE = 256;

    private SentencePiece() {}

    private record Cut(String left, String right, double score) {}

    /**
     * The pairs to join, first things first.
     *
     * @param usual whether the piece of that id can come from joining, as a special token cannot
     */
    static List<String[]> merges(List<String> pieces, List<Double> scores, IntPredicate usual) {
        Set<String> known = new HashSet<>(pieces);
        List<Cut> cuts = new ArrayList<>();
        for (int id = 0; id < pieces.size(); id++) {
            String piece = pieces.get(id);
            if (usual.test(id) && piece.length() <= MAX_PIECE) {
                for (int at = 1; at < piece.length(); at = piece.offsetByCodePoints(at, 1)) {
                    String left = piece.substring(0, at);
                    String right = piece.substring(at);
                    if (known.contains(left) && known.contains(right)) {
                        cuts.add(new Cut(left, right, scores.get(id)));
                    }
                }
            }
        }
        cuts.sort(Comparator.comparingDouble(Cut::score).reversed());
        return cuts.stream().map(cut -> new String[] {cut.left(), cut.right()}).toList();
    }

    /** What {@code normalizer} of a {@code tokenizer.json} says. */
    static ObjectNode normalizer(boolean prefixed) {
        ObjectNode normalizer = node("Sequence");
        ArrayNode steps = normalizer.putArray("normalizers");
        if (prefixed) {
            steps.add(node("Prepend").put("prepend", BLANK));
        }
        ObjectNode replace = node("Replace").put("content", BLANK);
        replace.putObject("pattern").put("String", " ");
        steps.add(replace);
        return normalizer;
    }

    /** What {@code decoder} of a {@code tokenizer.json} says. */
    static ObjectNode decoder(boolean prefixed) {
        ObjectNode decoder = node("Sequence");
        ArrayNode steps = decoder.putArray("decoders");
        ObjectNode replace = node("Replace").put("content", " ");
        replace.putObject("pattern").put("String", BLANK);
        steps.add(replace).add(node("ByteFallback")).add(node("Fuse"));
        if (prefixed) {
            steps.add(node("Strip").put("content", " ").put("start", 1).put("stop", 0));
        }
        return decoder;
    }

    private static ObjectNode node(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
