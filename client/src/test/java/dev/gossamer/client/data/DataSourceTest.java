package dev.gossamer.client.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gossamer.client.data.DataRow.Content;
import dev.gossamer.client.train.Task;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class DataSourceTest {
    @TempDir private Path folder;

    private Path file(String name, String content) throws IOException {
        return Files.write(folder.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<DataRow> rows(Path path, Columns columns, Task task) {
        List<DataRow> rows = new ArrayList<>();
        DataSource.of(path).forEach(columns, task, rows::add);
        return rows;
    }

    private static List<Content> contents(Path path, Task task) {
        return rows(path, Columns.standard(), task).stream().map(DataRow::content).toList();
    }

    private static Content labelled(String text, String label) {
        return new Content.Text(text, Optional.empty(), Optional.of(label));
    }

    @Test
    void csv_quotedFields_holdSeparatorsQuotesAndLines() throws IOException {
        Path csv =
                file(
                        "a.csv",
                        "id,text,label\r\n1,\"one, \"\"two\"\"\nthree\",x\r\n\r\n2, padded ,y\r\n");

        assertEquals(
                List.of(labelled("one, \"two\"\nthree", "x"), labelled(" padded ", "y")),
                contents(csv, Task.SEQUENCE_CLASSIFICATION));
    }

    @Test
    void csv_rowsAfterALongField_areCountedByLine() throws IOException {
        Path csv = file("a.csv", "text,label\n\"a\nb\nc\",x\nd,y\n");

        assertEquals(
                List.of(2, 5),
                rows(csv, Columns.standard(), Task.SEQUENCE_CLASSIFICATION).stream()
                        .map(row -> row.place().row())
                        .toList());
    }

    @Test
    void csv_byteOrderMark_isNoPartOfTheFirstColumn() throws IOException {
        Path csv = Files.writeString(folder.resolve("a.csv"), "\uFEFFtext,label\nd,y\n");

        assertEquals(List.of(labelled("d", "y")), contents(csv, Task.SEQUENCE_CLASSIFICATION));
    }

    @Test
    void csv_longerThanTheBuffer_isReadToItsEnd() throws IOException {
        String text = "\u00e9\u6f22\uD83D\uDE00 ".repeat(300);
        Path csv =
                Files.writeString(
                        folder.resolve("a.csv"),
                        "text,label\n" + (text + ",y\n").repeat(200),
                        StandardCharsets.UTF_8);

        List<Content> contents = contents(csv, Task.SEQUENCE_CLASSIFICATION);

        assertEquals(200, contents.size());
        assertTrue(contents.stream().allMatch(labelled(text, "y")::equals));
    }

    @Test
    void tsv_commas_separateNothing() throws IOException {
        assertEquals(
                List.of(labelled("a, b", "y")),
                contents(file("a.tsv", "text\tlabel\na, b\ty\n"), Task.SEQUENCE_CLASSIFICATION));
    }

    @Test
    void folder_ofSeveralKinds_isReadInTheOrderOfNames() throws IOException {
        file("b.csv", "text,label\ntwo,y\n");
        file("a.jsonl", "{\"text\":\"one\",\"label\":3}\n");
        file("c.tsv", "text\tlabel\nthree\tz\n");
        file("notes.txt", "no rows");
        file(".hidden.csv", "no rows");

        assertEquals(
                List.of(labelled("one", "3"), labelled("two", "y"), labelled("three", "z")),
                contents(folder, Task.SEQUENCE_CLASSIFICATION));
    }

    @Test
    void columns_namedOtherwise_areTaken() throws IOException {
        Path csv = file("a.csv", "premise,hypothesis,gold,who\np,h,yes,ann\n");
        Columns columns =
                new Columns(
                        "premise",
                        Optional.of("hypothesis"),
                        "gold",
                        "prompt",
                        "completion",
                        "messages",
                        "tokens",
                        "tags",
                        Optional.of("who"));

        DataRow row = rows(csv, columns, Task.SEQUENCE_CLASSIFICATION).getFirst();

        assertEquals(new Content.Text("p", Optional.of("h"), Optional.of("yes")), row.content());
        assertEquals(Optional.of("ann"), row.client());
        assertEquals(List.of("yes"), row.labels());
    }

    @Test
    void tokenClassification_listsOrText_giveWordsAndTags() throws IOException {
        Content expected = new Content.Words(List.of("Ann", "ran"), List.of("B-PER", "O"));

        assertEquals(
                List.of(expected),
                contents(
                        file("a.csv", "tokens,tags\nAnn ran,B-PER  O\n"),
                        Task.TOKEN_CLASSIFICATION));
        assertEquals(
                List.of(expected, expected),
                contents(
                        file(
                                "a.jsonl",
                                """
                                {"tokens": ["Ann", "ran"], "tags": ["B-PER", "O"]}
                                {"tokens": "[\\"Ann\\", \\"ran\\"]", "tags": "B-PER O"}
                                """),
                        Task.TOKEN_CLASSIFICATION));
    }

    @Test
    void causal_eachForm_isSeen() throws IOException {
        Path file =
                file(
                        "a.jsonl",
                        """
                        {"text": "all of it"}
                        {"prompt": "", "completion": "b", "text": "ignored"}
                        {"messages": [{"role": "user", "content": "q"}, \
                        {"role": "assistant", "content": "a"}]}
                        """);

        assertEquals(
                List.of(
                        new Content.Text("all of it", Optional.empty(), Optional.empty()),
                        new Content.Completion("", "b"),
                        new Content.Chat(
                                List.of(
                                        new ChatTurn("user", "q"),
                                        new ChatTurn("assistant", "a")))),
                contents(file, Task.CAUSAL_LM));
    }

    static Stream<Arguments> separated() {
        Task sequence = Task.SEQUENCE_CLASSIFICATION;
        return Stream.of(
                arguments(
                        "a.csv",
                        sequence,
                        "text,label\na,x\n\u00c3(,y\n",
                        "bad row: file=a.csv, row=3, not UTF-8 at byte=1; save it as UTF-8"),
                arguments(
                        "a.csv",
                        sequence,
                        "text,label\na,x\na,y,z\n",
                        "bad row: file=a.csv, row=3, fields=3, columns=2; quote a text that holds"
                                + " the separator"),
                arguments(
                        "a.csv",
                        sequence,
                        "text,label\n\"open,x\n\n",
                        "bad row: file=a.csv, row=2, bad quotes at character=1 (Missing closing"
                                + " quote for value); write a quote within quotes twice"),
                arguments(
                        "a.csv",
                        sequence,
                        "text,text\na,b\n",
                        "bad row: file=a.csv, row=1, column named twice: column=text; rename one"),
                arguments(
                        "a.csv",
                        sequence,
                        "",
                        "bad data file: file=a.csv, it is empty; its first row names the columns"),
                arguments(
                        "a.csv",
                        sequence,
                        "text,label\n",
                        "bad data file: file=a.csv, rows=0; write one row a line"),
                arguments(
                        "a.csv",
                        sequence,
                        "body,label\nx,y\n",
                        "bad row: file=a.csv, row=2, column=text is missing; add it or name another"
                                + " column"));
    }

    static Stream<Arguments> labelled() {
        Task sequence = Task.SEQUENCE_CLASSIFICATION;
        Task token = Task.TOKEN_CLASSIFICATION;
        return Stream.of(
                arguments(
                        "a.jsonl",
                        sequence,
                        "{\"text\": \" \", \"label\": \"x\"}",
                        "bad row: file=a.jsonl, row=1, column=text is empty text; fill it in or"
                                + " remove the row"),
                arguments(
                        "a.jsonl",
                        sequence,
                        "{\"text\": 7, \"label\": \"x\"}",
                        "bad row: file=a.jsonl, row=1, column=text is not text; write it in quotes"
                                + " or name another column"),
                arguments(
                        "a.jsonl",
                        sequence,
                        "{\"text\": \"a\", \"label\": [\"x\"]}",
                        "bad row: file=a.jsonl, row=1, column=label is a list or an object; write"
                                + " one name"),
                arguments(
                        "a.jsonl",
                        sequence,
                        "[1]",
                        "bad row: file=a.jsonl, row=1, not a JSON object; write {\"text\": ...}"),
                arguments(
                        "a.jsonl",
                        token,
                        "{\"tokens\": [\"a\", \"b\"], \"tags\": [\"O\"]}",
                        "bad row: file=a.jsonl, row=1, column=tags has tags=1 for tokens=2; tag"
                                + " each token once"),
                arguments(
                        "a.jsonl",
                        token,
                        "{\"tokens\": [\"a\", null]}",
                        "bad row: file=a.jsonl, row=1, column=tokens has an empty or nested entry:"
                                + " index=1"));
    }

    static Stream<Arguments> written() {
        Task causal = Task.CAUSAL_LM;
        return Stream.of(
                arguments(
                        "a.jsonl",
                        causal,
                        "{\"body\": \"a\"}",
                        "bad row: file=a.jsonl, row=1, neither prompt nor completion, nor text or"
                                + " messages: columns=[prompt, completion, text, messages]; add one"
                                + " or name others"),
                arguments(
                        "a.jsonl",
                        causal,
                        "{\"prompt\": \"a\"}",
                        "bad row: file=a.jsonl, row=1, column=completion is missing; add it or name"
                                + " another column"),
                arguments(
                        "a.jsonl",
                        causal,
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}]}",
                        "bad row: file=a.jsonl, row=1, column=messages has no message of"
                                + " role=assistant to be trained on; add one"),
                arguments(
                        "a.jsonl",
                        causal,
                        "{\"messages\": [{\"role\": \"user\"}]}",
                        "bad row: file=a.jsonl, row=1, column=messages has a message without text"
                                + " in role and content: index=0"),
                arguments(
                        "a.xlsx",
                        causal,
                        "PK",
                        "bad data file: file=a.xlsx, unknown kind; name it .jsonl, .csv or .tsv by"
                                + " what it holds"));
    }

    @ParameterizedTest
    @MethodSource({"separated", "labelled", "written"})
    void badFile_isRefusedInOneLine(String name, Task task, String content, String refusal)
            throws IOException {
        Path file = file(name, content);

        DataException refused =
                assertThrows(DataException.class, () -> rows(file, Columns.standard(), task));

        assertEquals(
                refusal,
                refused.getMessage().replace(folder + folder.getFileSystem().getSeparator(), ""));
    }

    @Test
    void csv_endlessField_isRefusedAtTheBound() throws IOException {
        Path csv = file("a.csv", "text,label\n\"" + "x".repeat(2_000_000));

        DataException refused =
                assertThrows(
                        DataException.class, () -> contents(csv, Task.SEQUENCE_CLASSIFICATION));

        assertTrue(
                refused.getMessage().contains("row=2, field too long: bound=1048576"),
                refused.getMessage());
    }

    @Test
    void of_missingFileOrEmptyFolder_refused() {
        assertThrows(DataException.class, () -> DataSource.of(folder.resolve("none.csv")));
        assertTrue(
                assertThrows(DataException.class, () -> DataSource.of(folder))
                        .getMessage()
                        .endsWith("the folder holds no .jsonl, .csv or .tsv file"));
    }
}
