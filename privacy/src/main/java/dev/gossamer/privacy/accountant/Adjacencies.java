package dev.gossamer.privacy.accountant;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Sets of adjacencies. */
final class Adjacencies {
    private Adjacencies() {}

    /** Those that all events know. */
    static Set<Adjacency> common(List<? extends PrivacyEvent> events) {
        Set<Adjacency> common = EnumSet.allOf(Adjacency.class);
        events.forEach(event -> common.retainAll(event.adjacencies()));
        return common;
    }

    /** All but one of them. */
    static Set<Adjacency> without(Set<Adjacency> all, Adjacency one) {
        Set<Adjacency> rest = EnumSet.noneOf(Adjacency.class);
        rest.addAll(all);
        rest.remove(one);
        return rest;
    }
}
