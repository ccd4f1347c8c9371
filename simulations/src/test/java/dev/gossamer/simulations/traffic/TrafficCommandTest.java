package dev.gossamer.simulations.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.protocols.command.CommandRoot;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The whole command against published counts of values. */
class TrafficCommandTest {
    @TempDir private Path folder;

    private record Ended(int code, String out, String err) {}

    private static Ended run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of("traffic"));
        all.addAll(List.of(words));
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        int code =
                CommandRoot.run(
                        new PrintWriter(err, true),
                        new Object[] {new TrafficCommand(printed)},
                        all.toArray(String[]::new));
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString());
    }

    private static JsonNode json(String line) throws Exception {
        Ended ended = run((line + " --json").split(" "));
        assertEquals("", ended.err());
        assertEquals(0, ended.code());
        return new ObjectMapper().readTree(ended.out());
    }

    @ParameterizedTest
    @CsvSource({
        "mistral-7b, fed-sb, 200, 8960000, 8960000, 524288000",
        "gemma-2-9b, fed-sb, 200, 11760000, 11760000, 675225600",
        "gemma-2-9b, fedit, 32, 108036096, 108036096, 0",
        "gemma-2-9b, fedex-lora, 32, 108036096, 2700902400, 0",
        "gemma-2-9b, flora, 32, 108036096, 2700902400, 0",
        "llama-3.2-3b, fed-sb, 200, 7840000, 7840000, 303923200",
        "llama-3.2-3b, lora, 32, 48627712, 48627712, 0",
        "mistral-7b, ffa-lora, 32, 44040192, 44040192, 0",
        "mistral-7b, rolora, 32, 41943040, 41943040, 0",
        "smollm2-135m, fedit, 16, 4884480, 4884480, 0",
        "smollm2-135m, fed-sb, 32, 215040, 215040, 9768960",
        "gpt2, fedit, 16, 2359296, 2359296, 0",
        "roberta-large, fedit, 8, 3538944, 3538944, 0",
    })
    void forecast_ofPublishedModels_hasThePublishedValues(
            String model, String method, int rank, long up, long down, long oneOff)
            throws Exception {
        JsonNode json =
                json(
                        "--model %s --method %s --rank %d --clients 25 --rounds 2"
                                .formatted(model, method, rank));

        assertEquals(up, json.get("parametersUp").longValue());
        assertEquals(down, json.get("parametersDown").longValue());
        assertEquals(4 * up, json.get("bytesUp").longValue());
        assertEquals(4 * down, json.get("bytesDown").longValue());
        assertEquals(oneOff, json.get("parametersOneOff").longValue());
        assertEquals(4 * oneOff, json.get("bytesOneOff").longValue());
        assertEquals(2 * (up + down) + oneOff, json.get("parametersTotal").longValue());
    }

    @Test
    void bert_queryAndValueWithItsHead_hasThePublishedValues() throws Exception {
        String line =
                "--model bert-base --clients 3 --rounds 1 --targets query,value --classes 3"
                        + " --method %s --rank %d";

        assertEquals(1_181_955, json(line.formatted("fedit", 32)).get("parametersUp").intValue());
        assertEquals(592_131, json(line.formatted("ffa", 32)).get("parametersUp").intValue());
        assertEquals(3_541_251, json(line.formatted("fedex", 32)).get("parametersDown").intValue());
        assertEquals(100_611, json(line.formatted("fed-sb", 64)).get("parametersUp").intValue());
    }

    @Test
    void breakEven_ofFedSbAgainstFedIt_isAfterThreeAndAHalfRounds() throws Exception {
        JsonNode json =
                json("--model mistral-7b --method fed-sb --rank 200 --against fedit:32,fed-sb:100");

        assertEquals(3.4987, json.at("/others/0/breakEvenRounds").doubleValue(), 1e-3);
        assertEquals(32, json.at("/others/0/rank").intValue());
        assertTrue(json.at("/others/1/breakEvenRounds").isNull());
    }

    /** The table of honest bytes: compression of an fp32 vector of some millions. */
    @ParameterizedTest
    @CsvSource({
        "fp32, 1, 1.00",
        "fp32, 0.25, 3.56",
        "fp32, 0.1, 7.62",
        "bf16, 0.25, 6.40",
        "fp32, 0.015625, 32.00",
        "bf16, 1, 2.00"
    })
    void density_andValues_compressAsInTheTable(String values, double density, double times)
            throws Exception {
        JsonNode json =
                json(
                        "--model gpt2 --method cellm --rank 16 --density %s --values %s"
                                .formatted(density, values));

        double bytes = json.get("bytesUp").longValue();
        assertEquals(times, 4 * 2_359_296 / bytes, 0.005 * times);
        assertEquals((long) (2_359_296 * density), json.get("parametersUp").longValue());
        assertEquals(json.get("bytesUp"), json.get("bytesDown"));
    }

    @Test
    void cellm_withoutADensity_hasItsOwn() throws Exception {
        JsonNode json = json("--model gpt2 --method cellm --rank 16");

        assertEquals(589_824, json.get("parametersUp").intValue());
        assertEquals(10, json.get("rounds").intValue());
        assertEquals(9, json.get("others").size());
    }

    @Test
    void runFile_isItsOwnForecast_andOptionsComeFirst() throws Exception {
        Path run = folder.resolve("run.yaml");
        Files.writeString(
                run,
                """
                name: tiny
                model: {base: minilm-l6}
                data: {set: rows, classes: [person, plant]}
                adapter: {method: fed-sb, rank: 4, targets: [query]}
                rounds: {count: 3, cohort: 2}
                """);

        JsonNode own = json(run.toString());
        JsonNode other = json(run + " --method fedit --rank 2");
        JsonNode half = json(run + " --basis-values bf16");
        Files.writeString(run, "basis: {from: random, values: bf16}\n", StandardOpenOption.APPEND);
        JsonNode said = json(run.toString());

        assertEquals(6 * 16 + 2 * 384 + 2, own.get("parametersUp").intValue());
        assertEquals(6 * 4 * 768, own.get("parametersOneOff").intValue());
        assertEquals(6 * 16 + 2 * 384 + 2, own.get("parametersStart").intValue());
        assertEquals(2 * 384 + 2, other.get("parametersStart").intValue());
        assertEquals(4 * 6 * 4 * 768, own.get("bytesOneOff").intValue());
        assertEquals(2 * 6 * 4 * 768, half.get("bytesOneOff").intValue());
        assertEquals(half, said);
        assertEquals(own.get("bytesUp"), half.get("bytesUp"));
        assertEquals(3, own.get("rounds").intValue());
        assertEquals(6 * 2 * 768 + 2 * 384 + 2, other.get("parametersUp").intValue());
    }

    @Test
    void runFile_ofSeveralRanks_isTheMeanOverItsClients() throws Exception {
        Path run = folder.resolve("run.yaml");
        Files.writeString(
                run,
                """
                name: tiny
                model: {base: minilm-l6}
                data: {set: rows, classes: [person, plant]}
                adapter: {method: flora, rank: 8, targets: [query]}
                rounds: {count: 3, cohort: 3}
                simulate: {clients: 3, ranks: [2, 4, 12]}
                """);

        JsonNode own = json(run.toString());
        JsonNode wide = json(run + " --rank 5");

        int head = 2 * 384 + 2;
        assertEquals(6 * 768 * (2 + 4 + 8) / 3 + head, own.get("parametersUp").intValue());
        assertEquals(6 * 768 * (2 + 4 + 8) + head, own.get("parametersDown").intValue());
        assertEquals(8, own.get("rank").intValue());
        assertEquals(6 * 768 * 5 + head, wide.get("parametersUp").intValue());
    }

    @Test
    void runFile_withAnOptionOfItsMethod_isForecastWithIt() throws Exception {
        Path run = folder.resolve("run.yaml");
        Files.writeString(
                run,
                """
                name: tiny
                model: {base: minilm-l6}
                data: {set: rows, classes: [person, plant]}
                adapter: {method: fedex, rank: 4, options: {residual-rank: 3}, targets: [query]}
                rounds: {count: 3, cohort: 3}
                """);

        JsonNode own = json(run.toString());

        int head = 2 * 384 + 2;
        assertEquals(6 * 768 * (4 + 3) + head, own.get("parametersDown").intValue());
    }

    @Test
    void runFile_withOneWayInEightBits_hasTheOtherInFull() throws Exception {
        Path run = folder.resolve("run.yaml");
        Files.writeString(
                run,
                """
                name: tiny
                model: {base: minilm-l6}
                data: {set: rows, classes: [person, plant]}
                adapter: {method: fed-sb, rank: 4, targets: [query]}
                rounds: {count: 3, cohort: 2}
                exchange: {upload: {values: int8, density: 0.5}}
                """);

        JsonNode own = json(run.toString());

        int values = 6 * 16 + 2 * 384 + 2;
        assertEquals(values / 2, own.get("parametersUp").intValue());
        assertEquals(values / 2 + 4 * 4 + (values + 7) / 8, own.get("bytesUp").intValue());
        assertEquals(values, own.get("parametersDown").intValue());
        assertEquals(4 * values, own.get("bytesDown").intValue());
        assertEquals("int8", own.get("valuesUp").textValue());
        assertEquals("fp32", own.get("valuesDown").textValue());
    }

    @Test
    void config_asHuggingFaceWritesIt_isAShape() throws Exception {
        Files.writeString(
                folder.resolve("config.json"),
                """
                {"model_type": "distilbert", "dim": 8, "hidden_dim": 16, "n_layers": 2, "x": null}
                """);

        JsonNode byFolder = json("--model " + folder + " --method fedit --rank 2");
        JsonNode byFile = json("--model " + folder.resolve("config.json") + " --rank 2");

        assertEquals(2 * 2 * (4 * 16 + 2 * 24), byFolder.get("parametersUp").intValue());
        assertEquals(12, byFile.get("targetMatrices").intValue());
        assertEquals("fed-sb", byFile.get("method").textValue());
    }

    @Test
    void table_namesEachMethodOnALine() {
        Ended ended = run("--model", "minilm-l6", "--rank", "8", "--clients", "6");

        assertEquals(0, ended.code());
        assertEquals(2 + 10, ended.out().lines().count());
        for (String name : List.of("fed-sb", "cellm", "lora-fair", "rolora")) {
            assertTrue(ended.out().lines().anyMatch(line -> line.startsWith(name + " ")), name);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rank 4 | nothing to forecast: name a RUN.yaml",
                "--model nosuch | unknown model shape: model=nosuch, built in=[bert-base, gemma",
                "--model gpt2 --method nosuch | unknown method: key=adapter.method, value=nosuch",
                "--model gpt2 --rank 0 | out of range: rank=0, bound=1..65536",
                "--model gpt2 --rank 1000 | rank is larger than a side of the matrix: rank=1000",
                "--model gpt2 --targets nosuch | no linear map of the model matches:"
                        + " targets=nosuch",
                "--model gpt2 --density 0 | out of range: density=0.0, bound=(0,1]",
                "--model gpt2 --density 1.5 | out of range: density=1.5, bound=(0,1]",
                "--model gpt2 --values fp8 | unknown values: --values=fp8, available=[fp32, bf16",
                "--model gpt2 --basis-values int8 | unknown values: --basis-values=int8,"
                        + " available=[fp32, bf16]",
                "--model gpt2 --rounds 0 | out of range: rounds=0",
                "--model gpt2 --clients -1 | out of range: clients=-1",
                "--model gpt2 --against fedit:x | not a rank: --against=x",
            })
    void badOption_isRefusedInOneLine(String line, String problem) {
        Ended ended = run(line.split(" "));

        assertEquals(2, ended.code(), ended.err());
        assertTrue(ended.err().startsWith("gossamer: " + problem), ended.err());
        assertEquals(1, ended.err().lines().count());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model_type\": \"t5\"} | unknown model family: model=",
                "{\"model_type\": \"bert\"} | config has no such size: model=",
                "{\"model_type\": \"gpt2\", \"n_embd\": -3} | config has no such size: model=",
                "{nothing | config is no JSON: path=",
            })
    void badConfig_isRefusedInOneLine(String content, String problem) throws Exception {
        Files.writeString(folder.resolve("config.json"), content);

        Ended ended = run("--model", folder.toString());

        assertEquals(2, ended.code(), ended.err());
        assertTrue(ended.err().startsWith("gossamer: " + problem), ended.err());
    }
}
