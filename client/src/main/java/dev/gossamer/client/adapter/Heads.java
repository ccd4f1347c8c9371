package dev.gossamer.client.adapter;

import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.weights.FloatMatrix;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The linear maps of a head, as the trained part of a layout and back. */
public final class Heads {
    private Heads() {}

    /** Every linear map of {@code head}, the hidden one before the output. */
    public static List<Linear> linears(Head head) {
        return switch (head) {
            case Head.SequenceClassifier h -> both(h.hidden(), h.output());
            case Head.TokenClassifier h -> List.of(h.output());
            case Head.LanguageModel h -> h.transform().map(Head.Dense::linear).stream().toList();
        };
    }

    private static List<Linear> both(Optional<Head.Dense> hidden, Linear output) {
        List<Linear> linears = new ArrayList<>();
        hidden.map(Head.Dense::linear).ifPresent(linears::add);
        linears.add(output);
        return linears;
    }

    /**
     * The layout of the maps called {@code trained}: weight before bias, in the order of the flow.
     *
     * @throws IllegalArgumentException if the head has no map of such a name
     */
    public static List<Slice> slices(Head head, Collection<String> trained) {
        List<Linear> linears = linears(head);
        List<String> names = linears.stream().map(Linear::name).toList();
        for (String name : trained) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "no such map in the head: trained=" + name + ", there are=" + names);
            }
        }
        List<Slice> slices = new ArrayList<>();
        for (Linear linear : linears) {
            if (trained.contains(linear.name())) {
                slices.add(new Slice(linear.name() + ".weight", linear.out(), linear.in()));
                linear.bias()
                        .ifPresent(
                                b -> slices.add(new Slice(linear.name() + ".bias", 1, b.length)));
            }
        }
        return slices;
    }

    /** The values of {@code slices} that the head has itself. */
    public static float[] values(Head head, List<Slice> slices) {
        Map<String, Linear> maps =
                linears(head).stream().collect(Collectors.toMap(Linear::name, Function.identity()));
        float[] values = new float[slices.stream().mapToInt(Slice::size).sum()];
        int offset = 0;
        for (Slice slice : slices) {
            int dot = slice.name().lastIndexOf('.');
            Linear map = maps.get(slice.name().substring(0, dot));
            float[] own =
                    slice.name().endsWith(".weight")
                            ? map.weight().toArray()
                            : map.bias().orElseThrow();
            System.arraycopy(own, 0, values, offset, own.length);
            offset += own.length;
        }
        return values;
    }

    /** The head with the values that {@code state} has of its maps. */
    public static Head with(Head head, AdapterState state) {
        Set<String> held =
                state.layout().slices().stream().map(Slice::name).collect(Collectors.toSet());
        return with(
                head,
                map ->
                        held.contains(map.name() + ".weight")
                                ? new Linear(
                                        map.name(),
                                        FloatMatrix.of(
                                                values(state, map.name() + ".weight"),
                                                map.out(),
                                                map.in()),
                                        map.bias().map(bias -> values(state, map.name() + ".bias")))
                                : map);
    }

    private static float[] values(AdapterState state, String name) {
        return state.only(new AdapterLayout(List.of(state.layout().slice(name)))).values().clone();
    }

    /** The same head with every linear map replaced. */
    public static Head with(Head head, UnaryOperator<Linear> replacement) {
        UnaryOperator<Head.Dense> dense =
                d -> new Head.Dense(replacement.apply(d.linear()), d.activation());
        return switch (head) {
            case Head.SequenceClassifier h ->
                    new Head.SequenceClassifier(
                            h.pooling(), h.hidden().map(dense), replacement.apply(h.output()));
            case Head.TokenClassifier h -> new Head.TokenClassifier(replacement.apply(h.output()));
            case Head.LanguageModel h ->
                    new Head.LanguageModel(
                            h.transform().map(dense), h.norm(), h.output(), h.bias());
        };
    }
}
