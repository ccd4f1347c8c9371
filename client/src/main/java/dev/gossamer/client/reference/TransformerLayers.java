package dev.gossamer.client.reference;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Head.Dense;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Norm;
import dev.gossamer.client.model.Transformer;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The layers of a base and of a head, put together.
 *
 * @param linears what stands for each linear map
 */
record TransformerLayers(Architecture architecture, Function<Linear, Layer> linears) {
    /** A matrix in double precision. */
    static Rows rows(Matrix matrix) {
        double[] values = new double[matrix.rows() * matrix.columns()];
        float[] row = new float[matrix.columns()];
        for (int r = 0; r < matrix.rows(); r++) {
            matrix.readRow(r, row, 0);
            for (int c = 0; c < row.length; c++) {
                values[r * row.length + c] = row[c];
            }
        }
        return new Rows(matrix.rows(), matrix.columns(), values);
    }

    /** A bias {@code [1 × out]}. */
    static Rows row(float[] values) {
        return new Rows(1, values.length, NormLayer.doubles(values));
    }

    /** From the sum of the embeddings to the base's outputs, {@code [tokens × hidden]}. */
    Layer base(Transformer base) {
        Layer all = norm(base.embeddingNorm());
        for (Block block : base.blocks()) {
            all = all.then(block(block));
        }
        return all.then(norm(base.finalNorm()));
    }

    private Layer block(Block block) {
        Layer attention = attention(block);
        Layer feedForward = feedForward(block);
        Layer attentionNorm = norm(Optional.of(block.attentionNorm()));
        Layer feedForwardNorm = norm(Optional.of(block.feedForwardNorm()));
        return architecture.preNorm()
                ? attentionNorm
                        .then(attention)
                        .residual()
                        .then(feedForwardNorm.then(feedForward).residual())
                : attention
                        .residual()
                        .then(attentionNorm)
                        .then(feedForward.residual())
                        .then(feedForwardNorm);
    }

    private Layer attention(Block block) {
        return new AttentionLayer(
                architecture,
                block.projections().stream().map(linears).toList(),
                headNorm(block.queryNorm()).then(rotary()),
                headNorm(block.keyNorm()).then(rotary()),
                linears.apply(block.attentionOutput()));
    }

    private Layer feedForward(Block block) {
        Layer activation = new ActivationLayer(architecture.activation());
        Layer up = linears.apply(block.up());
        Layer down = linears.apply(block.down());
        return block.gate()
                .map(gate -> (Layer) new GatedLayer(linears.apply(gate).then(activation), up, down))
                .orElseGet(() -> up.then(activation).then(down));
    }

    private Layer rotary() {
        return architecture
                .rotary()
                .map(rotary -> (Layer) new RotaryLayer(rotary, architecture.headSize()))
                .orElse(Layer.IDENTITY);
    }

    private Layer norm(Optional<Norm> norm) {
        return norm.map(n -> norm(n.gain(), n.bias())).orElse(Layer.IDENTITY);
    }

    private Layer norm(float[] gain, Optional<float[]> bias) {
        return new NormLayer(
                NormLayer.doubles(gain),
                bias.map(NormLayer::doubles),
                architecture.rms(),
                architecture.normEpsilon());
    }

    /** A norm over each head by itself. */
    private Layer headNorm(Optional<float[]> gain) {
        return gain.map(g -> norm(g, Optional.empty()).overRowsOf(g.length)).orElse(Layer.IDENTITY);
    }

    /** From the base's outputs to the scores. */
    Layer head(Head head) {
        return switch (head) {
            case Head.SequenceClassifier h ->
                    new PoolingLayer(h.pooling())
                            .then(dense(h.hidden()))
                            .then(linears.apply(h.output()));
            case Head.TokenClassifier h -> linears.apply(h.output());
            case Head.LanguageModel h ->
                    dense(h.transform())
                            .then(norm(h.norm()))
                            .then(
                                    new LinearLayer(
                                            new Parameter.Frozen(rows(h.output())),
                                            h.bias().map(b -> new Parameter.Frozen(row(b))),
                                            Optional.empty()));
        };
    }

    private Layer dense(Optional<Dense> dense) {
        return dense.map(d -> linears.apply(d.linear()).then(new ActivationLayer(d.activation())))
                .orElse(Layer.IDENTITY);
    }

    /** The linear maps of a head in the order of the flow. */
    static List<Linear> linearsOf(Head head) {
        return switch (head) {
            case Head.SequenceClassifier h ->
                    h.hidden()
                            .map(d -> List.of(d.linear(), h.output()))
                            .orElse(List.of(h.output()));
            case Head.TokenClassifier h -> List.of(h.output());
            case Head.LanguageModel h ->
                    h.transform().map(d -> List.of(d.linear())).orElse(List.of());
        };
    }
}
