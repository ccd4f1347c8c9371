package dev.gossamer.client.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.gossamer.client.weights.Artifact;
import dev.gossamer.client.weights.BuiltInModel;
import dev.gossamer.client.weights.ModelCatalog;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code models}: the built-in bases, their size and licence, and whether they are here. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description = "Lists the built-in base models, and which of them are on this machine.",
        footer = {
            "",
            "A base may also be a Hugging Face folder, or a GGUF or ONNX file: commands that take",
            "--base take its path in place of a name."
        })
public final class ModelsCommand implements Callable<Integer> {
    private static final double MEGA = 1e6;

    @Option(names = "--json", description = "one JSON array instead of a table")
    private boolean json;

    @Option(
            names = "--fetch",
            paramLabel = "NAME",
            description = "fetches a model ahead of its use; repeatable")
    private List<String> fetched = List.of();

    private final ModelCatalog catalog;
    private final PrintStream out;

    /** The command on this machine. */
    public ModelsCommand() {
        this(ModelCatalog.shared(), System.out);
    }

    ModelsCommand(ModelCatalog catalog, PrintStream out) {
        this.catalog = catalog;
        this.out = out;
    }

    @Override
    public Integer call() {
        fetched.forEach(name -> catalog.fetch(name, ModelsCommand::tell));
        if (json) {
            out.println(array());
        } else {
            table();
        }
        return 0;
    }

    /** On standard error, so that the list can be piped on. */
    private static void tell(Artifact artifact, long bytes) {
        System.err.printf(
                Locale.ROOT,
                "fetching %s: %.0f of %.0f MB%n",
                artifact.coordinates(),
                bytes / MEGA,
                artifact.archiveBytes() / MEGA);
    }

    private void table() {
        out.printf(Locale.ROOT, "%-16s %10s  %-12s %s%n", "NAME", "SIZE", "LICENCE", "HERE");
        for (BuiltInModel entry : catalog.entries()) {
            out.printf(
                    Locale.ROOT,
                    "%-16s %7.1f MB  %-12s %s%n",
                    entry.name(),
                    entry.artifact().archiveBytes() / MEGA,
                    entry.artifact().licence(),
                    catalog.onThisMachine(entry) ? "yes" : "no");
        }
    }

    private ArrayNode array() {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (BuiltInModel entry : catalog.entries()) {
            array.addObject()
                    .put("name", entry.name())
                    .put("downloadBytes", entry.artifact().archiveBytes())
                    .put("licence", entry.artifact().licence())
                    .put("source", entry.artifact().coordinates())
                    .put("here", catalog.onThisMachine(entry));
        }
        return array;
    }
}
