package dev.gossamer.client.text.jinja;

/** What Python counts as blank, and strips. */
final class Blanks {
    private Blanks() {}

    static boolean isBlank(int character) {
        return character == ' '
                || (character >= '\t' && character <= '\r')
                || (character >= 0x1C && character <= 0x1F)
                || character == 0x85
                || character == 0xA0
                || (character > 0xA0 && Character.isSpaceChar(character));
    }

    static boolean isBlank(String text) {
        return text.chars().allMatch(Blanks::isBlank);
    }

    static String strip(String text) {
        return stripStart(stripEnd(text));
    }

    static String stripStart(String text) {
        int from = 0;
        while (from < text.length() && isBlank(text.charAt(from))) {
            from++;
        }
        return text.substring(from);
    }

    static String stripEnd(String text) {
        int to = text.length();
        while (to > 0 && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(0, to);
    }
}
