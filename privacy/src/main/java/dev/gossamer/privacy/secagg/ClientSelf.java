package dev.gossamer.privacy.secagg;

/**
 * What a client is in one session, in all of its phases.
 *
 * @param session that it takes part in
 * @param member who it is
 * @param policy what it demands
 * @param secrets of this session
 * @param advert what it publishes
 */
record ClientSelf(
        Session session,
        Member member,
        ClientPolicy policy,
        ClientSecrets secrets,
        KeyAdvert advert) {
    /** A client whose secrets all come from {@code root}. */
    static ClientSelf of(Session session, Member member, ClientPolicy policy, byte[] root) {
        ClientSecrets secrets = new ClientSecrets(session, root);
        KeyAdvert advert = KeyAdvert.signed(session, member.name(), member.key(), secrets);
        return new ClientSelf(session, member, policy, secrets, advert);
    }
}
