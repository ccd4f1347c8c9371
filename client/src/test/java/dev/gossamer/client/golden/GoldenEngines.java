package dev.gossamer.client.golden;

import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.train.Engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The engines that the golden tests run: the reference, and the one asked for. */
final class GoldenEngines {
    /** Names one more engine to run. */
    static final String PROPERTY = "gossamer.engine";

    private static final String REFERENCE = "reference";
    private static final Map<String, Supplier<Engine>> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put(REFERENCE, ReferenceEngine::new);
    }

    private GoldenEngines() {}

    static List<Engine> selected() {
        Set<String> names = new LinkedHashSet<>(List.of(REFERENCE));
        names.add(System.getProperty(PROPERTY, REFERENCE));
        return names.stream().map(GoldenEngines::named).toList();
    }

    private static Engine named(String name) {
        if (!KNOWN.containsKey(name)) {
            throw new IllegalArgumentException(
                    "unknown engine: " + PROPERTY + "=" + name + ", known=" + KNOWN.keySet());
        }
        return KNOWN.get(name).get();
    }
}
