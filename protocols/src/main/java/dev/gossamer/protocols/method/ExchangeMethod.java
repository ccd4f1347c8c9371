package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.RunFile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A federated LoRA method: what a client receives, trains and returns, what the server makes of it,
 * and what it costs.
 *
 * <p>A method is a {@link SumMethod}, whose server needs the weighted mean of the updates alone, or
 * a {@link CollectMethod}, whose server needs each of them. Both are open: a provider on the class
 * path, registered for {@link ServiceLoader} under this interface, adds a method without any change
 * here. Providers are stateless and deterministic: all functions are pure. Rounds are counted from
 * 0.
 */
public sealed interface ExchangeMethod permits SumMethod, CollectMethod {
    /** The name in a run file's {@code adapter.method}. */
    String name();

    /** Other names that people use for it. */
    default Set<String> aliases() {
        return Set.of();
    }

    /**
     * This method with settings of its own.
     *
     * @throws IllegalArgumentException if it has no such setting, or the value is out of range
     */
    default ExchangeMethod with(MethodOptions options) {
        options.requireKnown(name(), Set.of());
        return this;
    }

    /** What a client trains in {@code round} and returns; the rest of the adapter is frozen. */
    Set<Factor> trained(int round);

    /** What a client that took part in the last round has to be sent for {@code round}. */
    default Set<Factor> received(int round) {
        return trained(round);
    }

    /** Whether it gives reports a weight of its own, whatever the run's rule. */
    default boolean weighs() {
        return false;
    }

    /** Whether clients may have ranks of their own, up to the server's. */
    default boolean mixedRanks() {
        return false;
    }

    /** Whether a factor means the same from round to round, so that its moments do too. */
    boolean commonCoordinates();

    /**
     * Whether a client's updates of successive rounds add up, so that what one leaves out can be
     * sent with a later one: they are changes, of coordinates that stay.
     */
    default boolean accumulates() {
        return commonCoordinates();
    }

    /** Whether the next adapter, with what is added to the base, is the mean of what was learnt. */
    boolean exact();

    /** Whether rounds leave residuals, which all add to their base. */
    default boolean changesBase() {
        return false;
    }

    /**
     * This method at the densities that a run's messages have, where it has any.
     *
     * @throws IllegalArgumentException if they make no sense for it
     */
    default ExchangeMethod at(double uploadDensity, double downloadDensity) {
        return this;
    }

    /**
     * What a client knows of the adapter of {@code round} before it is sent any of it.
     *
     * @param last that it had; of round 0, anything of the right layout
     */
    default AdapterState foreseen(AdapterState last, long seed, int round) {
        return round == 0 && !hasBasis()
                ? FreshFactors.drawn(AdapterValues.of(last), seed, 0).state()
                : last;
    }

    /** Whether clients are sent a part of the adapter alone, and take the rest for zero. */
    default boolean masks() {
        return false;
    }

    /** What clients train from and are scored with, of the adapter that the server holds. */
    default AdapterState published(AdapterState global) {
        return global;
    }

    /**
     * What a client of {@code rank} trains from.
     *
     * @param published of the server's rank
     */
    default AdapterState start(AdapterState published, int rank) {
        AdapterLayout own = startLayout(published.layout(), rank);
        return own.equals(published.layout()) ? published : Ranks.leading(published, rank);
    }

    /**
     * The layout of what a client of {@code rank} trains from.
     *
     * @param published of the server's rank
     * @throws IllegalArgumentException if the method has one rank for all, and it is another
     */
    default AdapterLayout startLayout(AdapterLayout published, int rank) {
        if (rank == Ranks.of(published)) {
            return published;
        }
        if (!mixedRanks()) {
            throw new IllegalArgumentException(
                    "method has one rank for all clients: method="
                            + name()
                            + ", rank="
                            + rank
                            + ", bound="
                            + Ranks.of(published));
        }
        return Ranks.layout(published, rank);
    }

    /**
     * What a client sends in {@code round}: the change of what it trained, in layout order.
     *
     * @param start what it trained from
     */
    default AdapterState update(int round, AdapterState start, AdapterState trained) {
        AdapterLayout part = start.layout().only(trained(round));
        float[] change = trained.only(part).values().clone();
        float[] before = start.only(part).values();
        for (int i = 0; i < change.length; i++) {
            change[i] -= before[i];
        }
        return new AdapterState(part, change);
    }

    /** What a client has trained, of the update that it sent. */
    default AdapterValues trained(AdapterValues start, AdapterValues update) {
        return start.plus(update);
    }

    /** The values that travel in {@code round}, of one client. */
    Cost cost(Setting setting, int round);

    /** Every method on the class path, by name. */
    static List<ExchangeMethod> all() {
        List<ExchangeMethod> methods = new ArrayList<>();
        ServiceLoader.load(ExchangeMethod.class).forEach(methods::add);
        methods.sort((one, other) -> one.name().compareTo(other.name()));
        return methods;
    }

    /**
     * The method called {@code name}.
     *
     * @throws IllegalArgumentException naming those that there are, if there is none
     */
    static ExchangeMethod named(String name) {
        List<ExchangeMethod> known = all();
        return find(known, name).orElseThrow(() -> refused("unknown method", name, known));
    }

    /**
     * The method of {@code run}, with its options and at the run's densities.
     *
     * @throws IllegalArgumentException if there is none, or an option, the basis, what is promised
     *     or the uploads' error feedback does not fit it
     */
    static ExchangeMethod of(RunFile run) {
        ExchangeMethod method =
                named(run.adapter().method())
                        .with(new MethodOptions(run.adapter().options()))
                        .at(run.exchange().upload().density(), run.exchange().download().density());
        BasisFit.require(run, method.hasBasis());
        PrivacyFit.require(run);
        CodecPlan.Feedback feedback = run.exchange().upload().feedback();
        if (feedback != CodecPlan.Feedback.NONE) {
            requireAccumulates(method, feedback, run.rounds().count());
        }
        return method;
    }

    private static void requireAccumulates(
            ExchangeMethod method, CodecPlan.Feedback feedback, int rounds) {
        Set<Factor> first = method.trained(0);
        boolean alternates =
                IntStream.range(1, rounds).anyMatch(round -> !method.trained(round).equals(first));
        if (!method.accumulates() || alternates) {
            String why =
                    alternates
                            ? "rounds of this method train other factors than those before"
                            : "updates of this method do not add up over rounds";
            throw new IllegalArgumentException(
                    why
                            + ", so that nothing can be carried over: key=exchange.upload.feedback,"
                            + " value="
                            + feedback.key()
                            + ", method="
                            + method.name()
                            + ", available=[none]");
        }
    }

    private static <M extends ExchangeMethod> Optional<M> find(List<M> methods, String name) {
        return methods.stream()
                .filter(method -> method.name().equals(name) || method.aliases().contains(name))
                .findFirst();
    }

    private static IllegalArgumentException refused(
            String problem, String name, List<? extends ExchangeMethod> available) {
        return new IllegalArgumentException(
                problem
                        + ": key=adapter.method, value="
                        + name
                        + ", available="
                        + available.stream().map(ExchangeMethod::name).toList());
    }

    /** Whether clients train R between the frozen factors of a basis. */
    default boolean hasBasis() {
        return trained(0).contains(Factor.R);
    }
}
