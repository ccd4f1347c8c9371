package dev.gossamer.client.weights;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Every family that is there. */
final class Families {
    static final List<Family> ALL =
            List.of(new Bert(), new Roberta(), new DistilBert(), new Llama(), new Gpt2());

    private Families() {}

    /** Every class of model that any of them reads. */
    static Set<String> classes() {
        Set<String> all = new TreeSet<>();
        ALL.forEach(family -> all.addAll(family.classes().keySet()));
        return all;
    }

    /** Every {@code model_type} that any of them reads. */
    static Set<String> modelTypes() {
        Set<String> all = new TreeSet<>();
        ALL.forEach(family -> all.addAll(family.modelTypes()));
        return all;
    }
}
