package dev.gossamer.client.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.data.DataRow.Content;
import dev.gossamer.client.text.TinyTokenizer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

class CausalEncoderTest {
    private static final int NONE = Example.NO_LABEL;
    private static final int END = TinyTokenizer.END;
    private static final int SAY = TinyTokenizer.SAY;

    /** {@code role:content<end>} for each message, {@code assistant:} where one is to come. */
    private static final ChatFormat CHAT =
            (turns, openAnswer) -> {
                StringBuilder text = new StringBuilder();
                turns.forEach(turn -> text.append("<say>").append(turn.content()).append("<end>"));
                return text.append(openAnswer ? "<say>" : "").toString();
            };

    @TempDir private static Path folder;

    private CausalEncoder encoder;

    @BeforeEach
    void openTokenizer() throws IOException {
        encoder =
                new CausalEncoder(
                        TinyTokenizer.open(folder), OptionalInt.of(END), Optional.of(CHAT), 16);
    }

    private CausalEncoder bounded(int maxTokens) {
        return new CausalEncoder(
                encoder.tokenizer(), encoder.endToken(), encoder.chat(), maxTokens);
    }

    private static DataRow row(Content content) {
        return new DataRow(new Place(Path.of("rows.jsonl"), 3), content, Optional.empty());
    }

    private static DataRow completion(String prompt, String completion) {
        return row(new Content.Completion(prompt, completion));
    }

    private static int id(char character) {
        return TinyTokenizer.id(character);
    }

    @Test
    void text_allButItsFirstToken_isWritten() {
        Example example =
                encoder.encode(row(new Content.Text("xyz", Optional.empty(), Optional.empty())))
                        .example();

        assertArrayEquals(new int[] {id('x'), id('y'), id('z')}, example.tokenIds());
        assertArrayEquals(new int[] {NONE, id('y'), id('z')}, example.labels());
    }

    @Test
    void completion_promptIsGivenAndEndIsWritten() {
        Example example = encoder.encode(completion("xy", " z")).example();

        assertArrayEquals(new int[] {id('x'), id('y'), id(' '), id('z'), END}, example.tokenIds());
        assertArrayEquals(new int[] {NONE, NONE, id(' '), id('z'), END}, example.labels());
    }

    /** Together they would merge to one token, which the prompt alone never shows. */
    @Test
    void completion_thatWouldMergeWithItsPrompt_isTokenisedApart() {
        Example example = encoder.encode(completion("xa", "b")).example();

        assertArrayEquals(new int[] {id('x'), id('a'), id('b'), END}, example.tokenIds());
        assertArrayEquals(new int[] {NONE, NONE, id('b'), END}, example.labels());
        assertArrayEquals(
                new int[] {id('x'), TinyTokenizer.ab(), END},
                encoder.encode(completion("x", "ab")).example().tokenIds());
    }

    @Test
    void completion_longerThanTheRoom_isCutAndSaysSo() {
        RowEncoder.Encoded encoded = bounded(4).encode(completion("xy", "zzzz"));

        assertArrayEquals(new int[] {NONE, NONE, id('z'), id('z')}, encoded.example().labels());
        assertTrue(encoded.truncated());
    }

    @Test
    void completion_withoutRoom_isRefused() {
        DataRow row = completion("xyzx", "z");

        assertEquals(
                "bad row: file=rows.jsonl, row=3, prompt leaves no room for its completion: prompt"
                        + " tokens=4, bound=4; shorten the prompt or raise max-tokens",
                assertThrows(DataException.class, () -> bounded(4).encode(row)).getMessage());
    }

    @Test
    void chat_assistantMessages_areWrittenAndOthersGiven() {
        Example example =
                encoder.encode(
                                row(
                                        new Content.Chat(
                                                List.of(
                                                        new ChatTurn("user", "q"),
                                                        new ChatTurn("assistant", "r"),
                                                        new ChatTurn("user", "s"),
                                                        new ChatTurn("assistant", "t"),
                                                        new ChatTurn("user", "u")))))
                        .example();

        assertArrayEquals(
                new int[] {
                    SAY, id('q'), END, SAY, id('r'), END, SAY, id('s'), END, SAY, id('t'), END
                },
                example.tokenIds());
        assertArrayEquals(
                new int[] {
                    NONE, NONE, NONE, NONE, id('r'), END, NONE, NONE, NONE, NONE, id('t'), END
                },
                example.labels());
    }

    /** Some templates drop what an assistant thought in earlier messages. */
    @Test
    void chat_templateThatRewritesThePast_trainsTheLastMessage() {
        ChatFormat forgetful =
                (turns, open) ->
                        CHAT.text(
                                turns.subList(
                                        Math.max(0, turns.size() - (open ? 1 : 2)), turns.size()),
                                open);
        CausalEncoder encoder =
                new CausalEncoder(
                        this.encoder.tokenizer(), OptionalInt.of(END), Optional.of(forgetful), 16);

        Example example =
                encoder.encode(
                                row(
                                        new Content.Chat(
                                                List.of(
                                                        new ChatTurn("user", "q"),
                                                        new ChatTurn("assistant", "r"),
                                                        new ChatTurn("user", "s"),
                                                        new ChatTurn("assistant", "t")))))
                        .example();

        assertArrayEquals(new int[] {NONE, NONE, NONE, NONE, id('t'), END}, example.labels());
    }

    /** Most templates refuse a conversation that nobody has begun. */
    @Test
    void chat_thatTheTemplateRefuses_isRefusedWithItsReason() {
        ChatFormat strict =
                (turns, open) -> {
                    if (turns.size() != 2) {
                        throw new IllegalArgumentException("turns=" + turns.size());
                    }
                    return CHAT.text(turns, open);
                };
        CausalEncoder encoder =
                new CausalEncoder(
                        this.encoder.tokenizer(), OptionalInt.of(END), Optional.of(strict), 16);
        DataRow one = row(new Content.Chat(List.of(new ChatTurn("assistant", "r"))));
        DataRow two =
                row(
                        new Content.Chat(
                                List.of(
                                        new ChatTurn("user", "q"),
                                        new ChatTurn("assistant", "r"))));

        assertEquals(
                "bad row: file=rows.jsonl, row=3, turns=1; correct the messages",
                assertThrows(DataException.class, () -> encoder.encode(one)).getMessage());
        assertTrue(
                assertThrows(DataException.class, () -> encoder.encode(two))
                        .getMessage()
                        .contains("does not write the last message after its prompt"));
    }

    @Test
    void chat_withoutTemplate_isRefused() {
        CausalEncoder encoder =
                new CausalEncoder(
                        this.encoder.tokenizer(), OptionalInt.of(END), Optional.empty(), 16);
        DataRow row = row(new Content.Chat(List.of(new ChatTurn("assistant", "r"))));

        assertTrue(
                assertThrows(DataException.class, () -> encoder.encode(row))
                        .getMessage()
                        .contains("the base has no chat template"));
    }

    @Test
    void completion_ofAModelWithoutEnd_isRefused() {
        CausalEncoder endless =
                new CausalEncoder(encoder.tokenizer(), OptionalInt.empty(), Optional.empty(), 16);
        DataRow row = completion("x", "y");

        assertTrue(
                assertThrows(DataException.class, () -> endless.encode(row))
                        .getMessage()
                        .contains("names no token that ends a completion"));
    }

    @Test
    void text_ofOneToken_isRefused() {
        DataRow row = row(new Content.Text("x", Optional.empty(), Optional.empty()));

        assertThrows(DataException.class, () -> encoder.encode(row));
    }
}
