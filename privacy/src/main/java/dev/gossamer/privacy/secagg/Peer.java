package dev.gossamer.privacy.secagg;

/**
 * A neighbour, as one client sees it.
 *
 * @param number of the neighbour
 * @param advert its keys
 * @param channelPoint what X25519 gives for the two channel keys
 * @param maskPoint what X25519 gives for the two mask keys
 * @param maskKem what the KEM gives for the pair's mask where the client is the lower of the two
 */
@SuppressWarnings("ArrayRecordComponent") // a place in a session, never compared
record Peer(
        int number,
        KeyAdvert advert,
        byte[] channelPoint,
        byte[] maskPoint,
        PairKey.Encapsulation maskKem) {}
