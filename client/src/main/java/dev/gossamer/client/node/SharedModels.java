package dev.gossamer.client.node;

import dev.gossamer.client.tensor.TensorClassifier;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.SequenceClassifier;
import dev.gossamer.client.weights.BaseModel;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.client.weights.ModelCatalog;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Digest;

import java.util.Optional;

/**
 * What the nodes of one process share: workers, base models, and the base laid out with a basis.
 *
 * <p>Safe for any thread; guarded by itself.
 */
public final class SharedModels {
    private final ModelCatalog catalog;
    private final Workers workers;
    private Optional<Key> key = Optional.empty();
    private Optional<SequenceClassifier> classifier = Optional.empty();

    /** Bases from {@code catalog}, computing on {@code workers}. */
    public SharedModels(ModelCatalog catalog, Workers workers) {
        this.catalog = catalog;
        this.workers = workers;
    }

    private record Key(String base, Digest basis, int classes) {}

    /** The threads that compute. */
    public Workers workers() {
        return workers;
    }

    /** The base called {@code name}; loaded once. */
    public BaseModel base(String name) {
        return catalog.load(name);
    }

    /** The same, telling of a download. */
    public BaseModel base(String name, DownloadProgress progress) {
        return catalog.load(name, progress);
    }

    /** The classifier over {@code base} with the basis called {@code basisName}; built once. */
    public synchronized SequenceClassifier classifier(
            BaseModel base, Digest basisName, Basis basis, int classes) {
        Key wanted = new Key(base.name(), basisName, classes);
        if (!key.equals(Optional.of(wanted))) {
            classifier = Optional.empty();
            classifier = Optional.of(new TensorClassifier(base.weights(), basis, classes, workers));
            key = Optional.of(wanted);
        }
        return classifier.orElseThrow();
    }
}
