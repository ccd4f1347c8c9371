package dev.gossamer.protocols.method;

/**
 * A method whose server needs each update by itself: they are kept until the round closes, and
 * cannot be masked.
 */
public non-sealed interface CollectMethod extends ExchangeMethod {
    /** The factors that come out of a round are new ones, unless a method says otherwise. */
    @Override
    default boolean commonCoordinates() {
        return false;
    }

    /** What a round comes to. */
    Combined combine(Collected round);
}
