package dev.gossamer.client.golden;

import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.tensor.CpuEngine;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The engines that the golden tests run: the reference, and the one asked for. */
final class GoldenEngines {
    /** Names the engine to run beside the reference, the CPU's unless told else. */
    static final String PROPERTY = "gossamer.engine";

    private static final String REFERENCE = "reference";
    private static final String CPU = "cpu";
    private static final Map<String, Supplier<Engine>> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put(REFERENCE, ReferenceEngine::new);
        KNOWN.put(CPU, () -> new CpuEngine(new Workers(2)));
    }

    private GoldenEngines() {}

    /** The engine asked for alone, where the reference would take too long. */
    static Engine asked() {
        return named(System.getProperty(PROPERTY, CPU));
    }

    /** The reference and the engine asked for. */
    static List<Engine> selected() {
        Set<String> names = new LinkedHashSet<>();
        names.add(REFERENCE);
        names.add(System.getProperty(PROPERTY, CPU));
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
