package dev.gossamer.client.node;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Adapter.Kind;
import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.run.RunFile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The adapter of a run as one round trains it: what is frozen comes from the basis, or is the part
 * of the adapter itself that the round does not train.
 *
 * @param frozen names the frozen values: equal names are equal values
 */
public record RoundAdapter(Digest frozen, Adapter adapter) {
    private static final Digest NOTHING_FROZEN = Digest.of(new byte[0]);

    /** All of the adapter trained, or R between the factors of the basis where there is one. */
    public static RoundAdapter whole(RunFile run, PretrainedModel base, Materials model) {
        return model.basis().targets().isEmpty()
                ? new RoundAdapter(
                        NOTHING_FROZEN,
                        lora(run, base, Kind.LORA, model.adapter(), Optional.empty()))
                : new RoundAdapter(model.basisName(), Adapter.of(model.basis()));
    }

    /**
     * Only {@code trained} trained.
     *
     * @param start has the values of the factors that are not
     */
    static RoundAdapter of(
            RunFile run, PretrainedModel base, Materials start, Set<Factor> trained) {
        boolean trainsA = trained.contains(Factor.A);
        boolean trainsB = trained.contains(Factor.B);
        if (!start.basis().targets().isEmpty() || (trainsA && trainsB)) {
            return whole(run, base, start);
        }
        Factor other = trainsA ? Factor.B : Factor.A;
        AdapterState state = start.adapter();
        AdapterState frozen = state.only(state.layout().only(Set.of(other)));
        Kind kind = trainsA ? Kind.A_ONLY : Kind.B_ONLY;
        return new RoundAdapter(frozen.digest(), lora(run, base, kind, state, Optional.of(frozen)));
    }

    /** The layout of the run's adapter: R of each target, or A and B, and then the head's. */
    static AdapterLayout layout(
            RunFile run, PretrainedModel base, boolean hasBasis, List<Slice> head) {
        List<Slice> slices = new ArrayList<>();
        for (Choice choice : RunModel.targets(run, base)) {
            Linear map = choice.linear();
            int rank = choice.rank();
            if (hasBasis) {
                slices.add(new Slice(Factor.R.slice(map.name()), rank, rank));
            } else {
                slices.add(new Slice(Factor.A.slice(map.name()), rank, map.in()));
                slices.add(new Slice(Factor.B.slice(map.name()), map.out(), rank));
            }
        }
        slices.addAll(head);
        return new AdapterLayout(slices);
    }

    /** What adapters of one kind and with the same frozen values can differ in besides. */
    List<String> shape() {
        return adapter.targets().stream()
                .map(target -> target.name() + " " + target.rank() + " " + target.scaling())
                .toList();
    }

    /** Factors of the ranks that {@code state} has. */
    private static Adapter lora(
            RunFile run,
            PretrainedModel base,
            Kind kind,
            AdapterState state,
            Optional<AdapterState> frozen) {
        List<Adapter.Target> targets = new ArrayList<>();
        for (Choice choice : RunModel.targets(run, base)) {
            Linear map = choice.linear();
            targets.add(
                    new Adapter.Target(
                            map.name(),
                            state.layout().slice(Factor.A.slice(map.name())).rows(),
                            map.in(),
                            map.out(),
                            run.adapter().scaling(),
                            frozen.filter(f -> !kind.trainsA())
                                    .map(f -> slice(f, Factor.A.slice(map.name()))),
                            frozen.filter(f -> !kind.trainsB())
                                    .map(f -> slice(f, Factor.B.slice(map.name())))));
        }
        return new Adapter(kind, targets);
    }

    private static float[] slice(AdapterState state, String name) {
        return state.only(new AdapterLayout(List.of(state.layout().slice(name)))).values().clone();
    }
}
