package dev.gossamer.client.weights;

import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Norm;

import java.util.List;
import java.util.Optional;

/**
 * The tensors of a model by the names that Hugging Face gives them, whatever file they come from.
 *
 * <p>A tensor that is missing or of another shape than asked for is refused by its name with a
 * {@link WeightsFormatException}.
 */
public interface TensorSource {
    /** Whether there is a tensor of that name. */
    boolean has(String name);

    /** Whether the name of any tensor begins with {@code prefix}. */
    boolean hasAny(String prefix);

    /** The sizes of the tensor of that name. */
    List<Long> shape(String name);

    /** The matrix of that name, {@code [rows × columns]} in this order in the file. */
    DenseMatrix stored(String name, int rows, int columns);

    /** The vector of that name. */
    float[] vector(String name, int size);

    /** The weight of the module {@code name}, {@code [out × in]}. */
    default Matrix weight(String name, int out, int in) {
        return stored(name + ".weight", out, in);
    }

    /** The module {@code name}, a linear map with a bias. */
    default Linear linear(String name, int out, int in) {
        return linear(name, out, in, true);
    }

    /** The module {@code name}, a linear map that has a bias or has none. */
    default Linear linear(String name, int out, int in, boolean biased) {
        return new Linear(name, weight(name, out, in), bias(name, out, biased));
    }

    /** The module {@code name}, a linear map with a bias that lies {@code [in × out]}. */
    default Linear convolution(String name, int out, int in) {
        Matrix weight = new TransposedMatrix(stored(name + ".weight", in, out));
        return new Linear(name, weight, bias(name, out, true));
    }

    private Optional<float[]> bias(String name, int out, boolean biased) {
        return biased ? Optional.of(vector(name + ".bias", out)) : Optional.empty();
    }

    /** The module {@code name}, a layer norm; older files call its parts gamma and beta. */
    default Norm norm(String name, int size) {
        boolean old = !has(name + ".weight") && has(name + ".gamma");
        return new Norm(
                vector(name + (old ? ".gamma" : ".weight"), size),
                Optional.of(vector(name + (old ? ".beta" : ".bias"), size)));
    }

    /** The module {@code name}, a root-mean-square norm. */
    default Norm rmsNorm(String name, int size) {
        return new Norm(vector(name + ".weight", size), Optional.empty());
    }

    /**
     * The tensors of the base model by their names within it: a model with a head keeps them under
     * {@code prefix}, a model saved bare does not.
     */
    default TensorSource base(String prefix) {
        return hasAny(prefix + ".") ? new PrefixedSource(this, prefix + ".") : this;
    }
}
