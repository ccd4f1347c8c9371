package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Factor;

import java.util.Set;

/**
 * CELLM by the scheme of FLASC (arXiv 2406.05233): LoRA whose messages hold their largest values
 * only, and whose training is dense.
 *
 * <p>The server keeps a dense adapter. Clients are sent its leading values by magnitude over all
 * slices, and train all values from there, also those that began as zeros; of their change the
 * leading values travel up, by a mask of their own; what that drops is lost. The server's optimiser
 * moves the dense adapter. What is scored is what clients are sent.
 *
 * @param uploadDensity the share of a change that travels up
 * @param downloadDensity the share of the adapter that travels down
 */
public record Cellm(double uploadDensity, double downloadDensity) implements SumMethod {
    private static final double DENSITY = 0.25;

    /** Called by the service loader. */
    public Cellm() {
        this(DENSITY, DENSITY);
    }

    @Override
    public String name() {
        return "cellm";
    }

    @Override
    public Set<String> aliases() {
        return Set.of("flasc");
    }

    @Override
    public Cellm at(double uploads, double downloads) {
        if (uploads == 1 && downloads == 1) {
            throw new IllegalArgumentException(
                    "method sends leading values alone: method="
                            + name()
                            + ", exchange.upload.density=1.0, exchange.download.density=1.0;"
                            + " give one of them a density below 1, 0.25 is usual");
        }
        return new Cellm(uploads, downloads);
    }

    @Override
    public boolean exact() {
        return false;
    }

    @Override
    public Set<Factor> trained(int round) {
        return Set.of(Factor.A, Factor.B, Factor.HEAD);
    }

    @Override
    public boolean masks() {
        return downloadDensity < 1;
    }

    @Override
    public AdapterState published(AdapterState global) {
        return new AdapterState(
                global.layout(), LeadingValues.kept(global.values(), downloadDensity));
    }

    @Override
    public AdapterState update(int round, AdapterState start, AdapterState trained) {
        AdapterState change = SumMethod.super.update(round, start, trained);
        return new AdapterState(
                change.layout(), LeadingValues.kept(change.values(), uploadDensity));
    }

    @Override
    public Cost cost(Setting setting, int round) {
        long dense = setting.a() + setting.b() + setting.head();
        return new Cost(
                LeadingValues.count(dense, uploadDensity),
                LeadingValues.count(dense, downloadDensity),
                0,
                0);
    }
}
