package dev.gossamer.coordinator.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.coordinator.cohort.Participant;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

class FileJournalTest {
    private static final int HEADER_BYTES = 12;

    private static final List<Entry> ENTRIES =
            List.of(
                    new Entry.Started("r"),
                    new Entry.RoundOpened(
                            1,
                            1,
                            List.of(
                                    new Participant(new NodeId("a"), 4),
                                    new Participant(new NodeId("b-1"), 4))),
                    new Entry.Evaluated(1));

    @TempDir private Path folder;

    private Path file() {
        return folder.resolve("journal");
    }

    private void append(List<Entry> entries) {
        try (FileJournal journal = new FileJournal(file())) {
            entries.forEach(journal::append);
        }
    }

    private List<Entry> recovered() {
        try (FileJournal journal = new FileJournal(file())) {
            return journal.recovered();
        }
    }

    private byte[] written() throws IOException {
        append(ENTRIES);
        return Files.readAllBytes(file());
    }

    /** Where each record begins, and where the last one ends. */
    private static int[] offsets() {
        int[] offsets = new int[ENTRIES.size() + 1];
        for (int i = 0; i < ENTRIES.size(); i++) {
            offsets[i + 1] = offsets[i] + HEADER_BYTES + EntryCodec.encode(ENTRIES.get(i)).length;
        }
        return offsets;
    }

    private static int recordAt(int offset) {
        int record = 0;
        while (offsets()[record + 1] <= offset) {
            record++;
        }
        return record;
    }

    private static byte[] record(int claimed, byte[] content) {
        byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(claimed).array();
        return ByteBuffer.allocate(HEADER_BYTES + content.length)
                .put(length)
                .putInt(checksum(length))
                .putInt(checksum(content))
                .put(content)
                .array();
    }

    private static int checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }

    @Test
    void append_oneEntry_hasTheDocumentedBytes() throws IOException {
        append(List.of(new Entry.RoundAbandoned(3, 2)));

        assertEquals(
                "00000009" + "30d5900b" + "21b3b0f2" + "060000000300000002",
                HexFormat.of().formatHex(Files.readAllBytes(file())));
    }

    @Test
    void reopen_afterAppends_recoversThemAllInOrder() {
        append(ENTRIES);
        append(List.of(new Entry.Ended("done")));

        List<Entry> recovered = recovered();

        assertEquals(ENTRIES, recovered.subList(0, 3));
        assertEquals(new Entry.Ended("done"), recovered.get(3));
        assertEquals(4, recovered.size());
    }

    @Test
    void open_cutAtAnyLength_recoversTheWholeRecordsAndGoesOn() throws IOException {
        byte[] whole = written();
        Entry next = new Entry.Ended("done");

        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            List<Entry> expected = ENTRIES.subList(0, recordAt(length));

            assertEquals(expected, recovered(), "length=" + length);
            assertEquals(offsets()[expected.size()], Files.size(file()), "length=" + length);
            append(List.of(next));

            List<Entry> again = recovered();
            assertEquals(expected, again.subList(0, again.size() - 1), "length=" + length);
            assertEquals(next, again.getLast(), "length=" + length);
        }
    }

    @Test
    void open_anyBitFlipped_isRefusedOrDropsTheLastRecord() throws IOException {
        byte[] whole = written();
        int last = offsets()[ENTRIES.size() - 1];
        int torn = last + 2 * Integer.BYTES;

        for (int bit = 0; bit < 8 * torn; bit++) {
            byte[] damaged = flipped(whole, bit);
            Files.write(file(), damaged);

            var error = assertThrows(JournalException.class, this::recovered, "bit=" + bit);

            int offset = offsets()[recordAt(bit / 8)];
            assertTrue(
                    error.getMessage().endsWith("record is damaged: offset=" + offset),
                    "bit=" + bit + ", error=" + error.getMessage());
            assertArrayEquals(damaged, Files.readAllBytes(file()));
        }
        for (int bit = 8 * torn; bit < 8 * whole.length; bit++) {
            Files.write(file(), flipped(whole, bit));

            assertEquals(ENTRIES.subList(0, 2), recovered(), "bit=" + bit);
        }
    }

    private static byte[] flipped(byte[] content, int bit) {
        byte[] damaged = content.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        return damaged;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 11, 12, 13, 4096})
    void open_zerosAtTheEnd_areCutOff(int zeros) throws IOException {
        byte[] whole = written();
        Files.write(file(), Arrays.copyOf(whole, whole.length + zeros));

        assertEquals(ENTRIES, recovered());
        assertEquals(whole.length, Files.size(file()));
    }

    @Test
    void open_recordWhoseEndIsStillZero_isCutOff() throws IOException {
        byte[] whole = written();
        int last = offsets()[2];

        for (int length = last + 1; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(Arrays.copyOf(whole, length), whole.length));

            assertEquals(ENTRIES.subList(0, 2), recovered(), "length=" + length);
        }
    }

    @Test
    void open_zerosBeforeARecord_isRefused() throws IOException {
        byte[] whole = written();
        Arrays.fill(whole, offsets()[1], offsets()[2], (byte) 0);
        Files.write(file(), whole);

        var error = assertThrows(JournalException.class, this::recovered);

        assertEquals(
                "cannot read the journal: file="
                        + file()
                        + ", cause=record is damaged: offset="
                        + offsets()[1],
                error.getMessage());
    }

    @Test
    void open_recordLargerThanAnyThatIsWritten_isRefused() throws IOException {
        Files.write(file(), record((16 << 20) + 1, new byte[] {9}));

        var error = assertThrows(JournalException.class, this::recovered);

        assertTrue(error.getMessage().endsWith("record is damaged: offset=0"), error.getMessage());
    }

    @Test
    void append_entryTooLarge_isRefusedAndLeavesTheFile() {
        try (FileJournal journal = new FileJournal(file())) {
            journal.append(ENTRIES.getFirst());
            Entry large = new Entry.Reported(new byte[16 << 20]);

            var error = assertThrows(IllegalArgumentException.class, () -> journal.append(large));

            assertEquals("entry is too large: bytes=16777221, bound=16777216", error.getMessage());
        }
        assertEquals(ENTRIES.subList(0, 1), recovered());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00", // no such kind
                "0a",
                "01", // fields are missing
                "0100000002aa",
                "01ffffffff", // lengths below zero and beyond the end
                "017fffffff61",
                "020000",
                "03000000010000000100000001", // fewer nodes than their number
                "030000000100000001ffffffff",
                "03000000010000000100000001" + "00000001" + "41", // no id of a node
                "0800000001" + "00" // a byte too many
            })
    void open_soundRecordOfNoEntry_isRefused(String content) throws IOException {
        append(ENTRIES.subList(0, 1));
        byte[] before = Files.readAllBytes(file());
        byte[] foreign = record(content.length() / 2, HexFormat.of().parseHex(content));
        Files.write(
                file(),
                ByteBuffer.allocate(before.length + foreign.length)
                        .put(before)
                        .put(foreign)
                        .array());

        var error = assertThrows(JournalException.class, this::recovered);

        assertTrue(
                error.getMessage().contains("record is damaged: offset=" + before.length + ", "),
                error.getMessage());
        Files.write(file(), before);
        assertEquals(ENTRIES.subList(0, 1), recovered());
    }

    @Test
    void open_anyBytes_givesAJournalOrARefusal() throws IOException {
        CounterRandom random = CounterRandom.of(7, "journal", 0, "");
        int refused = 0;

        for (int i = 0; i < 400; i++) {
            byte[] content = bytes(random, random.nextInt(80));
            Files.write(file(), i % 2 == 0 ? content : record(content.length, content));
            try {
                recovered();
            } catch (JournalException e) {
                refused++;
            }
        }

        assertTrue(refused > 200, "refused=" + refused);
    }

    private static byte[] bytes(CounterRandom random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextInt(256);
        }
        if (length > 0) {
            bytes[0] = (byte) random.nextInt(11);
        }
        return bytes;
    }

    @Test
    void open_whileThisProcessHasIt_isRefused() {
        try (FileJournal first = new FileJournal(file())) {
            var error = assertThrows(JournalException.class, this::recovered);

            assertEquals(
                    "cannot read the journal: file="
                            + file()
                            + ", cause=another coordinator of this process has it open",
                    error.getMessage());
            first.append(ENTRIES.getFirst());
        }
        assertEquals(ENTRIES.subList(0, 1), recovered());
    }

    @Test
    void open_whileAnotherProcessHasIt_isRefused() throws Exception {
        append(ENTRIES);
        Process holder =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                JournalHolder.class.getName(),
                                file().toString())
                        .start();
        try (BufferedReader said = holder.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("entries=3", said.readLine());

            var error = assertThrows(JournalException.class, this::recovered);

            assertTrue(
                    error.getMessage().endsWith("cause=another coordinator has it open"),
                    error.getMessage());
        } finally {
            holder.destroyForcibly().waitFor();
        }
        assertEquals(ENTRIES, recovered());
    }

    @Test
    void open_folderIsMissing_namesTheFile() {
        Path file = folder.resolve("missing").resolve("journal");

        var error = assertThrows(JournalException.class, () -> new FileJournal(file));

        assertTrue(
                error.getMessage().startsWith("cannot open the journal: file=" + file + ", "),
                error.getMessage());
    }

    @Test
    void open_whereAFolderStands_namesTheFile() throws IOException {
        Files.createDirectory(file());

        var error = assertThrows(JournalException.class, this::recovered);

        assertTrue(
                error.getMessage().startsWith("cannot open the journal: file=" + file() + ", "),
                error.getMessage());
    }

    @Test
    void append_afterClose_namesTheFile() {
        FileJournal journal = new FileJournal(file());
        journal.close();

        var error = assertThrows(JournalException.class, () -> journal.append(ENTRIES.getFirst()));

        assertTrue(
                error.getMessage().startsWith("cannot write the journal: file=" + file()),
                error.getMessage());
    }
}
