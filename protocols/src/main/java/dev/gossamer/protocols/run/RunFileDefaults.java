package dev.gossamer.protocols.run;

import dev.gossamer.protocols.run.YamlNode.Mapping;

/** What a run file may leave out. */
final class RunFileDefaults {
    /**
     * Every default there is. More follow from the file itself: {@code rounds.minimum} is two
     * thirds of the cohort, rounded up, {@code privacy.sampler} is {@code poisson} for examples and
     * {@code all} for clients, {@code basis.from} is {@code weights} under privacy, {@code
     * simulate.source} is {@code data.set}, and a column that the task reads has the task's name
     * for it. A file without {@code simulate} has no world at all.
     */
    private static final String YAML =
            """
            task: sequence-classification
            model: {weights: fp32, precision: fp32, pooling: mean}
            data: {second-text: none, max-tokens: 64, truncate: end, held-out: 0.2}
            adapter: {method: fed-sb, rank: 16, alpha: none, targets: all-linear}
            basis:
              from: gradient
              sample: public-sample
              rows: 256
              learning-rate: 5e-3
              values: fp32
              rebase-every: 0
              rebase-below: 0
            train:
              local-steps: 12
              batch-size: 16
              optimizer: adamw
              momentum: 0
              learning-rate: 5e-3
              weight-decay: 0
              schedule: constant
              clip-norm: none
              proximal: 0
              dropout: 0
              state: per-round
              threads: 2
            rounds: {count: 10, over-select: 0, deadline: 600s, weights: examples, weight-cap: 1000}
            server:
              optimizer: fedavg
              learning-rate: none
              momentum: 0.9
              beta1: 0.9
              beta2: 0.999
              epsilon: 1e-8
              weight-decay: 0
              robust: {rule: none, attackers: 1, bound: 1.0, kept: 2, bucket: 2, steps: 8}
            exchange:
              upload:
                values: fp32
                block: 128
                sparsify: top-k
                density: 1.0
                index: auto
                entropy: none
                feedback: none
                feedback-decay: 0.9
                feedback-rounds: 3
              download:
                values: fp32
                block: 128
                sparsify: top-k
                density: 1.0
                index: auto
                entropy: none
                feedback: none
                feedback-decay: 0.9
                feedback-rounds: 3
            evaluation: {every: 1, public-test: none, aggregation-error: true}
            privacy:
              mode: none
              epsilon: none
              noise-multiplier: none
              delta: rows^-1.1
              clip: fixed 1.0
              colluders: 0
            secure-aggregation: false
            seed: 7
            simulate:
              ranks: []
              partition: {dirichlet: 0.3, by: label}
              device: {tokens-per-second: 2000}
              network: {bandwidth: 20Mbit/s, latency: 30ms}
              stragglers: none
            """;

    static final Mapping TREE = YamlComposer.compose("run file", YAML);

    private RunFileDefaults() {}
}
