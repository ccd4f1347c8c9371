package dev.gossamer.simulations.traffic;

import dev.gossamer.protocols.basis.RangeFinder;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.method.Setting;

/**
 * How the bases of a run come about, as far as they are sent.
 *
 * @param values how they are written
 * @param foundByAll whether all clients find each of them, in the two passes of a range finder
 * @param every rounds after which another is made, 0 for never
 */
public record Bases(Values values, boolean foundByAll, int every) {
    /** One basis, made by a designated node. */
    public static Bases once(Values values) {
        return new Bases(values, false, 0);
    }

    /** The same, written otherwise. */
    Bases with(Values other) {
        return new Bases(other, foundByAll, every);
    }

    /**
     * The values of both passes that find a basis.
     *
     * @param up a client's sketch and its projection
     * @param down the columns between them
     */
    record Passes(long up, long down) {}

    Passes passes(ExchangeMethod method, Setting setting) {
        if (!foundByAll || !method.hasBasis()) {
            return new Passes(0, 0);
        }
        RangeFinder finder =
                new RangeFinder(setting.shapes(), setting.rank(), 0, RangeFinder.EXPONENT);
        long columns = finder.sketchLayout().size();
        return new Passes(columns + finder.projectionLayout().size(), columns);
    }

    /** How often another basis is made in {@code rounds}: not after the last. */
    long again(int rounds) {
        return every == 0 ? 0 : (rounds - 1) / every;
    }

    /**
     * The values that go down when what was learnt moves into the base: the change of the base, and
     * the adapter whole, which the makers of the basis have before it as well as after.
     */
    long merged(Setting setting) {
        long start = setting.head() + setting.r();
        return setting.residuals(setting.rank()) + (foundByAll ? 2 : 1) * start;
    }
}
