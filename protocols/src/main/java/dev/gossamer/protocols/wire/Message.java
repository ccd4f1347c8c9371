package dev.gossamer.protocols.wire;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.FixedPoint;

import java.util.Optional;
import java.util.OptionalDouble;

/** What nodes say to each other; closed, so that every handler is exhaustive. */
@SuppressWarnings("ArrayRecordComponent") // messages are handled once, never compared
public sealed interface Message {
    /**
     * A node says that it is there, and what it brings.
     *
     * @param rank the most that it can train, 0 for any
     */
    record Hello(int trainingRows, int heldOutRows, boolean designated, int rank)
            implements Message {}

    /** The coordinator admits a node and sends the run file as resolved, in YAML. */
    record Welcome(String runFile) implements Message {}

    /**
     * The designated node makes basis and adapter from the public sample.
     *
     * @param from the version whose base the new basis is for, and whose head stays; empty for the
     *     first, whose head is fitted to the sample
     */
    record BasisTask(long seed, Optional<ModelVersion> from) implements Message {}

    /**
     * A node returns its part of what the range finder adds up; the report is a {@link
     * TrainReport}.
     *
     * @param version at which the gradient of the node's own rows is taken
     * @param patch a shorter way to its adapter
     * @param range the artifact of what the first pass found, where this is the second
     * @param deadlineMillis from receipt
     */
    record SketchTask(
            ModelVersion version,
            Optional<PatchOffer> patch,
            Optional<Digest> range,
            FixedPoint fixedPoint,
            long seed,
            long deadlineMillis)
            implements Message {}

    /**
     * Both are made, and held as artifacts by the sender.
     *
     * @param basis of a run whose factors all clients find together, the targets' shapes alone
     */
    record BasisReport(Digest basis, Digest adapter) implements Message {}

    /**
     * A node trains from {@code version}.
     *
     * @param patch a shorter way to its adapter
     * @param rank that this node trains, the leading part of the adapter's
     * @param counted the last round whose mean holds a report of this node, 0 for none
     * @param deadlineMillis from receipt
     */
    record TrainTask(
            ModelVersion version,
            Optional<PatchOffer> patch,
            int rank,
            FixedPoint fixedPoint,
            long seed,
            int counted,
            long deadlineMillis)
            implements Message {}

    /**
     * What a node returns of its own rows to be added up: a trained change, or a sketch of its
     * gradient.
     *
     * @param version that the update is against
     * @param weight by the run's rule, at least 1
     * @param loss mean over the local steps; 0 with a sketch
     */
    record TrainReport(
            ModelVersion version,
            Digest layout,
            int weight,
            Update update,
            double loss,
            long tokens)
            implements Message {}

    /** An update as the run's codec writes it. */
    sealed interface Update {
        /** How many bytes it has. */
        long length();

        /**
         * One that fits into the report.
         *
         * @param bytes belongs to this object
         */
        record Inline(byte[] bytes) implements Update {
            @Override
            public long length() {
                return bytes.length;
            }
        }

        /** One that does not: an artifact, fetched from the sender in chunks. */
        record Held(Digest digest, long length) implements Update {}
    }

    /** A node scores {@code version}. */
    record EvaluateTask(ModelVersion version, Optional<PatchOffer> patch) implements Message {}

    /**
     * Scores on the node's own held-out rows; from the designated node on the public test too.
     *
     * @param captured the share of the public sample's gradient that training on the basis can
     *     follow, 0 to 1: from the designated node of a run that hangs on it
     */
    record EvaluateReport(
            Digest adapter, Score heldOut, Optional<Score> publicTest, OptionalDouble captured)
            implements Message {}

    /** The envelope of that sequence was accepted and is durable. */
    record Acknowledgement(long sequence) implements Message {}

    /** The envelope of that sequence was refused. */
    record Rejection(long sequence, RejectReason reason, String detail) implements Message {}

    /** Asks for an artifact from {@code offset} on. */
    record ArtifactRequest(Digest digest, long offset) implements Message {}

    /** A part of an artifact, at most 1 MiB, of {@code length} bytes in all. */
    record ArtifactChunk(Digest digest, long offset, long length, byte[] data) implements Message {}

    /** The run is over; {@code version} is empty where it failed. */
    record RunEnded(String outcome, Optional<ModelVersion> version) implements Message {}

    /** The sender could not carry out its task. */
    record Failure(String detail) implements Message {}

    /**
     * Sums over what was scored: rows, or the labelled tokens of tasks that predict tokens.
     *
     * @param correct how many were predicted right
     * @param rows how many rows, or tokens
     * @param lossSum cross-entropy in nats, summed
     */
    record Score(int correct, int rows, double lossSum) {
        /** The share of rows that were right, NaN without rows. */
        public double accuracy() {
            return (double) correct / rows;
        }

        /** A language model's perplexity, {@code exp} of the mean loss; NaN without rows. */
        public double perplexity() {
            return StrictMath.exp(lossSum / rows);
        }
    }
}
