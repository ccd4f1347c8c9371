package dev.gossamer.coordinator.journal;

import java.io.IOException;
import java.nio.file.Path;

/** A process that has a journal open until its input ends. */
final class JournalHolder {
    private JournalHolder() {}

    public static void main(String... words) throws IOException {
        try (FileJournal journal = new FileJournal(Path.of(words[0]))) {
            System.out.println("entries=" + journal.recovered().size());
            System.out.flush();
            System.in.readAllBytes();
        }
    }
}
