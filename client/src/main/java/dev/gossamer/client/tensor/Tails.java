package dev.gossamer.client.tensor;

/** The tails of a product whose weights are no fp32: rows below the weights of each direction. */
final class Tails {
    private final int in;
    private final int out;
    private Tensor forward = Tensor.zeros(0);
    private Tensor backward = Tensor.zeros(0);

    Tails(int in, int out) {
        this.in = in;
        this.out = out;
        reserve(1);
    }

    /** Makes room for {@code rows} rows; what they held is kept. */
    void reserve(int rows) {
        forward = grown(forward, (long) rows * out);
        backward = grown(backward, (long) rows * in);
    }

    private static Tensor grown(Tensor old, long floats) {
        if (floats <= old.floats()) {
            return old;
        }
        Tensor tensor = Tensor.zeros(floats);
        Tensor.copy(old.at(0), tensor.at(0), old.floats());
        return tensor;
    }

    /** The address of the forward tail. */
    long forward() {
        return forward.at(0);
    }

    /** The address of the backward tail. */
    long backward() {
        return backward.at(0);
    }
}
