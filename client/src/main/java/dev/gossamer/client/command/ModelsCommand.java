package dev.gossamer.client.command;

import dev.gossamer.client.weights.BuiltInModel;
import dev.gossamer.client.weights.ModelCatalog;

import picocli.CommandLine.Command;

import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code models}: the built-in bases, their size and licence, and whether they are here. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description = "Lists the built-in base models, and which of them are on this machine.")
public final class ModelsCommand implements Callable<Integer> {
    private static final double MEGA = 1e6;

    @Override
    public Integer call() {
        ModelCatalog catalog = ModelCatalog.shared();
        System.out.printf(Locale.ROOT, "%-16s %10s  %-12s %s%n", "NAME", "SIZE", "LICENCE", "HERE");
        for (BuiltInModel entry : catalog.entries()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-16s %7.1f MB  %-12s %s%n",
                    entry.name(),
                    entry.artifact().archiveBytes() / MEGA,
                    entry.artifact().licence(),
                    catalog.onThisMachine(entry) ? "yes" : "no");
        }
        return 0;
    }
}
