package dev.gossamer.simulations.traffic;

import dev.gossamer.protocols.method.Setting.Shape;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The linear maps of a transformer's layers, without a weight.
 *
 * @param hidden the width that a classifier reads
 * @param layers how many there are, all alike
 * @param maps of one layer
 */
public record ModelShape(String name, int hidden, int layers, List<LayerMap> maps) {
    /**
     * One linear map of a layer.
     *
     * @param module its name within the layer, as {@code self_attn.q_proj}
     * @param roles the words of a run file that mean it; a fused map has several
     */
    public record LayerMap(String module, Set<String> roles, int out, int in) {
        /** A map whose sides are at least 1. */
        public LayerMap {
            roles = Set.copyOf(roles);
            if (out < 1 || in < 1) {
                throw new IllegalArgumentException(
                        "map has no sides: module=" + module + ", out=" + out + ", in=" + in);
            }
        }

        /** Whether {@code target} means it: a word, or its name or the end of it after a dot. */
        private boolean isMeant(String target) {
            return roles.contains(target)
                    || module.equals(target)
                    || module.endsWith("." + target)
                    || (target.contains("*")
                            && module.matches(".*" + lastPart(target).replace("*", ".*")));
        }

        /** A pattern that spans layers is held to what it says within one. */
        private static String lastPart(String pattern) {
            return pattern.replaceFirst("^.*\\*\\.", "").replace(".", "\\.");
        }
    }

    /** The target that stands for every map. */
    public static final String ALL = "all-linear";

    /** A shape with at least one layer and one map. */
    public ModelShape {
        maps = List.copyOf(maps);
        if (layers < 1 || hidden < 1 || maps.isEmpty()) {
            throw new IllegalArgumentException(
                    "model has no layers: model="
                            + name
                            + ", layers="
                            + layers
                            + ", hidden="
                            + hidden);
        }
    }

    /**
     * The maps of all layers that {@code targets} mean.
     *
     * @throws IllegalArgumentException if one means none, naming those that there are
     */
    public List<Shape> targets(List<String> targets) {
        Set<LayerMap> chosen = new LinkedHashSet<>();
        for (String target : targets) {
            List<LayerMap> meant =
                    maps.stream().filter(map -> target.equals(ALL) || map.isMeant(target)).toList();
            if (meant.isEmpty()) {
                throw new IllegalArgumentException(
                        "no linear map of the model matches: targets="
                                + target
                                + ", model="
                                + name
                                + ", there are="
                                + maps.stream().map(LayerMap::module).toList());
            }
            chosen.addAll(meant);
        }
        List<Shape> shapes = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            for (LayerMap map : maps) {
                if (chosen.contains(map)) {
                    shapes.add(new Shape(layer + "." + map.module(), map.out(), map.in()));
                }
            }
        }
        return shapes;
    }

    /** The values of a classifier's weights and biases. */
    public long head(int classes) {
        return (long) classes * hidden + classes;
    }
}
