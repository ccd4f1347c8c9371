package dev.gossamer.simulations.compare;

import dev.gossamer.protocols.run.YamlNode.Mapping;

import java.util.OptionalDouble;

/**
 * The learning rates of one run.
 *
 * @param client of local training
 * @param server of the server's step; empty leaves it as the arm has it
 */
record Rate(double client, OptionalDouble server) {
    /** Rates above 0. */
    Rate {
        requirePositive("rate", client);
        server.ifPresent(rate -> requirePositive("server rate", rate));
    }

    private static void requirePositive(String what, double rate) {
        if (!(rate > 0 && Double.isFinite(rate))) {
            throw new IllegalArgumentException(
                    "out of range: " + what + "=" + rate + ", bound=above 0");
        }
    }

    /** {@code run} at these rates. */
    Mapping in(Mapping run) {
        Mapping trained = Mapping.of(client, "train", "learning-rate").over(run);
        return server.isPresent()
                ? Mapping.of(server.getAsDouble(), "server", "learning-rate").over(trained)
                : trained;
    }

    @Override
    public String toString() {
        return client + (server.isPresent() ? " and " + server.getAsDouble() : "");
    }
}
