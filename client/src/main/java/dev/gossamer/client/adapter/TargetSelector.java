package dev.gossamer.client.adapter;

import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.protocols.method.Setting.Shape;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Chooses the linear maps that carry an adapter, and the rank of each.
 *
 * <p>A target is {@code all-linear}, or, in this order,
 *
 * <ul>
 *   <li>a {@link Role}'s word, as {@code query} or {@code q_proj}, which holds in every family;
 *   <li>a module's name or the end of one after a dot, as {@code attention.output.dense};
 *   <li>a pattern for the whole name, with or without the base's prefix: a glob where {@code *} and
 *       {@code ?} are its only special characters, else a regular expression.
 * </ul>
 *
 * @param targets at least one; each must match something
 * @param rank of every target that {@code ranks} does not name
 * @param ranks by target, in any of the forms above; the first that matches counts
 */
public record TargetSelector(List<String> targets, int rank, Map<String, Integer> ranks) {
    /** The target that stands for every linear map of the base. */
    public static final String ALL = "all-linear";

    private static final int MAX_PATTERN = 1000;

    /** Copies, with the order of {@code ranks} kept. */
    public TargetSelector {
        targets = List.copyOf(targets);
        ranks = Collections.unmodifiableMap(new LinkedHashMap<>(ranks));
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("no target: targets=[]; all-linear names every map");
        }
        requireRank("rank", rank);
        ranks.forEach(TargetSelector::requireRank);
    }

    /** One rank for all. */
    public TargetSelector(List<String> targets, int rank) {
        this(targets, rank, Map.of());
    }

    private static void requireRank(String key, int rank) {
        if (rank < 1) {
            throw new IllegalArgumentException("bad rank: " + key + "=" + rank + ", bound=1");
        }
    }

    /** A chosen map with its rank. */
    public record Choice(Linear linear, int rank) {
        /** The map's name and sides. */
        public Shape shape() {
            return new Shape(linear.name(), linear.out(), linear.in());
        }
    }

    /**
     * The maps of {@code base} that match, in the order of its flow.
     *
     * @throws IllegalArgumentException if a target or a key of the ranks matches nothing, or a rank
     *     is larger than a side
     */
    public List<Choice> select(Transformer base) {
        Names names = Names.of(base);
        Set<Linear> chosen = new LinkedHashSet<>();
        for (String target : targets) {
            chosen.addAll(names.matching("targets", target));
        }
        Map<Linear, Integer> given = new LinkedHashMap<>();
        ranks.forEach(
                (key, value) ->
                        names.matching("ranks", key)
                                .forEach(linear -> given.putIfAbsent(linear, value)));
        List<Choice> choices = new ArrayList<>();
        for (Linear linear : names.linears()) {
            if (chosen.contains(linear)) {
                choices.add(choice(linear, given.getOrDefault(linear, rank)));
            }
        }
        return choices;
    }

    private static Choice choice(Linear linear, int rank) {
        int bound = Math.min(linear.in(), linear.out());
        if (rank > bound) {
            throw new IllegalArgumentException(
                    "rank is larger than a side of the matrix: rank="
                            + rank
                            + ", target="
                            + linear.name()
                            + ", in="
                            + linear.in()
                            + ", out="
                            + linear.out()
                            + ", bound="
                            + bound);
        }
        return new Choice(linear, rank);
    }

    /** The place of a map in its block, whatever a family calls it. */
    enum Role {
        QUERY("query|q_proj|q_lin"),
        KEY("key|k_proj|k_lin"),
        VALUE("value|v_proj|v_lin"),
        OUTPUT("output|o_proj|out_lin"),
        GATE("gate|gate_proj"),
        /** Both maps into the wide layer where it is gated, as neither is more it. */
        INTERMEDIATE("intermediate"),
        UP("up|up_proj|c_fc|lin1"),
        FFN_OUTPUT("ffn-output|down|down_proj|lin2");

        private final Pattern words;

        Role(String words) {
            this.words = Pattern.compile(words);
        }

        /** The maps of {@code block} in this role; a fused map serves all three of its parts. */
        private List<Linear> of(Block block) {
            int fused = block.projections().size() == 1 ? 0 : 1;
            return switch (this) {
                case QUERY -> List.of(block.projections().getFirst());
                case KEY -> List.of(block.projections().get(fused));
                case VALUE -> List.of(block.projections().get(2 * fused));
                case OUTPUT -> List.of(block.attentionOutput());
                case GATE -> block.gate().stream().toList();
                case INTERMEDIATE -> {
                    List<Linear> wide = new ArrayList<>(block.gate().stream().toList());
                    wide.add(block.up());
                    yield wide;
                }
                case UP -> List.of(block.up());
                case FFN_OUTPUT -> List.of(block.down());
            };
        }
    }

    /** The linear maps of a base, found by what users write. */
    private record Names(String prefix, List<Linear> linears, Map<Role, List<Linear>> roles) {
        static Names of(Transformer base) {
            Map<Role, List<Linear>> roles = new LinkedHashMap<>();
            for (Role role : Role.values()) {
                roles.put(role, base.blocks().stream().flatMap(b -> role.of(b).stream()).toList());
            }
            return new Names(base.architecture().prefix(), base.linears(), roles);
        }

        List<Linear> matching(String key, String target) {
            if (target.equals(ALL)) {
                return linears;
            }
            List<Linear> found = byRole(target);
            if (found.isEmpty()) {
                found = filtered(name -> name.equals(target) || name.endsWith("." + target));
            }
            if (found.isEmpty() && isPattern(target)) {
                Predicate<String> whole = pattern(key, target).asMatchPredicate();
                found = filtered(whole);
            }
            if (found.isEmpty()) {
                throw new IllegalArgumentException(
                        "no linear map of the base matches: "
                                + key
                                + "="
                                + target
                                + ", there are="
                                + lastParts());
            }
            return found;
        }

        private List<Linear> byRole(String word) {
            return roles.entrySet().stream()
                    .filter(entry -> entry.getKey().words.matcher(word).matches())
                    .flatMap(entry -> entry.getValue().stream())
                    .toList();
        }

        private List<Linear> filtered(Predicate<String> condition) {
            return linears.stream()
                    .filter(
                            linear ->
                                    condition.test(linear.name())
                                            || condition.test(prefix + "." + linear.name()))
                    .toList();
        }

        /** What each block calls its maps, once. */
        private Set<String> lastParts() {
            Set<String> parts = new LinkedHashSet<>();
            for (Linear linear : linears) {
                parts.add(linear.name().replaceFirst("^.*\\.[0-9]+\\.", ""));
            }
            return parts;
        }
    }

    private static boolean isPattern(String target) {
        return !target.matches("[\\w.-]+");
    }

    private static Pattern pattern(String key, String target) {
        if (target.length() > MAX_PATTERN) {
            throw new IllegalArgumentException(
                    "pattern is too long: "
                            + key
                            + " of "
                            + target.length()
                            + " characters, bound="
                            + MAX_PATTERN);
        }
        try {
            return Pattern.compile(isGlob(target) ? fromGlob(target) : target);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "bad pattern: "
                            + key
                            + "="
                            + target
                            + ", at="
                            + e.getIndex()
                            + ": "
                            + e.getDescription().toLowerCase(Locale.ROOT),
                    e);
        }
    }

    /** {@code .*} is the mark of a regular expression, which cannot begin with a star. */
    private static boolean isGlob(String target) {
        boolean plain = target.matches("[\\w.*?-]+");
        return plain && (target.matches("[*?].*") || !target.contains(".*"));
    }

    private static String fromGlob(String glob) {
        return glob.replace(".", "\\.").replace("*", ".*").replace("?", ".");
    }
}
