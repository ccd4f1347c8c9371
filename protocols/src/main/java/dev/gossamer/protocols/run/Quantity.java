package dev.gossamer.protocols.run;

import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kind of number that carries a unit, counted in its smallest one.
 *
 * @param what the kind, for refusals
 * @param units smallest first; the first has scale 1
 */
record Quantity(String what, List<Unit> units) {
    static final Quantity DURATION =
            new Quantity(
                    "a duration",
                    List.of(
                            new Unit("ms", 1),
                            new Unit("s", 1_000),
                            new Unit("m", 60_000),
                            new Unit("h", 3_600_000)));
    static final Quantity RATE =
            new Quantity(
                    "a rate",
                    List.of(
                            new Unit("bit/s", 1),
                            new Unit("kbit/s", 1_000),
                            new Unit("Mbit/s", 1_000_000),
                            new Unit("Gbit/s", 1_000_000_000)));

    /** Room for every rate up to 1 Tbit/s, written in bits. */
    private static final Pattern FORM =
            Pattern.compile("([0-9]{1,13}(?:\\.[0-9]{1,9})?) ?([A-Za-z/]*)");

    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    record Unit(String name, long scale) {}

    /** How many smallest units {@code text} is. */
    long parse(String key, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw refused("wrong type", key, text);
        }
        if (form.group(2).isEmpty()) {
            throw refused("unit is missing", key, text);
        }
        return scaled(key, text, new BigDecimal(form.group(1)), form.group(2));
    }

    private long scaled(String key, String text, BigDecimal number, String name) {
        for (Unit unit : units) {
            if (unit.name().equals(name)) {
                BigDecimal whole = number.multiply(BigDecimal.valueOf(unit.scale()));
                if (whole.stripTrailingZeros().scale() > 0) {
                    throw refused("finer than the smallest unit", key, text);
                }
                if (whole.compareTo(MOST) > 0) {
                    throw refused("too large", key, text);
                }
                return whole.longValueExact();
            }
        }
        throw refused("unit is unknown", key, text);
    }

    private RunFileException refused(String problem, String key, String text) {
        return new RunFileException(
                problem
                        + ": key="
                        + key
                        + ", value="
                        + RunFileException.shown(text)
                        + ", expected="
                        + expected());
    }

    /** The kind and its units, for refusals. */
    String expected() {
        return what + " in " + String.join("|", units.stream().map(Unit::name).toList());
    }

    /** {@code count} smallest units, written in the largest unit that is exact. */
    String format(long count) {
        Unit best = units.get(0);
        for (Unit unit : units) {
            if (count != 0 && count % unit.scale() == 0) {
                best = unit;
            }
        }
        return count / best.scale() + best.name();
    }
}
