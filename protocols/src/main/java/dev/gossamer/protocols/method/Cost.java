package dev.gossamer.protocols.method;

/**
 * The values that travel between the server and one client.
 *
 * @param up of adapter and head, in one round
 * @param down of adapter and head, in one round
 * @param residual of changes of the base, down, in one round
 * @param oneOff down, once in a run
 */
public record Cost(long up, long down, long residual, long oneOff) {
    /** As much down as up, and nothing else. */
    public static Cost symmetric(long values) {
        return new Cost(values, values, 0, 0);
    }
}
