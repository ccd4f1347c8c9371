package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterState;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A federated LoRA method: what a client sends after training, and what the server makes of the
 * mean.
 *
 * <p>Open: a provider on the class path, registered for {@link ServiceLoader}, adds a method
 * without any change here. Providers are stateless and deterministic.
 */
public interface ExchangeMethod {
    /** The name in a run file's {@code adapter.method}. */
    String name();

    /** The change from {@code start} to {@code trained} that a client sends, in layout order. */
    float[] update(AdapterState start, AdapterState trained);

    /**
     * The adapter after a round.
     *
     * @param step the server optimiser's step, in layout order
     */
    AdapterState next(AdapterState current, double[] step);

    /**
     * The method called {@code name}.
     *
     * @throws IllegalArgumentException naming those that there are, if there is none
     */
    static ExchangeMethod named(String name) {
        List<String> known = new ArrayList<>();
        for (ExchangeMethod method : ServiceLoader.load(ExchangeMethod.class)) {
            if (method.name().equals(name)) {
                return method;
            }
            known.add(method.name());
        }
        known.sort(null);
        throw new IllegalArgumentException(
                "unknown method: key=adapter.method, value=" + name + ", available=" + known);
    }
}
