package dev.gossamer.client.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

class TokenizedTextTest {
    /** A special token, {@code first} tokens from 10, one more special, {@code second} from 20. */
    private static TokenizedText pair(int first, int second) {
        int size = first + second + 2;
        int[] ids = new int[size];
        int[] types = new int[size];
        int[] words = new int[size];
        int[] texts = new int[size];
        for (int i = 0; i < size; i++) {
            boolean special = i == 0 || i == first + 1;
            boolean later = i > first + 1;
            texts[i] = special ? -1 : later ? 1 : 0;
            words[i] = special ? -1 : later ? i - first - 2 : i - 1;
            ids[i] = special ? 1 : (later ? 20 : 10) + words[i];
            types[i] = later ? 1 : 0;
        }
        return new TokenizedText(ids, types, words, texts);
    }

    private static long kept(TokenizedText text, int of) {
        return IntStream.of(text.texts()).filter(each -> each == of).count();
    }

    @Test
    void cut_thatFits_isTheSame() {
        TokenizedText text = pair(3, 2);

        assertSame(text, text.cut(7));
        assertEquals(5, text.secondText());
    }

    @Test
    void cut_longerText_givesWayFirst() {
        TokenizedText cut = pair(6, 2).cut(6);

        assertArrayEquals(new int[] {1, 10, 11, 1, 20, 21}, cut.ids());
        assertEquals(4, cut.secondText());
        assertArrayEquals(new int[] {1, 10, 11, 1, 20, 21}, pair(2, 7).cut(6).ids());
    }

    /** Half for each, and the odd one for the longer. */
    @Test
    void cut_bothTooLong_shareTheRoom() {
        TokenizedText cut = pair(9, 8).cut(9);

        assertEquals(4, kept(cut, 0));
        assertEquals(3, kept(cut, 1));
        assertEquals(3, kept(pair(8, 9).cut(9), 0));
    }

    @Test
    void cut_withoutRoomBesideSpecialTokens_refused() {
        assertEquals(
                "no room beside special tokens: maxTokens=2, special tokens=2",
                assertThrows(IllegalArgumentException.class, () -> pair(1, 1).cut(2)).getMessage());
    }

    @Test
    void secondText_ofOneText_isItsLength() {
        assertEquals(5, pair(3, 0).secondText());
    }
}
