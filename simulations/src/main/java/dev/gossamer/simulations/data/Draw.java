package dev.gossamer.simulations.data;

import java.util.List;

/** Rows drawn from a data set, no row in two parts, each part in random order. */
public record Draw(
        List<SourceRow> publicSample,
        List<SourceRow> publicTest,
        List<SourceRow> validation,
        List<SourceRow> clients) {
    /** Copies the lists. */
    public Draw {
        publicSample = List.copyOf(publicSample);
        publicTest = List.copyOf(publicTest);
        validation = List.copyOf(validation);
        clients = List.copyOf(clients);
    }
}
