package dev.gossamer.client.command;

import dev.gossamer.client.export.AdapterFolder;
import dev.gossamer.client.export.MergedFolder;
import dev.gossamer.client.export.PeftWriter;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code export}: an adapter for other programs. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        description = "Writes an adapter as a PEFT folder, merged into its base, or as our own.")
public final class ExportCommand implements Callable<Integer> {
    private enum Format {
        PEFT,
        MERGED,
        GOSSAMER
    }

    @Mixin private BaseOptions base;

    @Option(
            names = "--adapter",
            required = true,
            paramLabel = "DIR",
            description = "from train, or a PEFT folder, which needs --base")
    private Path adapter;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "KIND",
            description = "peft, merged (a folder that stock transformers loads) or gossamer")
    private String format;

    @Option(names = "--out", required = true, paramLabel = "DIR")
    private Path out;

    private final Surroundings surroundings;

    /** The command. */
    public ExportCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Format parsed = Words.parse("--format", format, Format.class);
        Terminal terminal = new Terminal(surroundings);
        ReadyModel.OnBase read = ReadyModel.read(base, adapter, terminal);
        switch (parsed) {
            case PEFT ->
                    PeftWriter.write(
                            out,
                            read.trained(),
                            read.base().base().architecture(),
                            read.head().head());
            case MERGED ->
                    MergedFolder.write(
                            out, read.trained(), read.base(), read.head().head(), Optional.empty());
            case GOSSAMER -> AdapterFolder.write(out, read.trained());
        }
        terminal.line("exported: format=%s, out=%s", format, out);
        return 0;
    }
}
