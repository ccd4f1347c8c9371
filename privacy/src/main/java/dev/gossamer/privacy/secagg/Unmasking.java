package dev.gossamer.privacy.secagg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Opens one sum: recovers of each survivor the seed of its self mask and of each dropped member the
 * seed of its mask key, checks both against what was published, and takes the masks away.
 */
final class Unmasking {
    private final Survived survived;
    private final Standing at;
    private final int component;
    private final Map<Integer, UnmaskShares> answers;
    private final Set<Integer> liars;
    private final Shamir.Recovery recovery;

    /**
     * The opening of one component's sum.
     *
     * @param answers of holders, by number
     * @param liars to which those are added whose shares miss the others' polynomial
     */
    Unmasking(
            Survived survived,
            int component,
            Map<Integer, UnmaskShares> answers,
            Set<Integer> liars) {
        this.survived = survived;
        this.component = component;
        this.answers = answers;
        this.liars = liars;
        at = survived.at();
        recovery = new Shamir.Recovery(at.graph().threshold(component));
    }

    /** The sum without masks, in place; nothing is opened unless every secret is there. */
    RingVector open() throws Refusal {
        int[] sharers = survived.shared().sharers().among(at.graph().membersOf(component));
        List<byte[]> secrets = new ArrayList<>();
        for (int dealer : sharers) {
            secrets.add(recover(dealer));
        }
        RingVector sum = survived.sums()[component];
        for (int i = 0; i < sharers.length; i++) {
            if (survived.survivors().contains(sharers[i])) {
                sum.unmaskInPlace(
                        PairSecrets.selfMaskSeed(at.session(), at.view(), secrets.get(i)));
            } else {
                removePairMasks(sharers[i], secrets.get(i), sum);
            }
        }
        return sum;
    }

    private byte[] recover(int dealer) throws Refusal {
        List<Shamir.Share> shares = new ArrayList<>();
        for (int holder : survived.survivors().among(at.graph().holders(dealer))) {
            shareOf(holder, dealer)
                    .ifPresent(
                            value ->
                                    shares.add(
                                            new Shamir.Share(Sharing.shareNumber(holder), value)));
        }
        Set<Integer> suspects = new HashSet<>();
        liars.forEach(liar -> suspects.add(Sharing.shareNumber(liar)));
        try {
            Shamir.Recovered recovered = recovery.combine(shares, suspects, fits(dealer));
            recovered.liars().forEach(number -> liars.add(number - 1));
            return recovered.secret();
        } catch (Refusal e) {
            throw new Refusal(
                    e.fault(),
                    e.getMessage() + ": dealer=" + at.name(dealer),
                    isDealersFault(dealer, e) ? List.of(at.name(dealer)) : List.of());
        }
    }

    /**
     * With enough holders answering, what is missing was never dealt so that it could be opened.
     */
    private boolean isDealersFault(int dealer, Refusal refusal) {
        int[] holders = survived.survivors().among(at.graph().holders(dealer));
        long answering = Arrays.stream(holders).filter(answers::containsKey).count();
        return refusal.fault() != Fault.TOO_FEW_SHARES
                || answering >= at.graph().threshold(component);
    }

    private Optional<byte[]> shareOf(int holder, int dealer) {
        int place = Arrays.binarySearch(survived.shared().dealersOf(holder), dealer);
        return Optional.ofNullable(answers.get(holder))
                .flatMap(answer -> answer.shares().get(place));
    }

    private Predicate<byte[]> fits(int dealer) {
        KeyAdvert advert = at.adverts().get(dealer);
        if (survived.survivors().contains(dealer)) {
            return secret ->
                    KeyAdvert.commitment("self-mask", at.session(), advert.name(), secret)
                            .equals(advert.selfMaskCommitment());
        }
        Agreement agreement = at.session().parameters().agreement();
        return secret -> PairKey.of(agreement, secret).isPublishedAs(advert.maskKey());
    }

    /** Takes away what survivors masked with for a member that dropped out. */
    private void removePairMasks(int dropped, byte[] seed, RingVector sum) throws Refusal {
        PairKey key = PairKey.of(at.session().parameters().agreement(), seed);
        for (int survivor : survived.survivors().among(at.graph().neighbours(dropped))) {
            byte[] pair = pairSeed(dropped, key, survivor);
            if (survivor < dropped) {
                sum.unmaskInPlace(pair);
            } else {
                sum.maskInPlace(pair);
            }
        }
    }

    private byte[] pairSeed(int dropped, PairKey key, int survivor) throws Refusal {
        KeyAdvert own = at.adverts().get(dropped);
        KeyAdvert other = at.adverts().get(survivor);
        boolean isLower = dropped < survivor;
        PairKey.Encapsulation kem =
                isLower
                        ? key.encapsulate(other.maskKey())
                        : key.decapsulate(
                                survived.shared().box(survivor, dropped).maskCiphertext());
        return PairSecrets.maskSeed(
                at.session(),
                at.view(),
                isLower ? own : other,
                isLower ? other : own,
                key.point(other.maskKey()),
                kem);
    }
}
