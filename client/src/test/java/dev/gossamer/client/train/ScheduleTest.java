package dev.gossamer.client.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.client.train.Schedule.Shape;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void factor_linear_risesAndFallsInEqualParts() {
        Schedule schedule = new Schedule(Shape.LINEAR, 4, 14);

        assertEquals(0.25, schedule.factor(0));
        assertEquals(1, schedule.factor(3));
        assertEquals(1, schedule.factor(4));
        assertEquals(0.5, schedule.factor(9));
        assertEquals(0, schedule.factor(14));
        assertEquals(0, schedule.factor(1000));
    }

    @Test
    void factor_cosine_isHalfAtTheMiddle() {
        Schedule schedule = new Schedule(Shape.COSINE, 0, 10);

        assertEquals(1, schedule.factor(0));
        assertEquals(0.5, schedule.factor(5), 1e-12);
        assertEquals((1 + Math.cos(0.2 * Math.PI)) / 2, schedule.factor(2), 1e-12);
        assertEquals(0, schedule.factor(10), 1e-12);
    }

    @Test
    void factor_constant_staysAfterItsRise() {
        assertEquals(1, Schedule.constant().factor(12345));
        assertEquals(0.5, new Schedule(Shape.CONSTANT, 2, 5).factor(0));
        assertEquals(1, new Schedule(Shape.CONSTANT, 2, 5).factor(99));
    }

    @Test
    void schedule_longerWarmUpThanTraining_refused() {
        assertEquals(
                "bad schedule: warmupSteps=6, totalSteps=5",
                assertThrows(IllegalArgumentException.class, () -> new Schedule(Shape.LINEAR, 6, 5))
                        .getMessage());
    }
}
