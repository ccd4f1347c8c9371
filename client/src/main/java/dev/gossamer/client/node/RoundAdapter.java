package dev.gossamer.client.node;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Adapter.Kind;
import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;
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

    /** All of the adapter trained, or R between the factors of {@code basis} where there is one. */
    public static RoundAdapter whole(
            RunFile run, PretrainedModel base, Digest basisName, Basis basis) {
        return basis.targets().isEmpty()
                ? new RoundAdapter(NOTHING_FROZEN, lora(run, base, Kind.LORA, Optional.empty()))
                : new RoundAdapter(basisName, Adapter.of(basis));
    }

    /**
     * Only {@code trained} trained.
     *
     * @param state has the values of the factors that are not
     */
    static RoundAdapter of(
            RunFile run,
            PretrainedModel base,
            Digest basisName,
            Basis basis,
            AdapterState state,
            Set<Factor> trained) {
        boolean trainsA = trained.contains(Factor.A);
        boolean trainsB = trained.contains(Factor.B);
        if (!basis.targets().isEmpty() || (trainsA && trainsB)) {
            return whole(run, base, basisName, basis);
        }
        Factor other = trainsA ? Factor.B : Factor.A;
        AdapterState frozen = state.only(state.layout().only(Set.of(other)));
        Kind kind = trainsA ? Kind.A_ONLY : Kind.B_ONLY;
        return new RoundAdapter(frozen.digest(), lora(run, base, kind, Optional.of(frozen)));
    }

    private static Adapter lora(
            RunFile run, PretrainedModel base, Kind kind, Optional<AdapterState> frozen) {
        List<Adapter.Target> targets = new ArrayList<>();
        for (Choice choice : RunModel.targets(run, base)) {
            Linear map = choice.linear();
            targets.add(
                    new Adapter.Target(
                            map.name(),
                            choice.rank(),
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
