package dev.gossamer.client.train;

import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.protocols.adapter.Basis;

class ReferenceBaseForwardTest extends BaseForwardSuite {
    @Override
    protected SequenceClassifier engine(EncoderWeights weights, Basis basis, int classes) {
        return new ReferenceClassifier(weights, basis, classes);
    }
}
