package dev.gossamer.simulations.compare;

import dev.gossamer.protocols.run.Section;
import dev.gossamer.protocols.run.YamlFile;
import dev.gossamer.protocols.run.YamlNode.Mapping;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Reads a comparison: a base run file, what differs from it for all arms, and for each.
 *
 * <p>Every key of a run file may stand under {@code run}, with the meaning, the bounds and the
 * refusals that it has there: an arm is the base with its mappings merged over it.
 */
final class ComparisonReader {
    private static final String RUN_KEY = "run";
    private static final String RATES = "rates";
    private static final String SERVER_RATES = "server-rates";

    private ComparisonReader() {}

    /**
     * The comparison in the file at {@code path}, whose base is beside it.
     *
     * @throws IllegalArgumentException of one line, if it or a run of it is refused
     */
    static Comparison read(Path path) {
        Section file =
                Section.root(
                        YamlFile.read("comparison", path),
                        Mapping.EMPTY,
                        "name",
                        "base",
                        RUN_KEY,
                        "rows",
                        "sweep",
                        "seeds",
                        "arms",
                        "assertions");
        Path base = path.resolveSibling(file.text("base"));
        Mapping common = file.mapping(RUN_KEY).over(YamlFile.read("run file", base));
        ScoredRows rows = rows(file.section("rows", "validation", "test"));
        Section sweep = file.section("sweep", "seed", RATES);
        List<Arm> arms = new ArrayList<>();
        for (Section arm : file.sections("arms", "label", RUN_KEY, RATES, SERVER_RATES)) {
            arms.add(
                    new Arm(
                            arm.text("label"),
                            arm.mapping(RUN_KEY).over(common),
                            rates(arm, sweep),
                            rows));
        }
        return new Comparison(
                file.text("name"),
                arms,
                sweep.longInteger("seed"),
                file.longIntegers("seeds"),
                assertions(file));
    }

    private static ScoredRows rows(Section rows) {
        return new ScoredRows(number(rows, "validation"), number(rows, "test"));
    }

    private static OptionalInt number(Section rows, String key) {
        return rows.has(key) ? OptionalInt.of(rows.integer(key)) : OptionalInt.empty();
    }

    /** Each rate of clients with each of the server, where the arm has some. */
    private static List<Rate> rates(Section arm, Section sweep) {
        List<Double> clients = arm.has(RATES) ? arm.numberList(RATES) : sweep.numberList(RATES);
        List<OptionalDouble> servers =
                arm.has(SERVER_RATES)
                        ? arm.numberList(SERVER_RATES).stream().map(OptionalDouble::of).toList()
                        : List.of(OptionalDouble.empty());
        return servers.stream()
                .flatMap(server -> clients.stream().map(client -> new Rate(client, server)))
                .toList();
    }

    private static List<Assertion> assertions(Section file) {
        if (!file.has("assertions")) {
            return List.of();
        }
        List<Assertion> assertions = new ArrayList<>();
        for (Section assertion : file.sections("assertions", "better", "than", "by")) {
            assertions.add(
                    new Assertion(
                            assertion.text("better"),
                            assertion.text("than"),
                            assertion.has("by")
                                    ? assertion.word("by", Assertion.Figure.class)
                                    : Assertion.Figure.SCORE));
        }
        return assertions;
    }
}
