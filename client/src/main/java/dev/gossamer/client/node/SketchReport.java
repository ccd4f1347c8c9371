package dev.gossamer.client.node;

import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.WeightRule;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.wire.Message.SketchTask;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.Message.Update;

import java.util.function.Function;

/**
 * A sketch as it is sent: whole, whatever the run's codec for updates is, and of the weight of the
 * rows that it was made of.
 *
 * @param update as the plain codec writes it; belongs to this object
 */
@SuppressWarnings("ArrayRecordComponent") // sent once, never compared
record SketchReport(RunFile run, SketchTask task, Digest layout, byte[] update) {
    static SketchReport of(RunFile run, SketchTask task, AdapterState sketch) {
        // No value is rounded, so that no coin is thrown.
        CounterRandom coins = CounterRandom.of(task.seed(), "rounding", 0, "");
        byte[] update =
                new UpdateCodec(CodecPlan.PLAIN, sketch.layout())
                        .encode(sketch.values(), 0, coins)
                        .bytes();
        return new SketchReport(run, task, sketch.layout().fingerprint(), update);
    }

    /**
     * The message.
     *
     * @param sending puts the update into it, or holds it where it is too large
     */
    TrainReport message(LocalWork work, Function<byte[], Update> sending) {
        int rows = Math.min(work.trainingRows(), run.basis().rows());
        return new TrainReport(
                task.version(),
                layout,
                WeightRule.of(run.rounds()).weight(rows),
                sending.apply(update),
                0,
                work.sketchTokens());
    }
}
