package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

class ShamirTest {
    private static final BigInteger P = new BigInteger("1" + "0".repeat(61) + "129", 16);
    private static final byte[] SECRET = Cohort.digest("secret").bytes();

    private static List<Shamir.Share> shares(int threshold, int... holders) {
        MaskStream coins = MaskStream.of(Cohort.digest("coins").bytes());
        List<byte[]> values = Shamir.split(SECRET, threshold, holders, coins);
        List<Shamir.Share> shares = new ArrayList<>();
        for (int i = 0; i < holders.length; i++) {
            shares.add(new Shamir.Share(holders[i], values.get(i)));
        }
        return shares;
    }

    private static boolean isAny(byte[] secret) {
        return secret.length == 32;
    }

    private static boolean isRight(byte[] secret) {
        return Arrays.equals(secret, SECRET);
    }

    private static int[] firstHolders(int count) {
        return IntStream.rangeClosed(1, count).toArray();
    }

    private static BigInteger littleEndian(byte[] bytes) {
        BigInteger value = BigInteger.ZERO;
        for (int i = bytes.length - 1; i >= 0; i--) {
            value = value.shiftLeft(8).add(BigInteger.valueOf(bytes[i] & 0xff));
        }
        return value;
    }

    /** Lagrange at zero, straight from the textbook. */
    private static BigInteger oracle(List<Shamir.Share> shares) {
        BigInteger sum = BigInteger.ZERO;
        for (Shamir.Share one : shares) {
            BigInteger term = littleEndian(one.value());
            for (Shamir.Share other : shares) {
                if (other.x() != one.x()) {
                    term =
                            term.multiply(BigInteger.valueOf(-other.x()))
                                    .multiply(
                                            BigInteger.valueOf(one.x() - other.x()).modInverse(P));
                }
            }
            sum = sum.add(term);
        }
        return sum.mod(P);
    }

    private static Shamir.Share lie(Shamir.Share share) {
        byte[] value = share.value().clone();
        value[3] ^= 1;
        return new Shamir.Share(share.x(), value);
    }

    private static Fault fault(int threshold, List<Shamir.Share> shares) {
        return assertThrows(
                        Refusal.class,
                        () -> Shamir.combine(threshold, shares, Set.of(), ShamirTest::isAny))
                .fault();
    }

    @Test
    void field_isOfTheSmallestPrimeAboveAllSecrets() {
        assertEquals(P, PrimeField.PRIME);
        assertTrue(P.isProbablePrime(100));
        assertEquals(P, BigInteger.TWO.pow(256).nextProbablePrime());
    }

    @Test
    void shares_ofAnyThresholdAndSubset_giveTheSecretAsTheOracleDoes() throws Refusal {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            int holders = 1 + random.nextInt(12);
            int threshold = 1 + random.nextInt(holders);
            List<Shamir.Share> shares = shares(threshold, firstHolders(holders));
            Collections.shuffle(shares, random);
            List<Shamir.Share> some =
                    shares.subList(0, threshold + random.nextInt(holders - threshold + 1));

            Shamir.Recovered recovered =
                    Shamir.combine(threshold, some, Set.of(), ShamirTest::isRight);

            assertArrayEquals(SECRET, recovered.secret());
            assertEquals(List.of(), recovered.liars());
            assertEquals(littleEndian(SECRET), oracle(some));
        }
    }

    @Test
    void shares_forMoreThan255Holders_work() throws Refusal {
        List<Shamir.Share> shares = shares(151, firstHolders(300));

        assertArrayEquals(
                SECRET,
                Shamir.combine(151, shares.subList(149, 300), Set.of(), ShamirTest::isAny)
                        .secret());
    }

    @Test
    void shares_fewerThanTheThreshold_areRefusedAndGiveAnotherValue() {
        List<Shamir.Share> shares = shares(4, firstHolders(6)).subList(0, 3);

        assertEquals(Fault.TOO_FEW_SHARES, fault(4, shares));
        assertTrue(!littleEndian(SECRET).equals(oracle(shares)));
    }

    @Test
    void shares_withBadNumbersOrLengths_areRefused() {
        List<Shamir.Share> shares = shares(2, firstHolders(3));
        byte[] value = shares.get(2).value();

        assertEquals(Fault.BAD_SHARE, fault(2, List.of(shares.get(0), new Shamir.Share(0, value))));
        assertEquals(
                Fault.BAD_SHARE, fault(2, List.of(shares.get(0), new Shamir.Share(-1, value))));
        assertEquals(Fault.BAD_SHARE, fault(2, List.of(shares.get(0), shares.get(0))));
        assertEquals(Fault.BAD_SHARE, fault(2, List.of(shares.get(0), new Shamir.Share(1, value))));
        assertEquals(
                Fault.BAD_SHARE,
                fault(2, List.of(shares.get(0), new Shamir.Share(3, Arrays.copyOf(value, 32)))));
        byte[] high = new byte[33];
        Arrays.fill(high, (byte) 0xff);
        assertEquals(Fault.BAD_SHARE, fault(2, List.of(shares.get(0), new Shamir.Share(3, high))));
    }

    @Test
    void element_atThePrime_isRefusedAndBelowItTaken() throws Refusal {
        byte[] prime = new byte[33];
        prime[0] = 0x29;
        prime[1] = 1;
        prime[32] = 1;

        assertThrows(Refusal.class, () -> PrimeField.decode(prime));
        prime[0]--;
        assertEquals(P.subtract(BigInteger.ONE), PrimeField.decode(prime));
        assertArrayEquals(prime, PrimeField.encode(P.subtract(BigInteger.ONE)));
    }

    @Test
    void elementAboveAllSecrets_isNoSecret() {
        BigInteger above = BigInteger.TWO.pow(256);

        assertEquals(
                Fault.WRONG_SECRET,
                assertThrows(Refusal.class, () -> PrimeField.toSecret(above)).fault());
    }

    @Test
    void split_forBadHolders_isRefused() {
        MaskStream coins = MaskStream.of(SECRET);

        for (int[] holders : new int[][] {{0, 1}, {1, 1}, {1, -2}, {1}}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Shamir.split(SECRET, 2, holders, coins),
                    Arrays.toString(holders));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> Shamir.split(new byte[31], 1, new int[] {1}, coins));
    }

    @Test
    void liars_uptoHalfOfTheSurplus_areNamedWhereverTheyStand() throws Refusal {
        Random random = new Random(9);
        for (int round = 0; round < 60; round++) {
            int holders = 3 + random.nextInt(15);
            int threshold = 1 + random.nextInt(holders);
            int lies = random.nextInt((holders - threshold) / 2 + 1);
            List<Shamir.Share> shares = shares(threshold, firstHolders(holders));
            Collections.shuffle(shares, random);
            Set<Integer> liars = new TreeSet<>();
            for (int i = 0; i < lies; i++) {
                shares.set(i, lie(shares.get(i)));
                liars.add(shares.get(i).x());
            }

            Shamir.Recovered recovered =
                    Shamir.combine(threshold, shares, Set.of(), ShamirTest::isRight);

            assertArrayEquals(SECRET, recovered.secret());
            assertEquals(liars, new TreeSet<>(recovered.liars()), "round=" + round);
        }
    }

    @Test
    void liars_whoMissTheSameValueAtZero_doNotHaveOthersNamed() throws Refusal {
        List<Shamir.Share> shares = shares(3, firstHolders(7));
        // lies at 1 and 2 that cancel at zero where 1, 2 and 3 are interpolated
        Interpolation through = new Interpolation(new int[] {1, 2, 3});
        BigInteger[] row = through.row(0);
        BigInteger first = littleEndian(shares.get(0).value()).add(row[1]).mod(P);
        BigInteger second = littleEndian(shares.get(1).value()).subtract(row[0]).mod(P);
        shares.set(0, new Shamir.Share(1, PrimeField.encode(first)));
        shares.set(1, new Shamir.Share(2, PrimeField.encode(second)));

        Shamir.Recovered recovered = Shamir.combine(3, shares, Set.of(), ShamirTest::isRight);

        assertEquals(List.of(1, 2), recovered.liars());
    }

    @Test
    void liars_tooMany_areNotNamedAndTheSecretIsHeldToItsCommitment() throws Refusal {
        List<Shamir.Share> shares = shares(3, firstHolders(6));
        shares.replaceAll(share -> share.x() >= 4 ? lie(share) : share);

        assertEquals(List.of(), Shamir.combine(3, shares, Set.of(), ShamirTest::isRight).liars());
        Collections.reverse(shares);
        assertEquals(
                Fault.WRONG_SECRET,
                assertThrows(
                                Refusal.class,
                                () -> Shamir.combine(3, shares, Set.of(), ShamirTest::isRight))
                        .fault());
    }

    @Test
    void suspects_areLookedAtLast() throws Refusal {
        List<Shamir.Share> shares = shares(3, firstHolders(6));
        shares.replaceAll(share -> share.x() <= 3 ? lie(share) : share);

        Shamir.Recovered recovered =
                Shamir.combine(3, shares, Set.of(1, 2, 3), ShamirTest::isRight);

        assertArrayEquals(SECRET, recovered.secret());
    }
}
