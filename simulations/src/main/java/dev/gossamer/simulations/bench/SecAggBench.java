package dev.gossamer.simulations.bench;

import dev.gossamer.privacy.identity.Roster;
import dev.gossamer.privacy.identity.RosterTrust;
import dev.gossamer.privacy.identity.SigningKey;
import dev.gossamer.privacy.identity.VerifyingKey;
import dev.gossamer.privacy.secagg.Agreement;
import dev.gossamer.privacy.secagg.ClientPolicy;
import dev.gossamer.privacy.secagg.ClientStep;
import dev.gossamer.privacy.secagg.Member;
import dev.gossamer.privacy.secagg.Receipt;
import dev.gossamer.privacy.secagg.Refusal;
import dev.gossamer.privacy.secagg.Ring;
import dev.gossamer.privacy.secagg.RingVector;
import dev.gossamer.privacy.secagg.SecAggClient;
import dev.gossamer.privacy.secagg.SecAggParameters;
import dev.gossamer.privacy.secagg.SecAggResult;
import dev.gossamer.privacy.secagg.SecAggServer;
import dev.gossamer.privacy.secagg.ServerStep;
import dev.gossamer.privacy.secagg.SessionContext;
import dev.gossamer.privacy.secagg.SessionMemory;
import dev.gossamer.privacy.secagg.Sha256;
import dev.gossamer.privacy.secagg.Topology;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Times one session of secure aggregation, all parties on the calling thread: keys, signatures,
 * shares, masks and their removal, and the codecs of all messages; no transport, no disk.
 */
public final class SecAggBench {
    /** 7 targets in 32 layers at rank 16: 229 kB as 32-bit words. */
    public static final int WORDS = 57_344;

    private static final int ROUND_VALUES = 1000;
    private static final double NANO = 1e-9;

    private final LongSupplier cpuNanos;
    private final Setting setting;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, SigningKey> keys = new TreeMap<>();
    private long clientNanos;
    private long serverNanos;
    private long bytesUp;

    /**
     * What is measured.
     *
     * @param clients that advertise keys
     * @param dropped of them, after they have dealt their shares: the dearest moment for the server
     * @param parameters of the session
     */
    public record Setting(int clients, int dropped, SecAggParameters parameters) {
        /** A complete graph of 50 clients, 5 of which drop out, with up to 16 colluders. */
        public static Setting complete() {
            return complete(50, WORDS, 5);
        }

        /** A complete graph that bears a third of colluders. */
        static Setting complete(int clients, int words, int dropped) {
            int colluders = (clients - 1) / 3;
            int minimum = (clients + colluders) / 2 + 1;
            return new Setting(
                    clients,
                    dropped,
                    new SecAggParameters(
                            Ring.WORDS_32,
                            words,
                            clients,
                            minimum,
                            colluders,
                            Agreement.X25519,
                            new Topology.Complete()));
        }

        /** SecAgg+ with 1,000 clients: 52 neighbours, 28 of 53 open, 100 collude, 100 drop out. */
        public static Setting regular() {
            return regular(1000, WORDS, 100, new Topology.Regular(52, 28));
        }

        /** A regular graph in which a tenth drops out, and as many may collude as are given. */
        static Setting regular(int clients, int words, int colluders, Topology.Regular topology) {
            return new Setting(
                    clients,
                    clients / 10,
                    new SecAggParameters(
                            Ring.WORDS_32,
                            words,
                            clients,
                            clients * 7 / 10,
                            colluders,
                            Agreement.X25519,
                            topology));
        }
    }

    /**
     * What was measured.
     *
     * @param clientSeconds CPU time of all clients together
     * @param serverSeconds CPU time of the server
     * @param bytesUp that all clients together sent
     */
    public record Result(double clientSeconds, double serverSeconds, long bytesUp) {
        /** CPU time of all parties together. */
        public double seconds() {
            return clientSeconds + serverSeconds;
        }
    }

    private SecAggBench(LongSupplier cpuNanos, Setting setting) {
        this.cpuNanos = cpuNanos;
        this.setting = setting;
        for (int i = 0; i < setting.clients(); i++) {
            keys.put(String.format(Locale.ROOT, "client-%05d", i), SigningKey.generate(random));
        }
    }

    /**
     * Runs one session and holds its sum to the plain one.
     *
     * @param cpuNanos the time that the calling thread has had a core
     * @throws IllegalStateException if anything was refused or the sum is another
     */
    public static Result measure(LongSupplier cpuNanos, Setting setting) {
        SecAggBench bench = new SecAggBench(cpuNanos, setting);
        try {
            bench.run();
        } catch (Refusal e) {
            throw new IllegalStateException("session was refused", e);
        }
        return new Result(bench.clientNanos * NANO, bench.serverNanos * NANO, bench.bytesUp);
    }

    private void run() throws Refusal {
        RosterTrust trust = trust();
        SessionContext context = context(setting.parameters());
        SecAggServer server = new SecAggServer(context, trust, keys.keySet());
        Map<String, SecAggClient> clients = new TreeMap<>();
        for (Map.Entry<String, SigningKey> entry : keys.entrySet()) {
            long begun = cpuNanos.getAsLong();
            SecAggClient client =
                    SecAggClient.open(
                            context,
                            new Member(entry.getKey(), entry.getValue()),
                            new ClientPolicy(3, trust),
                            SessionMemory.fresh(context.run()),
                            random);
            byte[] advert = client.advert().answer().orElseThrow();
            clientNanos += cpuNanos.getAsLong() - begun;
            clients.put(entry.getKey(), client);
            accept(server, entry.getKey(), advert);
        }
        ServerStep step = close(server);
        while (step instanceof ServerStep.Send send) {
            send.messages().forEach((name, message) -> pass(clients.get(name), message, server));
            step = close(server);
        }
        if (!(step instanceof ServerStep.Finished finished)) {
            throw new IllegalStateException("session failed: step=" + step);
        }
        requireExact(finished.result());
    }

    private RosterTrust trust() {
        Map<String, VerifyingKey> members = new TreeMap<>();
        keys.forEach((name, key) -> members.put(name, key.verifyingKey()));
        SigningKey authority = SigningKey.generate(random);
        return new RosterTrust.PinnedRoster(
                authority.verifyingKey(), Roster.sign(1, members, authority));
    }

    private static SessionContext context(SecAggParameters parameters) {
        Sha256 digest = Sha256.of("bench".getBytes(StandardCharsets.US_ASCII));
        return new SessionContext("bench", 1, 0, digest, digest, digest, digest, parameters);
    }

    private ServerStep close(SecAggServer server) {
        long begun = cpuNanos.getAsLong();
        ServerStep step = server.close();
        serverNanos += cpuNanos.getAsLong() - begun;
        return step;
    }

    private void accept(SecAggServer server, String name, byte[] message) {
        long begun = cpuNanos.getAsLong();
        Receipt receipt = server.accept(name, message);
        serverNanos += cpuNanos.getAsLong() - begun;
        bytesUp += message.length;
        if (!(receipt instanceof Receipt.Accepted)) {
            throw new IllegalStateException("message was refused: receipt=" + receipt);
        }
    }

    private void pass(SecAggClient client, byte[] message, SecAggServer server) {
        long begun = cpuNanos.getAsLong();
        ClientStep step = client.receive(message);
        clientNanos += cpuNanos.getAsLong() - begun;
        if (client.wantsInput()) {
            if (isDropped(client.name())) {
                return;
            }
            RingVector input = input(client.name());
            begun = cpuNanos.getAsLong();
            step = client.give(input);
            clientNanos += cpuNanos.getAsLong() - begun;
        }
        if (!(step instanceof ClientStep.Advanced advanced)) {
            throw new IllegalStateException("message was refused: step=" + step);
        }
        advanced.answer().ifPresent(answer -> accept(server, client.name(), answer));
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(name.indexOf('-') + 1));
    }

    /** Evenly among the clients. */
    private boolean isDropped(String name) {
        int every = setting.clients() / setting.dropped();
        int number = number(name);
        return number % every == 1 && number / every < setting.dropped();
    }

    private RingVector input(String name) {
        int[] words = new int[setting.parameters().words()];
        int number = number(name);
        Arrays.setAll(words, i -> (i * 31 + number * 17) % ROUND_VALUES - ROUND_VALUES / 2);
        return RingVector.of(words);
    }

    private void requireExact(SecAggResult result) {
        RingVector plain = RingVector.zeros(Ring.WORDS_32, setting.parameters().words());
        for (String name : keys.keySet()) {
            if (!isDropped(name)) {
                plain.addInPlace(input(name));
            }
        }
        if (!Arrays.equals(plain.signed(), result.sum().words().signed())
                || result.sum().count() != setting.clients() - setting.dropped()) {
            throw new IllegalStateException(
                    "sum is not the plain one: members=" + result.sum().count());
        }
    }
}
