package dev.gossamer.client.adapter;

import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Norm;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How many parameters are trained and how many are not.
 *
 * @param adapter trained values of the adapter
 * @param head trained values of the head
 * @param base frozen values of the base
 * @param factors frozen values of the adapter
 * @param groups a line for each kind of target
 */
public record ParameterSummary(
        long adapter, long head, long base, long factors, List<String> groups) {
    /** Copies the lines. */
    public ParameterSummary {
        groups = List.copyOf(groups);
    }

    /** Counts what {@code adapter} and the trained {@code head} are beside {@code base}. */
    public static ParameterSummary of(Transformer base, Adapter adapter, List<Slice> head) {
        long factors =
                adapter.targets().stream()
                        .flatMap(t -> Stream.of(t.frozenA(), t.frozenB()))
                        .flatMap(Optional::stream)
                        .mapToLong(values -> values.length)
                        .sum();
        return new ParameterSummary(
                adapter.layout(List.of()).size(),
                head.stream().mapToLong(Slice::size).sum(),
                size(base),
                factors,
                groups(adapter));
    }

    private static long size(Transformer base) {
        long size = size(base.words());
        size += base.positions().map(ParameterSummary::size).orElse(0L);
        size += base.tokenTypes().map(ParameterSummary::size).orElse(0L);
        size += base.embeddingNorm().map(ParameterSummary::size).orElse(0L);
        size += base.finalNorm().map(ParameterSummary::size).orElse(0L);
        for (Block block : base.blocks()) {
            size += size(block.attentionNorm()) + size(block.feedForwardNorm());
            size += block.queryNorm().map(gain -> gain.length).orElse(0);
            size += block.keyNorm().map(gain -> gain.length).orElse(0);
        }
        for (Linear linear : base.linears()) {
            size += size(linear.weight()) + linear.bias().map(bias -> bias.length).orElse(0);
        }
        return size;
    }

    private static long size(Matrix matrix) {
        return (long) matrix.rows() * matrix.columns();
    }

    private static long size(Norm norm) {
        return (long) norm.gain().length + norm.bias().map(bias -> bias.length).orElse(0);
    }

    /** Targets that differ in their layer alone share a line. */
    private static List<String> groups(Adapter adapter) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Adapter.Target target : adapter.targets()) {
            String name = target.name().replaceAll("\\.[0-9]+\\.", ".*.");
            String line = name + "  " + target.out() + " x " + target.in() + ", rank ";
            counts.merge(line + target.rank(), 1, Integer::sum);
        }
        return counts.entrySet().stream().map(e -> e.getValue() + " x " + e.getKey()).toList();
    }

    /** All that is trained. */
    public long trained() {
        return adapter + head;
    }

    /** All that is not. */
    public long frozen() {
        return base + factors;
    }

    /** The summary for people, line by line. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (String group : groups) {
            text.append("  ").append(group).append('\n');
        }
        return text.append(
                        String.format(
                                Locale.ROOT,
                                "trained  %,d (adapter %,d, head %,d), %.3f %% of %,d%n",
                                trained(),
                                adapter,
                                head,
                                100.0 * trained() / (trained() + frozen()),
                                trained() + frozen()))
                .append(
                        String.format(
                                Locale.ROOT,
                                "frozen   %,d (base %,d, adapter %,d)%n",
                                frozen(),
                                base,
                                factors))
                .toString();
    }
}
