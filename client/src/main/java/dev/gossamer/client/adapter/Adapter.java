package dev.gossamer.client.adapter;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.Basis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is added to linear maps of a frozen base, and which of its factors are trained.
 *
 * <pre>
 * y = W x + b + scaling B R A x       A [rank × in], B [out × rank], R [rank × rank]
 * </pre>
 *
 * <p>LoRA trains A and B with R the identity; FFA-LoRA trains B alone; RoLoRA A and B in turn;
 * LoRA-XS and LoRA-SB train R between frozen factors.
 */
public record Adapter(Kind kind, List<Target> targets) {
    /** Which factors are trained. */
    public enum Kind {
        /** A and B. */
        LORA,
        /** A alone; B is frozen. */
        A_ONLY,
        /** B alone; A is frozen. */
        B_ONLY,
        /** R alone; A and B are frozen. */
        R_ONLY;

        /** Whether A is among the trained values. */
        public boolean trainsA() {
            return this == LORA || this == A_ONLY;
        }

        /** Whether B is among the trained values. */
        public boolean trainsB() {
            return this == LORA || this == B_ONLY;
        }
    }

    /**
     * One adapted map.
     *
     * @param name of the map within the base
     * @param rank at least 1
     * @param scaling alpha / rank in LoRA, 1 where R is trained
     * @param frozenA {@code [rank × in]} where it is not trained; belongs to this object
     * @param frozenB {@code [out × rank]} where it is not trained; belongs to this object
     */
    public record Target(
            String name,
            int rank,
            int in,
            int out,
            double scaling,
            Optional<float[]> frozenA,
            Optional<float[]> frozenB) {
        /** A target of sound sizes. */
        public Target {
            if (rank < 1 || rank > Math.min(in, out)) {
                throw new IllegalArgumentException(
                        "rank is larger than a side of the matrix: target="
                                + name
                                + ", rank="
                                + rank
                                + ", bound="
                                + Math.min(in, out));
            }
            if (frozenA.filter(a -> a.length != rank * in).isPresent()
                    || frozenB.filter(b -> b.length != out * rank).isPresent()) {
                throw new IllegalArgumentException("frozen factor does not fit: target=" + name);
            }
        }
    }

    /** An adapter whose frozen factors are those that its kind does not train. */
    public Adapter {
        targets = List.copyOf(targets);
        for (Target target : targets) {
            if (target.frozenA().isPresent() == kind.trainsA()
                    || target.frozenB().isPresent() == kind.trainsB()) {
                throw new IllegalArgumentException(
                        "factors do not fit the kind: kind=" + kind + ", target=" + target.name());
            }
        }
    }

    /** The adapter that trains R between the factors of {@code basis}. */
    public static Adapter of(Basis basis) {
        return new Adapter(
                Kind.R_ONLY,
                basis.targets().stream()
                        .map(
                                t ->
                                        new Target(
                                                t.name(),
                                                t.rank(),
                                                t.in(),
                                                t.out(),
                                                1,
                                                Optional.of(t.a()),
                                                Optional.of(t.b())))
                        .toList());
    }

    /**
     * The frozen factors as an artifact.
     *
     * @throws IllegalArgumentException if R is not what is trained, or is scaled
     */
    public Basis basis() {
        List<Basis.Target> frozen = new ArrayList<>();
        for (Target target : targets) {
            if (kind != Kind.R_ONLY || target.scaling() != 1) {
                throw new IllegalArgumentException(
                        "adapter has no basis: kind="
                                + kind
                                + ", target="
                                + target.name()
                                + ", scaling="
                                + target.scaling());
            }
            frozen.add(
                    new Basis.Target(
                            target.name(),
                            target.rank(),
                            target.in(),
                            target.out(),
                            target.frozenA().orElseThrow(),
                            target.frozenB().orElseThrow()));
        }
        return new Basis(frozen);
    }

    /** The name of a target's A among the trained values. */
    public static String sliceOfA(String target) {
        return target + ".lora_A";
    }

    /** The name of a target's B among the trained values. */
    public static String sliceOfB(String target) {
        return target + ".lora_B";
    }

    /** The name of a target's R among the trained values. */
    public static String sliceOfR(String target) {
        return target + ".R";
    }

    /** The trained values of all targets in order, A before B, and then {@code head}'s. */
    public AdapterLayout layout(List<Slice> head) {
        List<Slice> slices = new ArrayList<>();
        for (Target target : targets) {
            if (kind.trainsA()) {
                slices.add(new Slice(sliceOfA(target.name()), target.rank(), target.in()));
            }
            if (kind.trainsB()) {
                slices.add(new Slice(sliceOfB(target.name()), target.out(), target.rank()));
            }
            if (kind == Kind.R_ONLY) {
                slices.add(new Slice(sliceOfR(target.name()), target.rank(), target.rank()));
            }
        }
        slices.addAll(head);
        return new AdapterLayout(slices);
    }
}
