package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Sums against plain sums, over random schedules of drop-outs, repeats and orders of arrival. */
class SecAggScheduleTest {
    private static final int SCHEDULES = 2000;
    private static final List<Simulation.Last> LASTS = List.of(Simulation.Last.values());

    /** What has to come of a schedule in a complete graph, counted by hand. */
    private static boolean succeeds(List<Simulation.Last> plan, int minimum, int colluders) {
        int keys = doing(plan, Simulation.Last.KEYS);
        int threshold = Thresholds.majority(keys, colluders);
        int least = Math.max(minimum, threshold);
        return keys >= minimum
                && doing(plan, Simulation.Last.SHARES) >= least
                && doing(plan, Simulation.Last.INPUT) >= least
                && doing(plan, Simulation.Last.VOTE) >= threshold
                && doing(plan, Simulation.Last.UNMASKING) >= threshold;
    }

    private static int doing(List<Simulation.Last> plan, Simulation.Last step) {
        return (int) plan.stream().filter(last -> last.compareTo(step) >= 0).count();
    }

    @Test
    void completeGraph_overRandomSchedules_givesThePlainSumOrNothing() throws Refusal {
        int finished = 0;
        for (long seed = 0; seed < SCHEDULES; seed++) {
            Random random = new Random(seed);
            int size = 3 + random.nextInt(3);
            int colluders = random.nextInt(2);
            int minimum = Math.max(3, Thresholds.majority(size, colluders));
            Cohort cohort = new Cohort(size);
            SessionContext context =
                    Cohort.context(0, cohort.complete(1 + random.nextInt(9), minimum, colluders));
            Simulation simulation = new Simulation(cohort, context, seed);
            List<Simulation.Last> plan = new ArrayList<>();
            for (int member = 0; member < size; member++) {
                Simulation.Last last =
                        random.nextInt(6) > 0
                                ? Simulation.Last.UNMASKING
                                : LASTS.get(random.nextInt(7));
                plan.add(last);
                simulation.vanishing(member, last);
            }

            ServerStep step = simulation.run();

            boolean done = step instanceof ServerStep.Finished;
            assertEquals(succeeds(plan, minimum, colluders), done, "seed=" + seed + " " + plan);
            if (done) {
                SecAggResult result = Simulation.finished(step);
                simulation.requireExact(result);
                assertEquals(doing(plan, Simulation.Last.INPUT), result.sum().count());
                assertEquals(List.of(), result.liars());
                finished++;
            }
        }
        assertTrue(finished > SCHEDULES / 3 && finished < SCHEDULES, "finished=" + finished);
    }

    @Test
    void groups_overRandomSchedules_giveThePlainSumOfEachGroupOpened() throws Refusal {
        int opened = 0;
        int lost = 0;
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Cohort cohort = new Cohort(13);
            SessionContext context =
                    Cohort.context(
                            0,
                            new GroupedSecAgg(new Topology.Groups(3, 1), 13)
                                    .parameters(Ring.WORDS_64, 4, 3, 0, Agreement.X25519));
            Simulation simulation = new Simulation(cohort, context, seed);
            for (int member = 0; member < 13; member++) {
                if (random.nextInt(12) == 0) {
                    Simulation.Last last = LASTS.get(3 + random.nextInt(3));
                    simulation.vanishing(member, last);
                }
            }

            ServerStep step = simulation.run();

            if (step instanceof ServerStep.Finished done) {
                simulation.requireExact(done.result());
                assertTrue(done.result().sums().size() >= 3);
                opened += done.result().sums().size();
                lost += 4 - done.result().sums().size();
            } else {
                Simulation.requireFailed(Fault.TOO_FEW_GROUPS, step);
            }
        }
        assertTrue(opened > 60 && lost > 5, "opened=" + opened + ", lost=" + lost);
    }
}
