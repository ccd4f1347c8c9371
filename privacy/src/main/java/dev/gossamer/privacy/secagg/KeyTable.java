package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.VerifyingKey;

import java.util.List;

/**
 * The members' keys as one client has them.
 *
 * @param self the client
 * @param list all members
 * @param own the client's number
 */
record KeyTable(ClientSelf self, KeyList list, int own) {
    /** The long-term key of a member. */
    VerifyingKey signer(KeyAdvert advert) throws Refusal {
        return self.policy()
                .trust()
                .keyOf(advert.name(), advert.signer())
                .orElseThrow(
                        () ->
                                new Refusal(
                                        Fault.NOT_ON_ROSTER,
                                        "no key to verify with: name=" + advert.name(),
                                        List.of(advert.name())));
    }

    /** Refuses keys that their members did not sign for this session. */
    void requireSigned(int... members) throws Refusal {
        for (int member : members) {
            KeyAdvert advert = list.advert(member);
            if (member != own && !advert.isSignedBy(signer(advert), self.session())) {
                throw new Refusal(
                        Fault.BAD_SIGNATURE,
                        "keys are not signed by their member: name=" + advert.name(),
                        List.of(advert.name()));
            }
        }
    }
}
