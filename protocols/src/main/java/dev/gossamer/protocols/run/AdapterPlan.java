package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.Preconditions.requirePositive;
import static dev.gossamer.protocols.run.Preconditions.requireRange;
import static dev.gossamer.protocols.run.Preconditions.requireText;
import static dev.gossamer.protocols.run.Preconditions.requireUnique;

import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is trained.
 *
 * @param method the name of a federated LoRA method; whether it exists is for the methods to say
 * @param alpha what the product of trained A and B is scaled by, over the rank
 * @param options that the method has of its own, by name
 * @param targets {@link #ALL_LINEAR} alone, or words out of {@link #ROLES}, names of modules and
 *     patterns; whether the base has them is for the client to say
 */
public record AdapterPlan(
        String method,
        int rank,
        OptionalDouble alpha,
        SortedMap<String, Double> options,
        List<String> targets) {
    /** What stands in a file where no alpha is given. */
    static final String NO_ALPHA = "none";

    /** The target that stands for every linear map of the base's blocks. */
    public static final String ALL_LINEAR = "all-linear";

    /** The words for the places of a linear map in its block, the same in every family. */
    public static final List<String> ROLES =
            List.of("query", "key", "value", "output", "intermediate", "ffn-output", "gate");

    static final int MAX_RANK = 4096;
    private static final int MAX_METHOD_CHARACTERS = 64;
    private static final int MAX_TARGET_CHARACTERS = 1000;

    /** An adapter with at least one target. */
    public AdapterPlan {
        requireText("adapter.method", method, MAX_METHOD_CHARACTERS);
        if (!method.matches("[a-z0-9-]+")) {
            throw new RunFileException(
                    "not a method name: key=adapter.method, value="
                            + method
                            + ", expected=a-z, 0-9 and dashes");
        }
        requireRange("adapter.rank", rank, 1, MAX_RANK);
        alpha.ifPresent(value -> requirePositive("adapter.alpha", value));
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
        targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new RunFileException(
                    "zero matching targets: key=adapter.targets, value=[], allowed=" + ROLES);
        }
        targets.forEach(AdapterPlan::requireTarget);
        requireUnique("adapter.targets", targets);
        if (targets.contains(ALL_LINEAR) && targets.size() > 1) {
            throw new RunFileException(
                    "all-linear leaves nothing to add: key=adapter.targets, targets="
                            + targets.size()
                            + ", bound=1");
        }
    }

    /** What the product of trained A and B is scaled by: alpha over rank, 2 where none is given. */
    public double scaling() {
        return alpha.isPresent() ? alpha.getAsDouble() / rank : 2;
    }

    /** A word that is none, but looks like none of a module or pattern either, is a slip. */
    private static void requireTarget(String target) {
        requireText("adapter.targets", target, MAX_TARGET_CHARACTERS);
        boolean named = target.matches(".*[._*].*");
        if (!named && !target.equals(ALL_LINEAR) && !ROLES.contains(target)) {
            throw Spelling.refusal("unknown target", "adapter.targets", target, ROLES);
        }
    }
}
