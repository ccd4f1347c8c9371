package dev.gossamer.client.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.weights.HuggingFaceFolder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

final class TargetSelectorTest {
    private static final Path MODELS = Path.of("src/test/resources/golden/models");

    @ParameterizedTest
    @CsvSource({
        "bert-sequence, query, encoder.layer.0.attention.self.query",
        "bert-sequence, q_proj, encoder.layer.0.attention.self.query",
        "bert-sequence, value, encoder.layer.0.attention.self.value",
        "bert-sequence, output, encoder.layer.0.attention.output.dense",
        "bert-sequence, intermediate, encoder.layer.0.intermediate.dense",
        "bert-sequence, ffn-output, encoder.layer.0.output.dense",
        "bert-sequence, down_proj, encoder.layer.0.output.dense",
        "roberta-sequence, key, encoder.layer.0.attention.self.key",
        "distilbert-sequence, query, transformer.layer.0.attention.q_lin",
        "distilbert-sequence, output, transformer.layer.0.attention.out_lin",
        "distilbert-sequence, ffn-output, transformer.layer.0.ffn.lin2",
        "gpt2, value, h.0.attn.c_attn",
        "gpt2, output, h.0.attn.c_proj",
        "gpt2, intermediate, h.0.mlp.c_fc",
        "llama, query, layers.0.self_attn.q_proj",
        "llama, gate, layers.0.mlp.gate_proj",
        "llama, up, layers.0.mlp.up_proj",
        "llama, intermediate, layers.0.mlp.gate_proj",
        "llama, ffn-output, layers.0.mlp.down_proj",
        "llama, k_proj, layers.0.self_attn.k_proj"
    })
    void select_byRole_findsItInEveryFamily(String model, String word, String first) {
        List<String> names = names(model, word);

        assertEquals(first, names.getFirst());
        assertEquals(word.equals("intermediate") && model.equals("llama") ? 4 : 2, names.size());
    }

    @Test
    void select_allLinear_takesEveryMapInOrder() {
        Transformer base = base("llama");

        assertEquals(
                base.linears(),
                new TargetSelector(List.of("all-linear"), 4)
                        .select(base).stream().map(TargetSelector.Choice::linear).toList());
    }

    @Test
    void select_byEndOfName_takesWhatPeftTakes() {
        assertEquals(
                List.of("h.0.attn.c_proj", "h.0.mlp.c_proj", "h.1.attn.c_proj", "h.1.mlp.c_proj"),
                names("gpt2", "c_proj"));
        assertEquals(List.of("h.1.mlp.c_proj"), names("gpt2", "h.1.mlp.c_proj"));
        assertEquals(List.of("h.1.mlp.c_proj"), names("gpt2", "transformer.h.1.mlp.c_proj"));
    }

    @Test
    void select_byPattern_matchesTheWholeName() {
        List<String> second = List.of("layers.1.self_attn.q_proj", "layers.1.self_attn.v_proj");

        assertEquals(second, names("llama", "model\\.layers\\.1\\..*\\.(q|v)_proj"));
        assertEquals(second, names("llama", "layers\\.1\\..*\\.(q|v)_proj"));
        assertEquals(List.of("layers.1.self_attn.v_proj"), names("llama", "*.1.*.v_proj"));
    }

    @Test
    void select_ofSeveral_keepsTheOrderOfTheBase() {
        assertEquals(
                List.of(
                        "layers.0.self_attn.q_proj",
                        "layers.0.mlp.down_proj",
                        "layers.1.self_attn.q_proj",
                        "layers.1.mlp.down_proj"),
                names("llama", "ffn-output", "query"));
    }

    @Test
    void select_withRanks_givesTheFirstThatMatches() {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        ranks.put("layers.1.self_attn.q_proj", 2);
        ranks.put("query", 3);
        TargetSelector selector = new TargetSelector(List.of("query", "value"), 4, ranks);

        List<Integer> found =
                selector.select(base("llama")).stream().map(TargetSelector.Choice::rank).toList();

        assertEquals(List.of(3, 4, 2, 4), found);
    }

    @Test
    void select_ofNothing_namesWhatThereIs() {
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> names("gpt2", "q_projection"));

        assertEquals(
                "no linear map of the base matches: targets=q_projection, there are="
                        + "[attn.c_attn, attn.c_proj, mlp.c_fc, mlp.c_proj]",
                thrown.getMessage());
    }

    @Test
    void select_ofOneTargetThatIsNotThere_isRefusedBesideOthers() {
        assertThrows(IllegalArgumentException.class, () -> names("gpt2", "c_attn", "gate"));
    }

    @Test
    void select_ofRankAboveSide_namesBound() {
        TargetSelector selector = new TargetSelector(List.of("k_proj"), 17);

        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> selector.select(base("llama")));

        assertEquals(
                "rank is larger than a side of the matrix: rank=17,"
                        + " target=layers.0.self_attn.k_proj, in=32, out=16, bound=16",
                thrown.getMessage());
    }

    @Test
    void select_ofBrokenPattern_namesPlace() {
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> names("gpt2", "(c_attn"));

        assertEquals("bad pattern: targets=(c_attn, at=7: unclosed group", thrown.getMessage());
    }

    @Test
    void selector_ofBadRank_isRefused() {
        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new TargetSelector(List.of("query"), 4, Map.of("key", 0)));

        assertEquals("bad rank: key=0, bound=1", thrown.getMessage());
    }

    @Test
    void summary_ofLoraSb_countsTrainedAndFrozen() {
        Transformer base = base("gpt2");
        List<TargetSelector.Choice> choices = new TargetSelector(List.of("c_attn"), 4).select(base);
        Adapter adapter = Initialisation.kaiming(choices, Adapter.Kind.B_ONLY, 8, 1).adapter();

        ParameterSummary summary = ParameterSummary.of(base, adapter, List.of());

        assertEquals(2 * 96 * 4, summary.adapter());
        assertEquals(2 * 4 * 32, summary.factors());
        assertEquals(GPT2_PARAMETERS, summary.base());
        assertEquals(
                """
                  2 x h.*.attn.c_attn  96 x 32, rank 4
                trained  768 (adapter 768, head 0), 3.727 % of 20,608
                frozen   19,840 (base 19,584, adapter 256)
                """,
                summary.text());
    }

    /** 41,736 bytes of fp16 less a header: words, positions, two layers, the last norm. */
    private static final long GPT2_PARAMETERS =
            101 * 32 + 40 * 32 + 2 * (96 * 33 + 32 * 33 + 48 * 33 + 32 * 49 + 4 * 32) + 64;

    private static List<String> names(String model, String... targets) {
        return new TargetSelector(List.of(targets), 4)
                .select(base(model)).stream().map(choice -> choice.linear().name()).toList();
    }

    private static Transformer base(String model) {
        return HuggingFaceFolder.read(MODELS.resolve(model)).base();
    }
}
