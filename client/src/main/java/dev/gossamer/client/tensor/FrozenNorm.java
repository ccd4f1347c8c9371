package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Norm;

import java.util.Optional;

/**
 * A layer norm, or a root-mean-square norm without bias, over rows of {@code width} values.
 *
 * @param zeros as many as a row has values
 */
record FrozenNorm(
        int width, boolean rms, float epsilon, Tensor gain, Tensor bias, Tensor zeros, Kernels on) {
    static FrozenNorm of(
            float[] gain, Optional<float[]> bias, boolean rms, double epsilon, Kernels kernels) {
        Tensor zeros = Tensor.zeros(gain.length);
        return new FrozenNorm(
                gain.length,
                rms,
                (float) epsilon,
                Tensor.of(gain),
                bias.map(Tensor::of).orElse(zeros),
                zeros,
                kernels);
    }

    static FrozenNorm of(Norm norm, boolean rms, double epsilon, Kernels kernels) {
        return of(norm.gain(), norm.bias(), rms, epsilon, kernels);
    }

    /** Where a residual of zeros lies. */
    long nothing() {
        return zeros.at(0);
    }

    /**
     * Normalises {@code x + residual} to {@code hat}, and that with gain and bias to {@code y}.
     *
     * @return what the backward pass takes as {@code inverse}
     */
    float forward(long x, long residual, long hat, long y) {
        return rms
                ? on.rootMeanSquareNorm(x, residual, hat, y, gain.at(0), width, epsilon)
                : on.layerNorm(x, residual, hat, y, gain.at(0), bias.at(0), width, epsilon);
    }

    /** The gradient {@code dx} of the input, which may lie where {@code dy} does. */
    void backward(long dy, long hat, float inverse, long dx) {
        if (rms) {
            on.rootMeanSquareNormBackward(dy, hat, gain.at(0), inverse, dx, width);
        } else {
            on.layerNormBackward(dy, hat, gain.at(0), inverse, dx, width);
        }
    }
}
