package dev.gossamer.client.node;

import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.aggregate.WeightRule;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.method.SumMethod;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.wire.Message.TrainTask;

import java.security.SecureRandom;
import java.util.Optional;

/**
 * A node's way from a round's task to its report: train, take the change, add what is owed, encode.
 *
 * <p>A pure function of its parts and of the model, for any thread. A run that makes a promise is
 * told neither loss nor tokens, whatever the work says.
 *
 * @param secrets of noise, where the run promises some
 * @param owed what uploads left out so far; empty in runs without error feedback
 * @param kept what the node kept of it
 */
record RoundTraining(
        RunFile run,
        ExchangeMethod method,
        NodeId self,
        LocalWork work,
        TrainTask task,
        int round,
        SecureRandom secrets,
        Optional<OwedUpdates> owed,
        Optional<KeptReport> kept) {
    /**
     * A report, and what is owed with it.
     *
     * @param sum of what was encoded; empty in runs without error feedback
     */
    record Trained(MadeReport report, Optional<OwedUpdates.Sum> sum) {}

    /** Trains from {@code published}. */
    Trained from(Materials published) {
        AdapterState start = method.start(published.adapter(), task.rank());
        LocalTrainer.Trained trained =
                work.train(published.with(start), task.seed(), round, secrets);
        AdapterState change = method.update(round - 1, start, trained.state());
        UpdateCodec codec = new UpdateCodec(run.exchange().upload(), change.layout());
        Optional<OwedUpdates.Sum> sum =
                owed.map(o -> o.add(kept, task, round, codec, change.values()));
        byte[] message = encode(codec, sum.map(OwedUpdates.Sum::values).orElse(change.values()));
        MadeReport report =
                new MadeReport(
                        change.layout().fingerprint(),
                        weight(trained.state()),
                        message,
                        run.privacy().isPrivate() ? 0 : trained.meanLoss(),
                        run.privacy().isPrivate() ? 0 : trained.tokens());
        return new Trained(report, sum);
    }

    private byte[] encode(UpdateCodec codec, float[] values) {
        CounterRandom indices = CounterRandom.of(task.seed(), "random-k", round, "");
        CounterRandom rounding = CounterRandom.of(task.seed(), "rounding", round, self.value());
        return codec.encode(values, indices.nextLong(), rounding).bytes();
    }

    private int weight(AdapterState trained) {
        int weight = WeightRule.of(run.rounds()).weight(work.trainingRows());
        return method instanceof SumMethod summing ? summing.weight(trained, weight) : weight;
    }
}
