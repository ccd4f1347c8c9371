package dev.gossamer.client.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Adapter.Target;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.text.GoldenFolder;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.AdaptedModel.RowScore;
import dev.gossamer.client.train.AdaptedModel.TextSession;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.client.weights.SmolLm2;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The real SmolLM2-135M-Instruct on the engine asked for: what it makes of six texts, and how it
 * goes on after a question.
 */
class SmolLm2GoldenTest {
    /** The expectations were computed in fp32, too, and written with four decimals. */
    private static final double LOGIT = 1e-4;

    private static final double LOSS = 1e-5;

    @TestFactory
    Stream<DynamicTest> engine_onSmolLm2_agreesWithTransformers() throws IOException {
        JsonNode golden =
                new ObjectMapper()
                        .readTree(GoldenFolder.of("smollm2").resolve("expected.json").toFile());
        return SmolLm2.model().stream()
                .flatMap(
                        model ->
                                Stream.of(Storage.FP32, Storage.BLOCKS)
                                        .flatMap(storage -> aspects(bare(model, storage), golden)));
    }

    private static Stream<DynamicTest> aspects(AdaptedModel model, JsonNode golden) {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode text : golden.get("texts")) {
            String name = "text " + tests.size() / 2;
            tests.add(DynamicTest.dynamicTest(name + " likelihood", () -> likelihood(model, text)));
            tests.add(DynamicTest.dynamicTest(name + " scores", () -> scores(model, text)));
        }
        JsonNode chat = golden.get("chat");
        tests.add(DynamicTest.dynamicTest("greedy answer", () -> greedyAnswer(model, chat)));
        return tests.stream();
    }

    /** The model with an adapter that adds nothing. */
    private static AdaptedModel bare(PretrainedModel model, Storage storage) {
        Linear map = model.base().linears().getFirst();
        Optional<float[]> none = Optional.empty();
        Target target = new Target(map.name(), 1, map.in(), map.out(), 1, none, none);
        return GoldenEngines.asked()
                .load(model.base(), storage, Precision.FP32)
                .attach(
                        new Adapter(Adapter.Kind.LORA, List.of(target)),
                        model.head().orElseThrow(),
                        Set.of());
    }

    private static float[] zeros(AdaptedModel model) {
        return new float[model.layout().size()];
    }

    private static int[] ids(JsonNode array) {
        return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
    }

    private static void likelihood(AdaptedModel model, JsonNode text) {
        int[] ids = ids(text.get("ids"));

        RowScore score =
                model.score(zeros(model), List.of(new Example(ids, ids.clone()))).getFirst();

        assertEquals(ids.length - 1, score.labels().length);
        assertEquals(
                text.get("meanNegativeLogLikelihood").doubleValue(),
                score.lossSum() / score.labels().length,
                LOSS);
    }

    private static void scores(AdaptedModel model, JsonNode text) {
        int[] ids = ids(text.get("ids"));

        float[] scores = model.session(zeros(model), ids.length).append(ids);

        double lowest = Double.POSITIVE_INFINITY;
        for (JsonNode pair : text.get("lastTop10")) {
            double expected = pair.get(1).doubleValue();
            assertEquals(expected, scores[pair.get(0).intValue()], LOGIT);
            lowest = Math.min(lowest, expected);
        }
        int above = 0;
        for (float score : scores) {
            above += score > lowest + LOGIT ? 1 : 0;
        }
        assertEquals(9, above, "scores above the tenth");
    }

    private static void greedyAnswer(AdaptedModel model, JsonNode chat) {
        int[] prompt = ids(chat.get("promptIds"));
        int[] expected = ids(chat.get("greedy"));
        TextSession session = model.session(zeros(model), prompt.length + expected.length);
        int[] answer = new int[expected.length];
        float[] scores = session.append(prompt);
        for (int i = 0; i < answer.length; i++) {
            answer[i] = highest(scores);
            scores = session.append(answer[i]);
        }

        assertArrayEquals(expected, answer);
    }

    private static int highest(float[] scores) {
        int highest = 0;
        for (int i = 1; i < scores.length; i++) {
            highest = scores[i] > scores[highest] ? i : highest;
        }
        return highest;
    }
}
