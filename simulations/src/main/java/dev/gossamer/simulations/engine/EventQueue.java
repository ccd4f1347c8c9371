package dev.gossamer.simulations.engine;

import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** Events ordered by (time, sequence): two that fall on one instant happen in order of entry. */
final class EventQueue {
    /** An event that has not happened yet. */
    static final class Event implements Comparable<Event> {
        private final long nanos;
        private final long sequence;
        private final Runnable action;
        private boolean cancelled;

        private Event(long nanos, long sequence, Runnable action) {
            this.nanos = nanos;
            this.sequence = sequence;
            this.action = action;
        }

        void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(sequence);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos;
    private long entered;
    private long happened;

    long nowNanos() {
        return nowNanos;
    }

    Event after(long delayNanos, Runnable action) {
        if (delayNanos < 0) {
            throw new IllegalArgumentException(
                    "an event cannot lie in the past: delayNanos=" + delayNanos);
        }
        Event event = new Event(Math.addExact(nowNanos, delayNanos), entered++, action);
        events.add(event);
        return event;
    }

    /**
     * Lets events happen until {@code done} or none is left.
     *
     * @throws IllegalStateException after {@code bound} events, so that no run goes on for ever
     */
    void run(BooleanSupplier done, long bound) {
        long last = happened + bound;
        while (!done.getAsBoolean() && !events.isEmpty()) {
            Event event = events.poll();
            if (event.cancelled) {
                continue;
            }
            if (happened == last) {
                throw new IllegalStateException(
                        "too many events: event=" + happened + ", bound=" + bound);
            }
            happened++;
            nowNanos = event.nanos;
            event.action.run();
        }
    }
}
