package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.Roster;
import dev.gossamer.privacy.identity.SigningKey;

/**
 * Who takes part: a name and the long-term key that signs for it.
 *
 * @param name as on the roster
 * @param key private
 */
public record Member(String name, SigningKey key) {
    /** A member with a name of the roster's form. */
    public Member {
        Roster.requireName(name);
    }
}
