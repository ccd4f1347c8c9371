package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.weights.FloatMatrix;

import java.util.function.UnaryOperator;

/** Models whose frozen matrices are replaced: those that an engine keeps in a storage. */
final class StoredModels {
    private StoredModels() {}

    static Transformer map(Transformer base, UnaryOperator<Matrix> matrices) {
        Transformer linears =
                base.withLinears(
                        map -> new Linear(map.name(), matrices.apply(map.weight()), map.bias()));
        return new Transformer(
                base.architecture(),
                matrices.apply(base.words()),
                base.positions(),
                base.tokenTypes(),
                base.embeddingNorm(),
                linears.blocks(),
                base.finalNorm());
    }

    static Head map(Head head, UnaryOperator<Matrix> matrices) {
        return switch (head) {
            case Head.SequenceClassifier h -> h;
            case Head.TokenClassifier h -> h;
            case Head.LanguageModel h ->
                    new Head.LanguageModel(
                            h.transform(), h.norm(), matrices.apply(h.output()), h.bias());
        };
    }

    /** The values of {@code rows}. */
    static Matrix decoded(FrozenRows rows) {
        Tensor all = Tensor.zeros((long) rows.rows() * rows.columns());
        rows.decode(0, rows.rows(), all.at(0), rows.columns());
        float[] values = new float[rows.rows() * rows.columns()];
        all.get(0, values);
        return FloatMatrix.of(values, rows.rows(), rows.columns());
    }
}
