package dev.gossamer.protocols.node;

import java.time.Duration;

/** Timers that fire on the node's own thread. */
public interface Scheduler {
    /** Runs {@code action} once, {@code delay} from now. */
    Timer after(Duration delay, Runnable action);

    /** A timer that has been set. */
    interface Timer {
        /** Makes the timer not fire, if it has not yet. */
        void cancel();
    }
}
