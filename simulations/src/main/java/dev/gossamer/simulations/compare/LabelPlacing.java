package dev.gossamer.simulations.compare;

import java.util.ArrayList;
import java.util.List;

/** Puts labels beside their points so that none lies on another, or on a point. */
final class LabelPlacing {
    /** The size of the letters. */
    static final int FONT = 11;

    /** Around the letters. */
    static final double PAD = 1;

    private static final double LETTER = 0.58 * FONT;
    private static final double GAP = 8;
    private static final int RINGS = 14;
    private static final int DIRECTIONS = 16;
    private static final double RING = 9;

    private final Box bounds;
    private final List<Box> taken = new ArrayList<>();

    /** Labels within {@code bounds}. */
    LabelPlacing(Box bounds) {
        this.bounds = bounds;
    }

    /** A rectangle; y grows downwards. */
    record Box(double left, double top, double right, double bottom) {
        boolean meets(Box other) {
            return left < other.right
                    && other.left < right
                    && top < other.bottom
                    && other.top < bottom;
        }

        private boolean holds(Box other) {
            return other.left >= left
                    && other.right <= right
                    && other.top >= top
                    && other.bottom <= bottom;
        }
    }

    /** Keeps labels off {@code box}. */
    void avoid(Box box) {
        taken.add(box);
    }

    /** The nearest free place for {@code label} at a point, which it then takes. */
    Box place(double x, double y, String label) {
        double width = LETTER * label.length() + 2 * PAD;
        double height = FONT + 2 + 2 * PAD;
        Box chosen = beside(x, y, width, height, 0, 0);
        search:
        for (int ring = 0; ring < RINGS; ring++) {
            for (int direction = 0; direction < DIRECTIONS; direction++) {
                Box box = beside(x, y, width, height, ring, direction);
                if (bounds.holds(box) && taken.stream().noneMatch(box::meets)) {
                    chosen = box;
                    break search;
                }
            }
        }
        taken.add(chosen);
        return chosen;
    }

    /** Right of the point first, then around it, further out with each ring. */
    private static Box beside(
            double x, double y, double width, double height, int ring, int direction) {
        double angle = 2 * Math.PI * direction / DIRECTIONS;
        double reach = GAP + ring * RING;
        double cos = Math.cos(angle);
        double middleX = x + cos * (reach + width / 2);
        double middleY = y + Math.sin(angle) * (reach + height / 2);
        return new Box(
                middleX - width / 2,
                middleY - height / 2,
                middleX + width / 2,
                middleY + height / 2);
    }
}
