package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.model.Rotary;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

/** Expected frequencies are what the transformers library's own functions gave in double. */
class RotaryScalingTest {
    private static Rotary read(String json, int headSize) {
        byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ModelConfig config = new ModelConfig(JsonFile.parse(bytes, "config.json"), "config.json");
        return RotaryScaling.read(config, headSize);
    }

    private static void assertFrequencies(Rotary rotary, double... expected) {
        assertEquals(expected.length, rotary.inverseFrequencies().length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], rotary.inverseFrequencies()[i], 1e-8 * expected[i], "i=" + i);
        }
    }

    @Test
    void read_llama3_leavesFastPairsAndStretchesSlowOnes() {
        Rotary rotary =
                read(
                        "{'rope_parameters': {'rope_type': 'llama3', 'rope_theta': 10000.0,"
                                + " 'factor': 8, 'low_freq_factor': 1, 'high_freq_factor': 4,"
                                + " 'original_max_position_embeddings': 256}}",
                        16);

        assertFrequencies(
                rotary,
                1.0,
                0.31622776601683794,
                0.1,
                0.0066131063172475526,
                0.00125,
                0.0003952847075210475,
                0.000125,
                3.952847075210474e-05);
        assertEquals(1, rotary.magnitude());
    }

    private static String yarn(String more) {
        return "{'rope_theta': 10000.0, 'max_position_embeddings': 4096, 'rope_scaling':"
                + " {'type': 'yarn', 'rope_type': 'yarn', "
                + more
                + "}}";
    }

    @Test
    void read_yarn_rampsBetweenWholePairs() {
        Rotary rotary = read(yarn("'factor': 4.0, 'original_max_position_embeddings': 64"), 16);

        assertFrequencies(
                rotary,
                1.0,
                0.23717082451262844,
                5e-02,
                0.00790569415042095,
                2.5e-03,
                0.000790569415042095,
                2.5e-04,
                7.905694150420948e-05);
        assertEquals(1.138629436111989, rotary.magnitude(), 1e-15);
    }

    @Test
    void read_yarnNotTruncated_rampsBetweenFractions() {
        Rotary rotary =
                read(
                        yarn(
                                "'factor': 4.0, 'truncate': false,"
                                        + " 'original_max_position_embeddings': 64"),
                        16);

        assertFrequencies(
                rotary,
                1.0,
                0.19858352015369318,
                0.02559524589192421,
                0.007905694150420948,
                0.0025,
                0.000790569415042095,
                0.00025,
                7.905694150420948e-05);
    }

    /** The base was trained on as many tokens as it says it has positions for. */
    @Test
    void read_yarnWithWeights_takesTheirRatioAsMagnitude() {
        Rotary rotary = read(yarn("'factor': 40.0, 'mscale': 1.0, 'mscale_all_dim': 0.5"), 16);

        assertFrequencies(
                rotary,
                1.0,
                0.31622776601683794,
                0.1,
                0.023914724805023366,
                0.005125,
                0.0008498621211702521,
                2.5e-05,
                7.905694150420947e-06);
        assertEquals(1.1557219901962608, rotary.magnitude(), 1e-15);
    }

    @Test
    void read_yarnWithEverythingStated_takesIt() {
        Rotary rotary =
                read(
                        yarn(
                                "'factor': 40.0, 'beta_fast': 8, 'beta_slow': 2,"
                                        + " 'attention_factor': 1.25"),
                        16);

        assertFrequencies(
                rotary,
                1.0,
                0.31622776601683794,
                0.1,
                0.03162277660168379,
                0.006750000000000002,
                0.0011067971810589331,
                2.5e-05,
                7.905694150420947e-06);
        assertEquals(1.25, rotary.magnitude());
    }

    @Test
    void read_nothing_turnsByTheUsualBase() {
        Rotary rotary = read("{}", 4);

        assertArrayEquals(new double[] {1, 0.01}, rotary.inverseFrequencies(), 1e-15);
        assertEquals(1, rotary.magnitude());
    }

    @Test
    void read_linear_dividesAll() {
        Rotary rotary =
                read("{'rope_theta': 100, 'rope_scaling': {'type': 'linear', 'factor': 4}}", 4);

        assertArrayEquals(new double[] {0.25, 0.025}, rotary.inverseFrequencies(), 1e-15);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{'rope_scaling':{'type':'longrope','factor':2}}|rope_type=longrope",
                "{'rope_scaling':{'type':'linear'}}|missing value: name=factor",
                "{'rope_scaling':{'type':'linear','factor':0.5}}|name=factor, value=0.5, bound=1",
                "{'rope_scaling':{'type':'linear','factor':'4'}}|bad number: name=factor",
                "{'rope_parameters':{'full_attention':{}}}|for each kind of layer are not there",
                "{'rope_scaling':5}|no object: name=rope_scaling, value=5",
                "{'rope_theta':0}|bad rotary positions: rope_theta=0.0, head size=8",
                "{'partial_rotary_factor':0.5}|name=partial_rotary_factor, value=0.5",
                "{'rope_scaling':{'type':'llama3','factor':8,'low_freq_factor':4,"
                        + "'high_freq_factor':1}}|low_freq_factor=4.0, high_freq_factor=1.0"
            })
    void read_badScaling_isNamed(String json, String what) {
        WeightsFormatException refused =
                assertThrows(WeightsFormatException.class, () -> read(json, 8));

        assertTrue(refused.getMessage().contains(what), refused.getMessage());
    }
}
