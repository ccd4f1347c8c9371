package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Norm;
import dev.gossamer.client.model.Rotary;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.text.GoldenFolder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

class GgufModelTest {
    private static final Set<String> FAMILIES = Set.of("llama", "qwen2", "qwen3");

    /** Hugging Face folders of every family that a GGUF file can hold. */
    private static List<Path> decoders() throws IOException {
        try (Stream<Path> folders = Files.list(GoldenFolder.of("models"))) {
            return folders.filter(Files::isDirectory).filter(GgufModelTest::isDecoder).toList();
        }
    }

    private static boolean isDecoder(Path folder) {
        Architecture shape = HuggingFaceFolder.read(folder).base().architecture();
        return FAMILIES.contains(shape.family());
    }

    private static GgufBytes llama() {
        return GgufOfModel.write(
                HuggingFaceFolder.read(GoldenFolder.of("models").resolve("llama")));
    }

    private static PretrainedModel read(GgufBytes file) {
        return GgufModel.read(file.file());
    }

    private static String refusal(GgufBytes file) {
        return assertThrows(WeightsFormatException.class, () -> read(file)).getMessage();
    }

    @Test
    void decoders_below_areThere() throws IOException {
        assertFalse(decoders().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void read_writtenFromAFolder_isThatModel(Path folder) {
        PretrainedModel expected = HuggingFaceFolder.read(folder);

        PretrainedModel found = read(GgufOfModel.write(expected));

        assertSameShape(expected.base().architecture(), found.base().architecture());
        assertSameWeights(expected.base(), found.base());
        assertArrayEquals(
                GgufOfModel.values(((Head.LanguageModel) expected.head().orElseThrow()).output()),
                GgufOfModel.values(((Head.LanguageModel) found.head().orElseThrow()).output()));
        assertEquals("made.gguf", found.name());
        assertEquals("unknown", found.licence());
        assertTrue(found.tokenizer().isEmpty());
    }

    private static void assertSameShape(Architecture expected, Architecture found) {
        assertEquals(expected.family(), found.family());
        assertEquals(expected.prefix(), found.prefix());
        assertEquals(expected.layers(), found.layers());
        assertEquals(expected.hidden(), found.hidden());
        assertEquals(expected.heads(), found.heads());
        assertEquals(expected.keyValueHeads(), found.keyValueHeads());
        assertEquals(expected.headSize(), found.headSize());
        assertEquals(expected.intermediate(), found.intermediate());
        assertEquals(expected.vocabulary(), found.vocabulary());
        assertEquals(expected.positions(), found.positions());
        assertEquals(expected.normEpsilon(), found.normEpsilon(), 1e-7 * expected.normEpsilon());
        assertEquals(expected.activation(), found.activation());
        assertEquals(expected.window(), found.window());
        assertTrue(found.gated() && found.causal() && found.rms() && found.preNorm());
        double[] frequencies = expected.rotary().orElseThrow().inverseFrequencies();
        for (int i = 0; i < frequencies.length; i++) {
            assertEquals(
                    frequencies[i],
                    found.rotary().orElseThrow().inverseFrequencies()[i],
                    1e-7 * frequencies[i]);
        }
    }

    private static void assertSameWeights(Transformer expected, Transformer found) {
        assertArrayEquals(GgufOfModel.values(expected.words()), GgufOfModel.values(found.words()));
        assertSameNorm(expected.finalNorm().orElseThrow(), found.finalNorm().orElseThrow());
        List<Linear> linears = expected.linears();
        assertEquals(linears.size(), found.linears().size());
        for (int i = 0; i < linears.size(); i++) {
            Linear linear = found.linears().get(i);
            String name = linears.get(i).name();
            assertEquals(name, linear.name());
            assertArrayEquals(
                    GgufOfModel.values(linears.get(i).weight()),
                    GgufOfModel.values(linear.weight()),
                    name);
            assertSameVector(linears.get(i).bias(), linear.bias());
        }
        for (int i = 0; i < expected.blocks().size(); i++) {
            Block block = expected.blocks().get(i);
            assertSameNorm(block.attentionNorm(), found.blocks().get(i).attentionNorm());
            assertSameNorm(block.feedForwardNorm(), found.blocks().get(i).feedForwardNorm());
            assertSameVector(block.queryNorm(), found.blocks().get(i).queryNorm());
            assertSameVector(block.keyNorm(), found.blocks().get(i).keyNorm());
        }
    }

    private static void assertSameNorm(Norm expected, Norm found) {
        assertArrayEquals(expected.gain(), found.gain());
        assertTrue(found.bias().isEmpty());
    }

    private static void assertSameVector(Optional<float[]> expected, Optional<float[]> found) {
        assertArrayEquals(expected.orElse(new float[0]), found.orElse(new float[0]));
    }

    @Test
    void read_withoutOutput_isTied() {
        PretrainedModel tied =
                HuggingFaceFolder.read(GoldenFolder.of("models").resolve("llama-tied-old-config"));

        PretrainedModel found = read(GgufOfModel.write(tied));

        assertSame(
                found.base().words(), ((Head.LanguageModel) found.head().orElseThrow()).output());
    }

    @Test
    void read_fileOnDisk_isNamedByItsPath(@TempDir Path folder) throws IOException {
        Path path = Files.write(folder.resolve("small.gguf"), llama().bytes());

        PretrainedModel model = GgufModel.read(path);

        assertEquals(path.toString(), model.name());
        assertEquals(model.bytes(), Models.open(path.toString()).bytes());
    }

    @Test
    void read_licenceAndTemplate_areKept() {
        PretrainedModel model =
                read(
                        llama().text("general.license", "apache-2.0")
                                .text("tokenizer.chat_template", "{{ messages }}"));

        assertEquals("apache-2.0", model.licence());
        assertEquals(Optional.of("{{ messages }}"), model.chatTemplate());
    }

    @Test
    void read_otherArchitecture_refusedByName() {
        assertEquals(
                "cannot use GGUF file made.gguf: architecture that is not supported:"
                        + " general.architecture=mamba, supported=[llama, qwen2, qwen3]",
                refusal(new GgufBytes().text("general.architecture", "mamba")));
        assertEquals(
                "cannot use GGUF file made.gguf: key is missing: key=general.architecture",
                refusal(new GgufBytes()));
    }

    @Test
    void read_tensorMissingOrTooMany_refusedByName() {
        assertEquals(
                "cannot use GGUF file made.gguf: tensor that is not known:"
                        + " tensor=blk.0.attn_sub_norm.weight, architecture=llama, unknown"
                        + " tensors=1",
                refusal(llama().tensor("blk.0.attn_sub_norm.weight", new float[] {1}, 1)));
        assertEquals(
                "cannot use GGUF file made.gguf: key is missing: key=llama.embedding_length",
                refusal(new GgufBytes().text("general.architecture", "llama")));
        assertEquals(
                "cannot use GGUF file made.gguf: mixtures of experts are not supported:"
                        + " llama.expert_count=8",
                refusal(llama().uint32("llama.expert_count", 8)));
        assertEquals(
                "cannot use GGUF file made.gguf: size that is not supported:"
                        + " llama.rope.dimension_count=2, expected="
                        + read(llama()).base().architecture().headSize(),
                refusal(llama().uint32("llama.rope.dimension_count", 2)));
    }

    @Test
    void read_anyByteChanged_readsOrRefusesInOneLine() {
        byte[] whole = llama().bytes();
        int header =
                Math.toIntExact(
                        GgufBytes.file(whole).tensors().stream()
                                .mapToLong(GgufTensor::offset)
                                .min()
                                .orElseThrow());
        SplittableRandom random = new SplittableRandom(11);
        int refused = 0;
        for (int trial = 0; trial < 1000; trial++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(header)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            try {
                GgufModel.read(GgufBytes.file(damaged));
            } catch (WeightsFormatException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            }
        }

        assertTrue(refused > 300, "refused=" + refused);
    }

    @Test
    void rotary_scalingByKeys_isThatOfFolders() {
        double[] linear = rotary("linear").inverseFrequencies();
        Rotary yarn = rotary("yarn");
        Rotary expected =
                new RotaryScaling.Yarn(4, RotaryScaling.Yarn.magnitude(4, 1), 32, 1, 64, true)
                        .rotary(8, 100_000);

        assertArrayEquals(
                new RotaryScaling.Linear(4).rotary(8, 100_000).inverseFrequencies(), linear);
        assertArrayEquals(expected.inverseFrequencies(), yarn.inverseFrequencies());
        assertEquals(expected.magnitude(), yarn.magnitude());
    }

    private static Rotary rotary(String scaling) {
        GgufBytes file =
                new GgufBytes()
                        .float32("llama.rope.freq_base", 100_000)
                        .text("llama.rope.scaling.type", scaling)
                        .float32("llama.rope.scaling.factor", 4)
                        .uint32("llama.rope.scaling.original_context_length", 64);
        return GgufRotary.read(file.file().metadata(), "llama", 8, Optional.empty());
    }

    @Test
    void rotary_otherScalingOrValue_refused() {
        assertEquals(
                "cannot use GGUF file made.gguf: rotary scaling that is not supported:"
                        + " llama.rope.scaling.type=longrope, supported=[none, linear, yarn]",
                assertThrows(WeightsFormatException.class, () -> rotary("longrope")).getMessage());
        assertEquals(
                "cannot use GGUF file made.gguf: out of bounds: llama.rope.freq_base=0.0,"
                        + " bound=1.0",
                refusal(llama().float32("llama.rope.freq_base", 0)));
    }
}
