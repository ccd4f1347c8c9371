package dev.gossamer.client.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class WordPieceVocabularyTest {
    @TempDir private Path folder;

    private Path write(List<String> pieces) throws IOException {
        return Files.write(folder.resolve("vocab.txt"), pieces);
    }

    @Test
    void tokenizerJson_ofPieces_readsTextAsBertDoes() throws IOException {
        Path file =
                write(
                        List.of(
                                "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "paris", "eat",
                                "##ing", ".", "cafe", "漢"));

        Tokenizer tokenizer =
                Tokenizer.of(WordPieceVocabulary.read(file).tokenizerJson(), SpecialTokens.UNKNOWN);

        assertArrayEquals(
                new int[] {2, 5, 6, 7, 4, 8, 9, 10, 10, 1, 3},
                tokenizer.encode("PARIS eating [MASK]. Café 漢漢 what", 64));
    }

    @Test
    void read_otherFile_refused() throws IOException {
        Path file = write(List.of("[PAD]", "[UNK]", "word"));

        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> WordPieceVocabulary.read(file));

        assertEquals(
                "not a vocabulary of BERT: path="
                        + file
                        + ", must hold=[[PAD], [UNK], [CLS], [SEP], [MASK]]",
                refused.getMessage());
    }
}
