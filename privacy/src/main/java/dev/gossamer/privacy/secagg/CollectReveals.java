package dev.gossamer.privacy.secagg;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Contributions to the joint randomness are collected; all of them are needed. */
final class CollectReveals implements ServerPhase {
    private final Roll roll;
    private final List<KeyAdvert> contributors = new ArrayList<>();
    private final SortedMap<String, Reveal> reveals = new TreeMap<>();

    CollectReveals(Roll roll) {
        this.roll = roll;
        List<KeyAdvert> adverts = roll.inOrder();
        int[] chosen =
                SharingGraph.contributors(
                        roll.session().parameters(), adverts.size(), roll.list().view());
        for (int contributor : chosen) {
            contributors.add(adverts.get(contributor));
        }
    }

    @Override
    public MessageKind collects() {
        return MessageKind.REVEAL;
    }

    @Override
    public void accept(String name, byte[] message) throws Refusal {
        KeyAdvert advert =
                contributors.stream()
                        .filter(contributor -> contributor.name().equals(name))
                        .findAny()
                        .orElseThrow(() -> Standing.unknown(name));
        Reveal reveal = Reveal.decode(roll.session(), roll.list().view(), message);
        reveal.requireCommitted(roll.session(), advert);
        reveals.put(name, reveal);
    }

    @Override
    public boolean isComplete() {
        return reveals.size() == contributors.size();
    }

    @Override
    public Closed close() throws Refusal {
        if (!isComplete()) {
            List<String> missing =
                    contributors.stream()
                            .map(KeyAdvert::name)
                            .filter(name -> !reveals.containsKey(name))
                            .toList();
            throw new Refusal(
                    Fault.NO_REVEAL,
                    "contributors did not reveal, another attempt has to do without them: names="
                            + missing,
                    missing);
        }
        List<Reveal> all = new ArrayList<>(reveals.values());
        Sha256 view = roll.list().view();
        byte[] message = new RevealList(all).encode(roll.session(), view);
        Standing at = roll.standing(RevealList.seed(roll.session(), view, all));
        return new Closed.Next(new CollectShares(at), roll.toAll(message));
    }
}
