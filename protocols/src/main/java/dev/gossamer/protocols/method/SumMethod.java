package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;

/**
 * A method whose server needs the weighted mean of the updates alone: they are added in the integer
 * ring and none is kept, whoever masks them.
 */
public non-sealed interface SumMethod extends ExchangeMethod {
    @Override
    default boolean commonCoordinates() {
        return true;
    }

    /**
     * What a client's update counts for.
     *
     * @param trained the client's adapter after training
     * @param weight by the run's rule, at least 1
     */
    default int weight(AdapterState trained, int weight) {
        return weight;
    }

    /**
     * A client's update in the server's coordinates, where the client's rank is its own.
     *
     * @param part the slices of the server's adapter that are trained in the round
     */
    default AdapterValues aligned(AdapterValues update, AdapterLayout part) {
        if (!update.layout().equals(part)) {
            throw new IllegalArgumentException(
                    "update has another layout: values="
                            + update.layout().size()
                            + ", expected="
                            + part.size());
        }
        return update;
    }

    /**
     * The change that the mean of a round asks for, the negative of a gradient to the server's
     * optimiser. Asked for some values of a slice at a time, in a layout of one row, so that a
     * server never holds all of them in double precision.
     *
     * @param mean of the aligned updates, weights summing to one over those who reported
     */
    default AdapterValues change(AdapterValues current, AdapterValues mean) {
        return mean;
    }

    /** The adapter after a round, given the optimiser's step; asked as {@link #change} is. */
    default AdapterValues next(AdapterValues current, AdapterValues step) {
        return current.plus(step);
    }
}
