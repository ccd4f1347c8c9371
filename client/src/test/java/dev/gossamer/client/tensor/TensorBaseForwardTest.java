package dev.gossamer.client.tensor;

import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.client.train.BaseForwardSuite;
import dev.gossamer.client.train.SequenceClassifier;
import dev.gossamer.protocols.adapter.Basis;

import org.junit.jupiter.api.AfterEach;

class TensorBaseForwardTest extends BaseForwardSuite {
    private final Workers workers = new Workers(2);

    @AfterEach
    void stop() {
        workers.close();
    }

    @Override
    protected SequenceClassifier engine(EncoderWeights weights, Basis basis, int classes) {
        return new TensorClassifier(weights, basis, classes, workers);
    }
}
