package dev.gossamer.client.train;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Transformer;

import java.util.List;
import java.util.Set;

/** Something that computes training steps: the CPU's, a GPU's, or the reference. */
public interface Engine {
    /** What the frozen matrices are kept as between steps. */
    enum Storage {
        /** 32-bit floats. */
        FP32,
        /** The upper halves of 32-bit floats. */
        BF16,
        /** 8-bit integers with a scale for each output. */
        INT8,
        /** The blocks of the file that they came from. */
        BLOCKS
    }

    /** What matrix products are computed in; sums, norms and adapters are fp32 always. */
    enum Precision {
        /** 32-bit floats. */
        FP32,
        /** Products of bfloat16 values, summed in fp32. */
        BF16
    }

    /** The name in run files and lists, as {@code cpu}. */
    String name();

    /** Lays {@code base} out for this engine; the base itself is not needed afterwards. */
    LoadedBase load(Transformer base, Storage storage, Precision precision);

    /** A base in an engine's own layout, shared by all that is attached to it. */
    interface LoadedBase {
        /**
         * The resident bytes of the frozen matrices as this engine keeps them: the base's maps, its
         * embeddings, and the output matrices of the heads attached so far.
         */
        long bytes();

        /**
         * Attaches an adapter and a head.
         *
         * @param trainedHead which of the head's linear maps are trained, by name; their values
         *     follow the adapter's, as {@code NAME.weight [out × in]} and {@code NAME.bias [1 ×
         *     out]}, the hidden map's before the output's
         * @throws IllegalArgumentException if a target is no map of the base, or has other sides
         */
        AdaptedModel attach(Adapter adapter, Head head, Set<String> trainedHead);

        /**
         * The mean-pooled outputs of the bare base.
         *
         * @return {@code [rows × hidden]} row-major
         */
        float[] features(List<Example> rows);

        /**
         * A sum over mini-batches for one matrix.
         *
         * @param name of the map within the base
         * @param values row-major; belongs to this object
         */
        @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
        record MatrixSum(String name, int rows, int columns, float[] values) {}

        /**
         * The sums over {@code batches} of the gradient of each one's mean loss by the weights of
         * {@code targets}, {@code [out × in]}, with no adapter attached: what LoRA-SB begins with.
         */
        List<MatrixSum> weightGradients(
                List<String> targets, Head head, List<List<Example>> batches, Progress progress);

        /**
         * The sums {@code Xᵀ X} {@code [in × in]} over the inputs of {@code targets}: what EVA
         * begins with.
         */
        List<MatrixSum> inputMoments(List<String> targets, List<Example> rows, Progress progress);
    }
}
