package dev.gossamer.privacy.secagg;

import java.util.Map;
import java.util.Optional;

/**
 * What a client holds of others once all have shared.
 *
 * @param at where it stands
 * @param sharers all who shared
 * @param held by dealer, itself among them; empty where a box could not be opened
 * @param maskCiphertexts by dealer, for the pair's mask in hybrid sessions
 */
record Holding(
        Neighbourhood at,
        MemberSet sharers,
        Map<Integer, Optional<ShareBox.Shares>> held,
        Map<Integer, byte[]> maskCiphertexts) {}
