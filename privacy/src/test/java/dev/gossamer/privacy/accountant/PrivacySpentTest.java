package dev.gossamer.privacy.accountant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PrivacySpentTest {
    private static PrivacySpent spent(double epsilon, double delta, Adjacency adjacency) {
        return new PrivacySpent(epsilon, delta, adjacency);
    }

    @Test
    void plus_ofOneAdjacency_addsBoth() {
        PrivacySpent sum =
                spent(1, 0.25, Adjacency.REPLACE_ONE).plus(spent(2, 0.5, Adjacency.REPLACE_ONE));

        assertEquals(spent(3, 0.75, Adjacency.REPLACE_ONE), sum);
        assertEquals(1, sum.plus(sum).delta());
    }

    @Test
    void plus_ofDifferentAdjacencies_isRefused() {
        PrivacySpent one = spent(1, 0.1, Adjacency.REPLACE_ONE);
        PrivacySpent other = spent(1, 0.1, Adjacency.ADD_OR_REMOVE_ONE);

        IllegalArgumentException added =
                assertThrows(IllegalArgumentException.class, () -> one.plus(other));
        IllegalArgumentException compared =
                assertThrows(IllegalArgumentException.class, () -> one.within(other));

        assertEquals(
                "budgets of different adjacencies do not add: adjacency=replace-one,"
                        + " other=add-or-remove-one",
                added.getMessage());
        assertEquals(
                "budget is of another adjacency: adjacency=replace-one, budget=add-or-remove-one",
                compared.getMessage());
    }

    @Test
    void within_isInBothNumbers() {
        PrivacySpent budget = spent(2, 1e-5, Adjacency.REPLACE_ONE);

        assertTrue(budget.within(budget));
        assertFalse(spent(2.1, 1e-5, Adjacency.REPLACE_ONE).within(budget));
        assertFalse(spent(2, 2e-5, Adjacency.REPLACE_ONE).within(budget));
    }

    @Test
    void numbers_outOfRange_areRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> spent(Double.NaN, 0, Adjacency.REPLACE_ONE));
        assertThrows(IllegalArgumentException.class, () -> spent(-1, 0, Adjacency.REPLACE_ONE));
        assertThrows(
                IllegalArgumentException.class, () -> spent(1, Double.NaN, Adjacency.REPLACE_ONE));
        assertThrows(IllegalArgumentException.class, () -> spent(1, 1.5, Adjacency.REPLACE_ONE));
    }

    @Test
    void spent_byAnAccountant_statesItsAdjacency() {
        PrivacySpent spent = Releases.EXACT.spent(Releases.sampled(1, 5, 1), 1e-5);

        assertEquals(0.7255217508577959, spent.epsilon(), 1e-12);
        assertEquals(1e-5, spent.delta());
        assertEquals(Adjacency.ADD_OR_REMOVE_ONE, spent.adjacency());
    }
}
