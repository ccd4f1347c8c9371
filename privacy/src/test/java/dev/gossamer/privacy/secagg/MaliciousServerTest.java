package dev.gossamer.privacy.secagg;

import static dev.gossamer.privacy.secagg.Refusals.add;
import static dev.gossamer.privacy.secagg.Refusals.refused;
import static dev.gossamer.privacy.secagg.Refusals.without;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.identity.RosterTrust;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Real clients before a server that speaks bytes of its own making. Eight members, two of them
 * real, the others the server's; threshold 7 of 8 with 5 colluders, or 5 with none.
 */
class MaliciousServerTest {
    private static final String SUSPECT = Cohort.name(5);

    private final WireServer server = new WireServer(8, 5, 0);
    private final SecAggClient client;
    private final SecAggClient other;

    MaliciousServerTest() throws Refusal {
        client = server.client(0);
        other = server.client(1);
    }

    /** A list with one advert replaced. */
    private byte[] listWith(String name, byte[] advert) {
        SortedMap<String, byte[]> adverts = server.adverts(client, other);
        adverts.put(name, advert);
        return new WireView(server.session, adverts).keyList();
    }

    private byte[] listWithKeys(byte[] channelKey, byte[] maskKey) {
        WireMember suspect = server.own.get(SUSPECT);
        return listWith(SUSPECT, suspect.advert(server.session, channelKey, maskKey));
    }

    /** Both clients up to their packages. */
    private final class Shared {
        final WireView view = new WireView(server.session, server.adverts(client, other));
        final Map<String, byte[]> packages = new TreeMap<>();
        final List<String> all = view.names();

        Shared() {
            packages.put(client.name(), WireServer.answer(client.receive(view.keyList())));
            packages.put(other.name(), WireServer.answer(other.receive(view.keyList())));
        }

        byte[] delivery(List<String> sharers, SecAggClient to) {
            return view.delivery(
                    view.set(sharers), server.boxes(view, packages, sharers, to.name()));
        }

        /** The client's masked input, after all or some shared. */
        int[] masked(SecAggClient from, List<String> sharers) {
            ClientStep step = from.receive(delivery(sharers, from));
            assertInstanceOf(ClientStep.Advanced.class, step, step::toString);
            return WireView.words(WireServer.answer(from.give(RingVector.of(WireServer.INPUT))));
        }

        /** Votes of the server's own and of one client that saw the same. */
        SortedMap<Integer, byte[]> votes(
                List<String> sharers, List<String> survivors, SecAggClient voter) {
            SortedMap<Integer, byte[]> votes = server.votes(view, sharers, survivors);
            byte[] vote = WireServer.answer(voter.receive(view.survivors(view.set(survivors))));
            votes.put(view.number(voter.name()), WireView.behindSeed(vote));
            return votes;
        }
    }

    @Test
    void session_ofDocumentedFields_hasTheClientsDigest() {
        assertEquals(HexFormat.of().formatHex(server.session), server.context.digest().toString());
    }

    /** Two implementations, one sum: member 6 drops out before its input. */
    @Test
    void honestSession_withAnotherImplementation_opensThePlainSum() {
        Shared at = new Shared();
        List<String> survivors = without(at.all, 6);
        int[] sum = new int[WireServer.WORDS];
        for (SecAggClient each : List.of(client, other)) {
            add(sum, at.masked(each, at.all));
        }
        for (String name : without(survivors, 0, 1)) {
            add(sum, server.own.get(name).masked(at.view, at.all, WireServer.INPUT));
        }

        SortedMap<Integer, byte[]> votes = at.votes(at.all, survivors, client);
        byte[] shares = WireServer.answer(client.receive(at.view.votes(votes)));

        assertEquals(66 + 8 * 34, shares.length);
        openBoth(at, sum);
        for (String name : without(survivors, 0, 1)) {
            WireMember member = server.own.get(name);
            WireMember.addMask(sum, WireMember.selfMaskSeed(at.view, member.selfMask), -1);
        }
        WireMember dropped = server.own.get(Cohort.name(6));
        for (String name : survivors) {
            int sign = at.view.number(name) < 6 ? 1 : -1;
            WireMember.addMask(sum, dropped.pairSeed(at.view, name), -sign);
        }
        int[] plain = new int[WireServer.WORDS];
        survivors.forEach(_ -> add(plain, WireServer.INPUT));
        assertArrayEquals(plain, sum);
    }

    /** Takes off the clients' self masks, from the shares that the server's own members hold. */
    private void openBoth(Shared at, int[] sum) {
        for (SecAggClient each : List.of(client, other)) {
            int[] xs = new int[5];
            byte[][] shares = new byte[5][];
            for (int i = 0; i < 5; i++) {
                String holder = Cohort.name(2 + i);
                byte[] box = server.box(at.view, at.packages, each.name(), holder);
                byte[] opened = server.own.get(holder).open(at.view, each.name(), box);
                xs[i] = 3 + i;
                shares[i] = JdkCrypto.part(opened, 33, 33);
            }
            byte[] selfMask = WireMember.combine(xs, shares);
            WireMember.addMask(sum, WireMember.selfMaskSeed(at.view, selfMask), -1);
        }
    }

    /** Of each dealer one share, and the right one: never both, since there is no room for both. */
    @Test
    void unmasking_givesOfEachDealerTheOneShareItsStateCallsFor() {
        Shared at = new Shared();
        List<String> survivors = without(at.all, 6, 7);
        at.masked(client, at.all);
        SortedMap<Integer, byte[]> votes = at.votes(at.all, survivors, client);

        byte[] shares =
                WireView.behindSeed(WireServer.answer(client.receive(at.view.votes(votes))));

        for (int dealer = 2; dealer < 8; dealer++) {
            WireMember member = server.own.get(Cohort.name(dealer));
            byte[] sent = JdkCrypto.part(shares, 34 * dealer, 34);
            byte[] expected = dealer < 6 ? member.selfMaskShare(0) : member.maskKeyShare(0);
            assertEquals(1, sent[0]);
            assertArrayEquals(expected, JdkCrypto.part(sent, 1, 33), "dealer=" + dealer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void keys_ofLowOrder_areRefusedAndTheirMemberIsNamed(String hex) {
        byte[] weak = HexFormat.of().parseHex(hex);
        WireMember suspect = server.own.get(SUSPECT);

        for (byte[] list :
                List.of(
                        listWithKeys(weak, suspect.maskKey()),
                        listWithKeys(suspect.channelKey(), weak))) {
            ClientStep.Refused refused = refused(Fault.WEAK_KEY, client.receive(list));
            assertEquals(List.of(SUSPECT), refused.culprits());
        }
    }

    /**
     * The client's own keys and a peer's, under another name; also with the bit that X25519
     * ignores.
     */
    @Test
    void keys_reflectedOrThereTwice_areRefused() {
        byte[] own = server.adverts(client, other).get(client.name());
        byte[] peers = server.own.get(Cohort.name(3)).maskKey();
        byte[] mask = server.own.get(SUSPECT).maskKey();
        byte[] channel = server.own.get(SUSPECT).channelKey();

        for (byte[] copied :
                List.of(WireMember.field(own, 1), WireMember.field(own, 2), peers, mask)) {
            refused(Fault.DUPLICATE_KEY, client.receive(listWithKeys(copied, mask)));
        }
        refused(Fault.DUPLICATE_KEY, client.receive(listWithKeys(channel, peers)));
        byte[] disguised = peers.clone();
        disguised[31] |= (byte) 0x80;
        refused(Fault.WEAK_KEY, client.receive(listWithKeys(channel, disguised)));
    }

    @Test
    void keys_withAnySignedByteChanged_areRefusedAndTheirMemberIsNamed() {
        byte[] advert = server.own.get(SUSPECT).advert(server.session);

        for (int i = 1 + SUSPECT.length() + 32; i < advert.length; i += 7) {
            byte[] changed = advert.clone();
            changed[i] ^= 1;
            ClientStep.Refused refused =
                    refused(Fault.BAD_SIGNATURE, client.receive(listWith(SUSPECT, changed)));
            assertEquals(List.of(SUSPECT), refused.culprits());
        }
    }

    @Test
    void keys_signedForAnotherSession_areRefused() {
        byte[] elsewhere = server.session.clone();
        elsewhere[0] ^= 1;
        byte[] replayed = server.own.get(SUSPECT).advert(elsewhere);

        refused(Fault.BAD_SIGNATURE, client.receive(listWith(SUSPECT, replayed)));
    }

    @Test
    void rosterKey_swapped_isRefused() {
        WireMember impostor = new WireMember(SUSPECT, 999, 5);

        ClientStep.Refused refused =
                refused(
                        Fault.NOT_ON_ROSTER,
                        client.receive(listWith(SUSPECT, impostor.advert(server.session))));

        assertEquals(List.of(SUSPECT), refused.culprits());
    }

    /**
     * The same list is taken where no roster is pinned, which is why nothing more is claimed there.
     */
    @Test
    void rosterKey_swapped_isTakenByAnHonestButCuriousClient() throws Refusal {
        SecAggClient trusting =
                server.client(0, new ClientPolicy(3, new RosterTrust.HonestButCurious()));
        WireMember impostor = new WireMember(SUSPECT, 999, 5);
        SortedMap<String, byte[]> adverts = server.adverts(trusting, other);
        adverts.put(SUSPECT, impostor.advert(server.session));

        byte[] list = new WireView(server.session, adverts).keyList();

        assertInstanceOf(ClientStep.Advanced.class, trusting.receive(list));
    }

    @Test
    void sybils_whoAreNotOnTheRoster_areRefused() {
        SortedMap<String, byte[]> adverts = new TreeMap<>();
        adverts.put(client.name(), server.adverts(client).get(client.name()));
        for (int i = 0; i < 6; i++) {
            WireMember sybil = new WireMember("sybil-" + i, 7000L + 10L * i, 5);
            adverts.put(sybil.name, sybil.advert(server.session));
        }

        refused(
                Fault.NOT_ON_ROSTER,
                client.receive(new WireView(server.session, adverts).keyList()));
    }

    @Test
    void cohort_belowTheClientsOwnMinimum_isRefused() throws Refusal {
        SortedMap<String, byte[]> alone = new TreeMap<>();
        alone.put(client.name(), server.adverts(client).get(client.name()));
        SecAggClient demanding = server.client(0, new ClientPolicy(9, server.trust));

        refused(
                Fault.TOO_FEW_MEMBERS,
                client.receive(new WireView(server.session, alone).keyList()));
        refused(
                Fault.TOO_FEW_MEMBERS,
                demanding.receive(
                        new WireView(server.session, server.adverts(demanding, other)).keyList()));
    }

    @Test
    void list_withoutTheClientsOwnKeysAsSent_isRefused() {
        SortedMap<String, byte[]> without = server.adverts(client, other);
        without.remove(client.name());
        byte[] own = server.adverts(client, other).get(client.name());
        own[own.length - 1] ^= 1;

        refused(Fault.OWN_ENTRY, client.receive(new WireView(server.session, without).keyList()));
        refused(Fault.OWN_ENTRY, client.receive(listWith(client.name(), own)));
    }

    @Test
    void list_ofAnotherContext_isRefused() {
        byte[] elsewhere = server.session.clone();
        elsewhere[5] ^= 1;

        refused(
                Fault.WRONG_SESSION,
                client.receive(new WireView(elsewhere, server.adverts(client, other)).keyList()));
    }

    @Test
    void secondListOfKeys_isRefusedAndTheFirstIsAnsweredAgain() {
        Shared at = new Shared();
        byte[] changed = new WireView(server.session, server.adverts(client)).keyList();

        refused(Fault.CONFLICT, client.receive(changed));

        ClientStep again = client.receive(at.view.keyList());
        assertArrayEquals(
                at.packages.get(client.name()),
                assertInstanceOf(ClientStep.Repeated.class, again).answer().orElseThrow());
    }

    /** Shares corrupted, swapped, or sealed for another view are withheld, whoever's they are. */
    @Test
    void shares_corruptedSwappedOrReplayed_areWithheldAndTheSessionGoesOn() {
        Shared at = new Shared();
        byte[][] boxes = server.boxes(at.view, at.packages, at.all, client.name());
        boxes[1][0] ^= 1;
        byte[] swapped = boxes[2];
        boxes[2] = boxes[3];
        boxes[3] = swapped;
        SortedMap<String, byte[]> fewer = server.adverts(client, other);
        fewer.remove(SUSPECT);
        WireView elsewhere = new WireView(server.session, fewer);
        boxes[5] = server.own.get(Cohort.name(6)).box(elsewhere, client.name());
        byte[] high = new byte[66];
        Arrays.fill(high, (byte) 0xff);
        boxes[6] = server.own.get(Cohort.name(7)).sealed(at.view, client.name(), high);

        assertInstanceOf(
                ClientStep.Advanced.class,
                client.receive(at.view.delivery(at.view.set(at.all), boxes)));
        client.give(RingVector.of(WireServer.INPUT));
        SortedMap<Integer, byte[]> votes = at.votes(at.all, at.all, client);
        byte[] shares =
                WireView.behindSeed(WireServer.answer(client.receive(at.view.votes(votes))));

        int[] present = new int[8];
        for (int dealer = 0; dealer < 8; dealer++) {
            present[dealer] = shares[34 * dealer];
        }
        // dealers 2, 3, 4, 6 and 7 dealt what cannot be opened; nothing but zeros is sent of them
        assertArrayEquals(new int[] {1, 1, 0, 0, 0, 1, 0, 0}, present);
        assertArrayEquals(new byte[34], JdkCrypto.part(shares, 34 * 3, 34));
    }

    @Test
    void sharers_withoutTheClientTooFewOrTooMany_areRefused() {
        Shared at = new Shared();
        List<String> few = List.of(client.name(), other.name(), SUSPECT, Cohort.name(6));

        refused(Fault.OWN_ENTRY, client.receive(at.delivery(without(at.all, 0), client)));
        refused(Fault.TOO_FEW_MEMBERS, client.receive(at.delivery(few, client)));
        byte[] outside = {(byte) 0xff, 1};
        refused(
                Fault.MALFORMED,
                client.receive(
                        at.view.delivery(
                                outside,
                                server.boxes(at.view, at.packages, at.all, client.name()))));
        assertFalse(client.wantsInput());
    }

    @Test
    void survivors_whoHadNotSharedWithoutTheClientOrTooFew_areRefused() {
        Shared at = new Shared();
        List<String> sharers = without(at.all, 7);
        at.masked(client, sharers);

        refused(Fault.NOT_A_SUBSET, client.receive(at.view.survivors(at.view.set(at.all))));
        refused(
                Fault.OWN_ENTRY,
                client.receive(at.view.survivors(at.view.set(without(sharers, 0)))));
        refused(
                Fault.TOO_FEW_MEMBERS,
                client.receive(at.view.survivors(at.view.set(without(sharers, 4, 5, 6)))));
    }

    @Test
    void secondSetOfSurvivors_isRefusedAndTheFirstIsAnsweredAgain() {
        Shared at = new Shared();
        at.masked(client, at.all);
        byte[] first = at.view.survivors(at.view.set(without(at.all, 6)));
        byte[] vote = WireServer.answer(client.receive(first));

        refused(Fault.CONFLICT, client.receive(at.view.survivors(at.view.set(without(at.all, 7)))));

        ClientStep again = client.receive(first);
        assertArrayEquals(
                vote, assertInstanceOf(ClientStep.Repeated.class, again).answer().orElseThrow());
    }

    /**
     * Two clients are shown two sets. Six colluders sign both, but with the threshold for five
     * colluders (7 of 8) and one honest signature on each, neither finds a quorum.
     */
    @Test
    void twoSetsOfSurvivors_findNoQuorumForEither() throws Refusal {
        WireServer split = new WireServer(8, 7, 5);
        SecAggClient one = split.client(0);
        SecAggClient two = split.client(1);
        WireView view = new WireView(split.session, split.adverts(one, two));
        Map<String, byte[]> packages = new TreeMap<>();
        for (SecAggClient each : List.of(one, two)) {
            packages.put(each.name(), WireServer.answer(each.receive(view.keyList())));
        }
        List<String> all = view.names();
        List<List<String>> sets = List.of(without(all, 6), without(all, 7));
        List<SecAggClient> clients = List.of(one, two);
        for (int i = 0; i < 2; i++) {
            SecAggClient each = clients.get(i);
            each.receive(
                    view.delivery(view.set(all), split.boxes(view, packages, all, each.name())));
            each.give(RingVector.of(WireServer.INPUT));
            SortedMap<Integer, byte[]> votes = split.votes(view, all, sets.get(i));
            byte[] vote = WireServer.answer(each.receive(view.survivors(view.set(sets.get(i)))));
            votes.put(i, WireView.behindSeed(vote));
            // 5 of the server's own who survive in this set, and the client itself
            assertEquals(6, votes.size());
            refused(Fault.TOO_FEW_SIGNATURES, each.receive(view.votes(votes)));
        }
    }

    @Test
    void votes_tooFewForgedOrOfOutsiders_areRefused() {
        Shared at = new Shared();
        List<String> survivors = without(at.all, 7);
        at.masked(client, at.all);
        SortedMap<Integer, byte[]> votes = at.votes(at.all, survivors, client);
        SortedMap<Integer, byte[]> four = new TreeMap<>(votes.headMap(5));
        assertEquals(4, four.size());

        refused(Fault.TOO_FEW_SIGNATURES, client.receive(at.view.votes(four)));
        SortedMap<Integer, byte[]> forged = new TreeMap<>(four);
        forged.put(5, votes.get(6));
        refused(Fault.TOO_FEW_SIGNATURES, client.receive(at.view.votes(forged)));
        WireMember gone = server.own.get(Cohort.name(7));
        SortedMap<Integer, byte[]> outside = new TreeMap<>(four);
        outside.put(7, gone.vote(at.view, at.view.set(at.all), at.view.set(survivors)));
        refused(Fault.TOO_FEW_SIGNATURES, client.receive(at.view.votes(outside)));
        SortedMap<Integer, byte[]> ofOthers = new TreeMap<>(four);
        ofOthers.putAll(server.votes(at.view, at.all, without(at.all, 6)).tailMap(5));
        refused(Fault.TOO_FEW_SIGNATURES, client.receive(at.view.votes(ofOthers)));
    }

    @Test
    void votes_ofOneWitnessTwiceOrOutOfOrder_areRefused() {
        Shared at = new Shared();
        at.masked(client, at.all);
        SortedMap<Integer, byte[]> votes = at.votes(at.all, at.all, client);
        byte[] list = at.view.votes(votes);
        int second = 66 + 4 + 68;

        byte[] twice = list.clone();
        System.arraycopy(list, second - 68, twice, second, 68);
        refused(Fault.MALFORMED, client.receive(twice));
        byte[] many = list.clone();
        many[66] = 9;
        refused(Fault.MALFORMED, client.receive(many));
    }

    @Test
    void secondRequestForShares_isRefusedAndTheFirstIsAnsweredAgain() {
        Shared at = new Shared();
        at.masked(client, at.all);
        SortedMap<Integer, byte[]> votes = at.votes(at.all, at.all, client);
        byte[] request = at.view.votes(votes);
        byte[] shares = WireServer.answer(client.receive(request));

        SortedMap<Integer, byte[]> fewer = new TreeMap<>(votes);
        fewer.remove(7);
        refused(Fault.CONFLICT, client.receive(at.view.votes(fewer)));
        refused(Fault.CONFLICT, client.receive(at.view.survivors(at.view.set(without(at.all, 7)))));
        ClientStep again = client.receive(request);
        assertArrayEquals(
                shares, assertInstanceOf(ClientStep.Repeated.class, again).answer().orElseThrow());
        assertTrue(client.isDone() && client.memory().released());
    }

    @Test
    void messages_outOfTurn_areRefusedAndChangeNothing() {
        WireView view = new WireView(server.session, server.adverts(client, other));

        refused(Fault.EARLY, client.receive(view.delivery(new byte[1])));
        refused(Fault.EARLY, client.receive(view.survivors(new byte[1])));
        refused(Fault.EARLY, client.receive(view.votes(new TreeMap<>())));
        refused(Fault.MALFORMED, client.receive(new byte[0]));
        refused(Fault.MALFORMED, client.receive(new byte[] {1, 99}));
        refused(Fault.MALFORMED, client.receive(new byte[] {2, 1}));

        assertInstanceOf(ClientStep.Advanced.class, client.receive(view.keyList()));
    }
}
