package dev.gossamer.client.text.jinja;

/**
 * What rendering may cost: a template comes from a file that anyone may have written, and must not
 * keep a machine busy or fill its memory.
 */
final class Budget {
    /** A conversation of ten thousand messages takes less. */
    private static final long MAX_STEPS = 1L << 21;

    /** Text made on the way and in the end; a model's whole context is a tenth of it. */
    private static final long MAX_CHARACTERS = 1L << 23;

    /** Characters or words that a text is cut into. */
    private static final int MAX_PIECES = 1 << 17;

    /** Lists within lists. */
    private static final int MAX_NESTING = 100;

    /** Deeper than any expression or call in use; a guard of the stack. */
    private static final int MAX_DEPTH = 300;

    private long steps;
    private long characters;
    private int depth;

    /** One more step, inside of those that are entered and not left. */
    void enter() {
        steps(1);
        depth++;
        if (depth > MAX_DEPTH) {
            throw new TemplateException("template goes too deep: bound=" + MAX_DEPTH);
        }
    }

    /** Leaves what was entered last. */
    void leave() {
        depth--;
    }

    /** More steps. */
    void steps(long more) {
        steps += more;
        if (steps > MAX_STEPS) {
            throw new TemplateException("template takes too many steps: bound=" + MAX_STEPS);
        }
    }

    /** More text. */
    void characters(long more) {
        characters += more;
        requireRoomFor(characters);
    }

    /** Refuses a text of so many characters before it is made. */
    static void requireRoomFor(long characters) {
        if (characters > MAX_CHARACTERS) {
            throw new TemplateException(
                    "template makes too much text: bound=" + MAX_CHARACTERS + " characters");
        }
    }

    /** Refuses to cut a text into so many pieces. */
    static void requirePieces(int pieces) {
        if (pieces > MAX_PIECES) {
            throw new TemplateException("text has too many pieces: bound=" + MAX_PIECES);
        }
    }

    /** Refuses to go into lists so deep. */
    static void requireNesting(int depth) {
        if (depth > MAX_NESTING) {
            throw new TemplateException("lists are nested too deep: bound=" + MAX_NESTING);
        }
    }

    /** Takes the size of a new value into account. */
    Value charge(Value value) {
        switch (value) {
            case Value.Text(String text) -> characters(text.length());
            case Value.Sequence sequence -> steps(sequence.items().size());
            case Value.Mapping mapping -> steps(mapping.entries().size());
            case Value.Whole _,
                    Value.Real _,
                    Value.Truth _,
                    Value.None _,
                    Value.Undefined _,
                    Value.Fields _,
                    Value.Function _ -> {}
        }
        return value;
    }
}
