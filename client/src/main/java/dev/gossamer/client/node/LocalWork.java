package dev.gossamer.client.node;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.wire.Message.Score;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a node can do with its own rows for one run.
 *
 * <p>Every method is a pure function of its arguments, the run file and the rows, and runs off the
 * node's thread.
 */
public interface LocalWork {
    /** How many rows there are to train on; at least one. */
    int trainingRows();

    /** How many rows are held out. */
    int heldOutRows();

    /** How many rows of all that were read were longer than the run's bound, and were cut. */
    int truncatedRows();

    /** Whether this node holds the run's public sample, and its public test if there is one. */
    boolean designated();

    /** About how many tokens a round's training processes. */
    long trainTokens();

    /** About how many tokens an evaluation processes. */
    long evaluateTokens();

    /** About how many tokens making the basis processes. */
    long basisTokens();

    /** The most that this node can train, 0 for any rank. */
    int rank();

    /** The layout of the run's adapter, which follows from base and run file. */
    AdapterLayout layout();

    /**
     * Makes basis and adapter from the public sample.
     *
     * @param from whose base the basis is for and whose head stays; empty for the first, whose head
     *     is fitted to the sample
     */
    GradientBasis.Start makeBasis(long seed, Optional<Materials> from);

    /** About how many tokens a sketch processes. */
    long sketchTokens();

    /**
     * A part of the gradient of the node's own rows: along the range finder's directions, or, given
     * {@code range}, the projection onto it of the same gradient.
     *
     * @param model whose base and head the gradient is taken at
     */
    AdapterState sketch(Materials model, Optional<AdapterState> range, long seed);

    /**
     * Trains one round.
     *
     * @param start its adapter may have a lower rank than the run's
     * @param round counted from 1
     * @param secrets of noise, where the run promises some
     */
    LocalTrainer.Trained train(Materials start, long seed, int round, SecureRandom secrets);

    /** Scores a model. */
    Scores evaluate(Materials model);

    /**
     * Scores on the node's own held-out rows, and of a designated node on the public test.
     *
     * @param captured what a designated node says where re-basing hangs on it
     */
    record Scores(Score heldOut, Optional<Score> publicTest, OptionalDouble captured) {}
}
