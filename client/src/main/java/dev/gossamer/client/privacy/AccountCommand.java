package dev.gossamer.client.privacy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.command.Surroundings;
import dev.gossamer.privacy.accountant.Accountant;
import dev.gossamer.privacy.accountant.PrivacyBound;
import dev.gossamer.privacy.accountant.PrivacyEvent;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code privacy account}: the epsilon of noisy releases. */
@Command(
        name = "account",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "The epsilon that noisy releases come to.",
        footer = {
            "",
            "Phases: privacy account --sampling-rate 0.01 --delta 1e-5 \\",
            "    --noise-multiplier 1.1 --steps 1000 --noise-multiplier 0.9 --steps 200"
        })
public final class AccountCommand implements Callable<Integer> {
    @Option(
            names = "--noise-multiplier",
            required = true,
            paramLabel = "S",
            description = "the noise's standard deviation over the sensitivity; repeatable")
    private List<Double> noiseMultipliers;

    @Mixin private ReleaseOptions options;

    private final Surroundings surroundings;

    /** The command. */
    public AccountCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        PrivacyEvent event = options.event(noiseMultipliers);
        Accountant accountant = options.accountant();
        PrivacyBound bound = accountant.epsilon(event, options.delta());
        if (bound.value() == Double.POSITIVE_INFINITY) {
            throw new IllegalStateException(
                    "no epsilon can be shown: accountant="
                            + accountant.name()
                            + ", delta="
                            + options.delta());
        }
        if (options.json()) {
            surroundings.out().println(json(accountant, bound));
        } else {
            tell(event, accountant, bound);
        }
        return 0;
    }

    private ObjectNode json(Accountant accountant, PrivacyBound bound) {
        ObjectNode answer =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("epsilon", bound.value())
                        .put("delta", options.delta())
                        .put("accountant", accountant.name())
                        .put("adjacency", accountant.adjacency().key());
        bound.order().ifPresent(order -> answer.put("order", order));
        bound.warnings().forEach(answer.putArray("warnings")::add);
        return answer;
    }

    private void tell(PrivacyEvent event, Accountant accountant, PrivacyBound bound) {
        line("epsilon", described(accountant, bound));
        for (Accountant other : options.others(event)) {
            line("", described(other, other.epsilon(event, options.delta())));
        }
        line("delta", options.delta());
        line("adjacency", accountant.adjacency());
        bound.warnings().forEach(warning -> line("warning", warning));
    }

    private static String described(Accountant accountant, PrivacyBound bound) {
        String epsilon = Upwards.of(bound.value()) + " by " + accountant.name();
        return bound.order().isPresent()
                ? epsilon + ", order " + bound.order().getAsDouble()
                : epsilon;
    }

    private void line(String name, Object value) {
        surroundings.out().println(String.format(Locale.ROOT, "%-11s %s", name, value));
    }
}
