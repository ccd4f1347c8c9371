package dev.gossamer.client.node;

import dev.gossamer.client.data.Rows;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.client.train.NoisedGradient;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.train.Trainer;
import dev.gossamer.privacy.mechanism.NoiseCoins;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.run.PrivacyPlan;
import dev.gossamer.protocols.run.RunFile;

import java.security.SecureRandom;
import java.util.Optional;

/**
 * What a run's promise comes to for the rows of one owner.
 *
 * @param steps of one round
 */
record ExamplePrivacy(NoisedGradient.Plan noise, PrivacyPlan.Sampler sampler, int steps) {
    /** The promise of {@code run} to an owner of {@code rows}, where it is about rows. */
    static Optional<ExamplePrivacy> of(RunFile run, int rows) {
        PrivacyPlan privacy = run.privacy();
        if (privacy.mode() != PrivacyPlan.Mode.EXAMPLE) {
            return Optional.empty();
        }
        double expected =
                privacy.sampler() == PrivacyPlan.Sampler.ALL
                        ? rows
                        : Math.min(rows, run.train().batchSize());
        return Optional.of(
                new ExamplePrivacy(
                        new NoisedGradient.Plan(
                                privacy.clip().bound(),
                                privacy.noiseMultiplier().orElseThrow(),
                                expected),
                        privacy.sampler(),
                        run.train().localSteps()));
    }

    /** Trains one round. */
    LocalTrainer.Trained train(
            AdaptedModel model,
            AdapterState start,
            Rows rows,
            Trainer.Plan plan,
            SecureRandom secrets,
            Progress progress) {
        NoiseCoins coins = NoiseCoins.seededBy(secrets);
        NoisedGradient gradients =
                switch (sampler) {
                    case POISSON -> NoisedGradient.poisson(model, rows, noise, coins);
                    case ALL -> NoisedGradient.all(model, rows, noise, coins);
                };
        return LocalTrainer.train(gradients, start, plan, steps, progress);
    }
}
