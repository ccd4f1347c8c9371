package dev.gossamer.privacy.secagg;

import java.util.Optional;

/** The client has its shares and waits for what its owner trains. */
record AwaitInput(Holding holding) implements ClientPhase {
    @Override
    public Optional<MessageKind> expects() {
        return Optional.empty();
    }

    @Override
    public Next receive(byte[] message) throws Refusal {
        throw new Refusal(Fault.EARLY, "this client has not yet given its input");
    }

    /** The input under all masks; the input itself is left as it is. */
    byte[] mask(RingVector input) {
        Neighbourhood at = holding.at();
        Session session = at.session();
        SecAggParameters parameters = session.parameters();
        if (input.ring() != parameters.ring() || input.size() != parameters.words()) {
            throw new IllegalArgumentException(
                    "input is not of the session: ring="
                            + input.ring()
                            + ", words="
                            + input.size()
                            + ", expected="
                            + parameters.ring()
                            + " and "
                            + parameters.words());
        }
        RingVector masked = input.copy();
        masked.maskInPlace(
                PairSecrets.selfMaskSeed(session, at.view(), at.self().secrets().selfMask()));
        for (Peer peer : at.peers()) {
            if (!holding.sharers().contains(peer.number())) {
                continue;
            }
            byte[] seed = pairSeed(peer);
            if (at.own() < peer.number()) {
                masked.maskInPlace(seed);
            } else {
                masked.unmaskInPlace(seed);
            }
        }
        return new MaskedInput(masked).encode(session, at.view());
    }

    private byte[] pairSeed(Peer peer) {
        Neighbourhood at = holding.at();
        KeyAdvert own = at.self().advert();
        PairKey key = at.self().secrets().maskKey();
        boolean isLower = at.own() < peer.number();
        return PairSecrets.maskSeed(
                at.session(),
                at.view(),
                isLower ? own : peer.advert(),
                isLower ? peer.advert() : own,
                peer.maskPoint(),
                isLower
                        ? peer.maskKem()
                        : key.decapsulate(holding.maskCiphertexts().get(peer.number())));
    }

    /** The phase after {@code masked}, made before, has been sent. */
    Next sent(byte[] masked) {
        return new Next(new AwaitSurvivors(holding), Optional.of(masked));
    }
}
