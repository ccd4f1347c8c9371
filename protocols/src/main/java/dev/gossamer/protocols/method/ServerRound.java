package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.aggregate.ServerOptimizer;
import dev.gossamer.protocols.aggregate.ServerOptimizer.Memory;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * What a server holds after a round of a {@link SumMethod}: the adapter, and what its optimiser
 * remembers.
 *
 * <p>Each factor has a memory of its own, with its own count of steps: a method that trains its
 * factors in turn takes a step of those alone that it trained.
 */
public record ServerRound(AdapterValues adapter, Map<Factor, Memory> memories) {
    /** Copies the map. */
    public ServerRound {
        memories = Map.copyOf(memories);
    }

    /** Before the first round. */
    public static ServerRound first(AdapterValues adapter) {
        return new ServerRound(adapter, Map.of());
    }

    /**
     * Refuses an optimiser that remembers coordinates which change their meaning.
     *
     * @throws IllegalArgumentException naming both
     */
    public static void requireFit(ExchangeMethod method, ServerOptimizer optimizer) {
        if (optimizer.remembers() && !method.commonCoordinates()) {
            throw new IllegalArgumentException(
                    "factors of this method are new ones after each round, so that no moments of"
                            + " them can be kept: key=server.optimizer, value="
                            + optimizer.name()
                            + ", method="
                            + method.name()
                            + ", available=[fedavg]");
        }
        boolean plain =
                optimizer instanceof ServerOptimizer.FedAvg average && average.learningRate() == 1;
        if (!plain && method instanceof CollectMethod) {
            throw new IllegalArgumentException(
                    "this method makes the next adapter itself: key=server.optimizer, value="
                            + optimizer.name()
                            + ", method="
                            + method.name()
                            + ", available=[fedavg], key=server.learning-rate, available=[none]");
        }
    }

    /**
     * The round after this one.
     *
     * @param mean of the aligned updates
     */
    public ServerRound next(SumMethod method, ServerOptimizer optimizer, AdapterValues mean) {
        requireFit(method, optimizer);
        AdapterValues change = method.change(adapter, mean);
        AdapterValues step = AdapterValues.zero(change.layout());
        Map<Factor, Memory> after = new EnumMap<>(Factor.class);
        after.putAll(memories);
        for (Factor factor : Factor.values()) {
            if (!change.layout().has(factor)) {
                continue;
            }
            AdapterLayout part = change.layout().only(Set.of(factor));
            ServerOptimizer.Step taken =
                    optimizer.step(
                            memories.getOrDefault(factor, Memory.fresh(part.size())),
                            adapter.only(part).values(),
                            change.only(part).values());
            step = step.plus(new AdapterValues(part, taken.step()));
            after.put(factor, taken.memory());
        }
        return new ServerRound(method.next(adapter, step), after);
    }
}
