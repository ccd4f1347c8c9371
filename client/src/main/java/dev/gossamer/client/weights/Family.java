package dev.gossamer.client.weights;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Transformer;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A family of transformers: how its config and the names of its tensors become a model.
 *
 * <p>To add one, write its file and put it into {@link Families}.
 */
public interface Family {
    /** What a head does, and so which tensors it has. */
    enum HeadKind {
        /** There is none. */
        NONE,
        /** Class scores of a text. */
        SEQUENCE_CLASSIFIER,
        /** Class scores of each token. */
        TOKEN_CLASSIFIER,
        /** Scores of the vocabulary at each token. */
        LANGUAGE_MODEL
    }

    /** What {@code model_type} may say. */
    Set<String> modelTypes();

    /** What {@code architectures} may say, with the head of each. */
    Map<String, HeadKind> classes();

    /** The sizes and choices that a config states. */
    Architecture architecture(ModelConfig config);

    /**
     * The base.
     *
     * @param tensors by their names within the base
     */
    Transformer base(ModelConfig config, TensorSource tensors);

    /**
     * The head. Its linear maps go by the names of their modules within the whole model, as PEFT's
     * {@code modules_to_save} have them.
     *
     * @param kind other than none
     * @param tensors by their names within the whole model
     */
    Head head(HeadKind kind, ModelConfig config, Transformer base, TensorSource tensors);

    /**
     * The hidden map of a classifier of the family's own, where a base without a classifier has it.
     *
     * @param tensors by their names within the base
     */
    default Optional<Head.Dense> pooler(Transformer base, TensorSource tensors) {
        return Optional.empty();
    }

    /** How many classes a classifier has: its rows, which a config's labels must fit. */
    static int classes(String module, ModelConfig config, TensorSource tensors) {
        String name = module + ".weight";
        long rows = tensors.shape(name).stream().findFirst().orElse(0L);
        int labels = config.labels().size();
        if (rows < 1 || rows > Integer.MAX_VALUE || (labels != 0 && labels != rows)) {
            throw config.wrong(
                    "classes do not fit: tensor="
                            + name
                            + ", rows="
                            + rows
                            + ", classes in id2label="
                            + labels);
        }
        return (int) rows;
    }
}
