package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Matrix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Folders in the many ways that they are saved, and what is said of those that are wrong. */
class ModelFolderTest {
    @TempDir private Path to;

    private FolderCopy copy(String model) {
        return new FolderCopy(model, to);
    }

    private static String refused(FolderCopy folder) {
        String message = assertThrows(WeightsFormatException.class, folder::read).getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.contains(folder.path().toString()), message);
        return message;
    }

    private static void assertRefused(String what, FolderCopy folder) {
        String message = refused(folder);
        assertTrue(message.contains(what), message);
    }

    private static float[] row(Matrix matrix, int row) {
        float[] values = new float[matrix.columns()];
        matrix.readRow(row, values, 0);
        return values;
    }

    @Test
    void read_savedFromABareBase_isTheSameBase() {
        PretrainedModel whole = copy("bert-sequence").read();

        PretrainedModel bare =
                new FolderCopy("bert-sequence", to.resolve("bare"))
                        .config(json -> json.putArray("architectures").add("BertModel"))
                        .rename(
                                name ->
                                        name.startsWith("classifier")
                                                ? ""
                                                : name.substring("bert.".length()))
                        .read();

        assertEquals(Optional.empty(), bare.head());
        assertEquals(whole.base().linears().size(), bare.base().linears().size());
        assertArrayEquals(row(whole.base().words(), 7), row(bare.base().words(), 7));
        assertArrayEquals(
                row(whole.base().linears().getLast().weight(), 3),
                row(bare.base().linears().getLast().weight(), 3));
        assertEquals("encoder.layer.0.attention.self.query", bare.base().linears().get(0).name());
    }

    @Test
    void read_decoderSavedWithoutPrefix_hasItsTiedHead() {
        PretrainedModel model =
                copy("gpt2").rename(name -> name.substring("transformer.".length())).read();

        Head.LanguageModel head = (Head.LanguageModel) model.head().orElseThrow();
        assertEquals(model.base().words(), head.output());
    }

    @Test
    void read_normsNamedTheOldWay_areFound() {
        PretrainedModel old =
                copy("bert-mlm")
                        .rename(
                                name ->
                                        name.replace("LayerNorm.weight", "LayerNorm.gamma")
                                                .replace("LayerNorm.bias", "LayerNorm.beta"))
                        .read();

        assertEquals(32, old.base().blocks().get(0).attentionNorm().bias().orElseThrow().length);
    }

    @Test
    void read_withoutArchitectures_goesByTheModelType() {
        PretrainedModel model =
                copy("distilbert-sequence").config(json -> json.remove("architectures")).read();

        assertEquals(Optional.empty(), model.head());
        assertEquals("distilbert", model.base().architecture().family());
    }

    @Test
    void read_unknownArchitecture_isNamedWithThoseThatAreThere() {
        FolderCopy folder =
                copy("bert-mlm")
                        .config(
                                json ->
                                        json.putArray("architectures")
                                                .add("T5ForConditionalGeneration"));

        String message = refused(folder);

        assertTrue(
                message.contains("unknown architecture: architectures=T5ForConditionalGeneration"),
                message);
        for (String known : List.of("BertForMaskedLM", "GPT2LMHeadModel", "Qwen3ForCausalLM")) {
            assertTrue(message.contains(known), message);
        }
    }

    @Test
    void read_unknownModelType_isNamedWithThoseThatAreThere() {
        assertRefused(
                "unknown architecture: model_type=t5, known=[bert, camembert, distilbert, gpt2,"
                        + " llama, mistral, qwen2, qwen3, roberta, xlm-roberta]",
                copy("bert-mlm")
                        .config(json -> json.put("model_type", "t5").remove("architectures")));
    }

    @Test
    void read_withoutConfig_refused() throws IOException {
        FolderCopy folder = copy("gpt2");
        Files.delete(folder.path().resolve("config.json"));

        assertRefused("no model folder, config.json is missing: folder=", folder);
    }

    @Test
    void read_withoutWeights_namesWhatWasLookedFor() throws IOException {
        FolderCopy folder = copy("gpt2");
        Files.delete(folder.path().resolve("model.safetensors"));

        assertRefused("looked for=[model.safetensors, model.safetensors.index.json]", folder);
    }

    @Test
    void read_shardMissing_isNamed() throws IOException {
        FolderCopy folder = copy("llama");
        Files.delete(folder.path().resolve("model-00002-of-00005.safetensors"));
        Files.delete(folder.path().resolve("model-00004-of-00005.safetensors"));

        assertRefused(
                "missing=[model-00002-of-00005.safetensors, model-00004-of-00005.safetensors],"
                        + " of=5",
                folder);
    }

    @Test
    void read_shardOutsideOfTheFolder_refused() {
        assertRefused(
                "bad name of a shard: ",
                copy("llama")
                        .json(
                                "model.safetensors.index.json",
                                json ->
                                        json.withObject("/weight_map")
                                                .put("lm_head.weight", "../x.safetensors")));
    }

    @Test
    void read_tensorInAnotherShardThanTheIndexSays_isNamed() {
        assertRefused(
                "model-00001-of-00005.safetensors: tensor missing: tensor=lm_head.weight",
                copy("llama")
                        .json(
                                "model.safetensors.index.json",
                                json ->
                                        json.withObject("/weight_map")
                                                .put(
                                                        "lm_head.weight",
                                                        "model-00001-of-00005.safetensors")));
    }

    @Test
    void read_tensorMissing_isNamed() {
        String gone = "bert.encoder.layer.1.output.dense.bias";

        assertRefused(
                "tensor=" + gone, copy("bert-token").rename(name -> name.equals(gone) ? "" : name));
    }

    @Test
    void read_tensorOfAnotherShape_isNamed() {
        assertRefused(
                "wrong shape: file="
                        + to.resolve("bert-token/model.safetensors")
                        + ", tensor=bert.encoder.layer.0.intermediate.dense.weight, shape=[48, 32],"
                        + " expected=[64, 32]",
                copy("bert-token").config(json -> json.put("intermediate_size", 64)));
    }

    @Test
    void read_moreLayersThanTensors_namesTheFirstThatIsMissing() {
        assertRefused(
                "tensor missing: folder="
                        + to.resolve("llama-yarn")
                        + ", tensor=model.layers.2.self_attn.q_proj.weight",
                copy("llama-yarn").config(json -> json.put("num_hidden_layers", 2_000_000)));
    }

    @Test
    void read_absurdSizes_refusedBeforeAnythingIsMade() {
        assertRefused(
                "bad integer: name=head_dim, value=2000000000, from 0 to 16777216",
                copy("llama-yarn").config(json -> json.put("head_dim", 2_000_000_000)));
        assertRefused(
                "bad size: name=hidden_size, value=0, bound=1",
                copy("qwen3").config(json -> json.put("hidden_size", 0)));
        assertRefused(
                "sizes do not divide: hidden_size=32, num_attention_heads=5",
                copy("bert-mlm").config(json -> json.put("num_attention_heads", 5)));
        assertRefused(
                "key-value heads do not divide the heads: heads=4, keyValueHeads=3",
                copy("mistral-sliding").config(json -> json.put("num_key_value_heads", 3)));
    }

    @Test
    void read_labelsThatDoNotFit_refused() {
        assertRefused(
                "classes do not fit: tensor=classifier.weight, rows=3, classes in id2label=4",
                copy("bert-sequence")
                        .config(json -> json.withObject("/id2label").put("3", "fourth")));
    }

    @Test
    void read_labels_areNamedInOrder() {
        PretrainedModel model =
                copy("roberta-sequence")
                        .config(
                                json ->
                                        json.putObject("id2label")
                                                .put("2", "good")
                                                .put("0", "bad")
                                                .put("1", "neither"))
                        .read();

        assertEquals(List.of("bad", "neither", "good"), model.labels());
    }

    @Test
    void read_settingThatIsNotThere_isNamed() {
        assertRefused(
                "setting is not there: name=position_embedding_type, value=relative_key",
                copy("bert-mlm")
                        .config(json -> json.put("position_embedding_type", "relative_key")));
        assertRefused(
                "setting is not there: name=scale_attn_by_inverse_layer_idx, value=true",
                copy("gpt2").config(json -> json.put("scale_attn_by_inverse_layer_idx", true)));
        assertRefused(
                "unknown activation: name=hidden_act, value=quick_gelu",
                copy("qwen3").config(json -> json.put("hidden_act", "quick_gelu")));
        assertRefused(
                "unknown rotary scaling: rope_type=dynamic, known=[default, linear, llama3, yarn]",
                copy("llama-linear")
                        .config(
                                json ->
                                        json.withObject("/rope_parameters")
                                                .put("rope_type", "dynamic")));
    }

    @Test
    void read_window_countsWhereTheFamilyHasIt() {
        assertEquals(
                OptionalInt.of(6), copy("mistral-sliding").read().base().architecture().window());
        assertEquals(
                OptionalInt.empty(),
                copy("qwen2-bf16")
                        .config(json -> json.put("sliding_window", 6))
                        .read()
                        .base()
                        .architecture()
                        .window());
        assertRefused(
                "a sliding window in some layers only is not there: layers=2, with a window=1",
                copy("qwen3")
                        .config(
                                json ->
                                        json.put("sliding_window", 6)
                                                .put("use_sliding_window", true)
                                                .putArray("layer_types")
                                                .add("full_attention")
                                                .add("sliding_attention")));
    }

    @Test
    void read_windowFromTheFirstLayerOn_countsForQwenToo() {
        FolderCopy folder =
                copy("qwen2-bf16")
                        .config(
                                json ->
                                        json.put("sliding_window", 6)
                                                .put("use_sliding_window", true)
                                                .put("max_window_layers", 0)
                                                .remove("layer_types"));

        assertEquals(OptionalInt.of(6), folder.read().base().architecture().window());
        folder.config(json -> json.remove("max_window_layers"));
        assertEquals(OptionalInt.empty(), folder.read().base().architecture().window());
    }

    @Test
    void read_licence_isTheModelCards() throws IOException {
        FolderCopy folder = copy("gpt2");
        assertEquals("unknown", folder.read().licence());

        Files.writeString(
                folder.path().resolve("README.md"),
                "---\nlanguage: en\nlicense: apache-2.0\n---\n\nlicense: other\n");

        assertEquals("apache-2.0", folder.read().licence());
    }

    @Test
    void read_matrixOfIntegers_isNamed() {
        String name = "transformer.h.0.mlp.c_fc.weight";
        FolderCopy folder = copy("gpt2");
        folder.retype(name, "I8");

        assertRefused(
                "dtype is not one of weights: file="
                        + folder.path().resolve("model.safetensors")
                        + ", tensor="
                        + name
                        + ", dtype=I8, known=[F32, F16, BF16]",
                folder);
    }

    @Test
    void read_robertaPositions_beginAfterThePaddingToken() {
        FolderCopy folder = copy("roberta-sequence");
        Matrix positions = folder.read().base().positions().orElseThrow();

        float[] stored =
                row(
                        SafeTensors.read(folder.path().resolve("model.safetensors"))
                                .tensor("roberta.embeddings.position_embeddings.weight")
                                .matrix(42, 32),
                        2);

        assertEquals(40, positions.rows());
        assertArrayEquals(stored, row(positions, 0));
    }

    @Test
    void read_heads_areThoseOfTheirFamilies() {
        Head.SequenceClassifier bert =
                (Head.SequenceClassifier) copy("bert-sequence").read().head().orElseThrow();
        Head.SequenceClassifier distil =
                (Head.SequenceClassifier) copy("distilbert-sequence").read().head().orElseThrow();

        assertEquals(Head.Pooling.FIRST, bert.pooling());
        assertEquals(Activation.TANH, bert.hidden().orElseThrow().activation());
        assertEquals("bert.pooler.dense", bert.hidden().orElseThrow().linear().name());
        assertEquals(Activation.RELU, distil.hidden().orElseThrow().activation());
        assertEquals("pre_classifier", distil.hidden().orElseThrow().linear().name());
        assertEquals("classifier", distil.output().name());
    }

    @Test
    void read_untiedHead_hasAMatrixOfItsOwn() {
        PretrainedModel free = copy("mistral-sliding").read();
        FolderCopy tied = copy("qwen3").config(json -> json.put("tie_word_embeddings", false));

        Head.LanguageModel head = (Head.LanguageModel) free.head().orElseThrow();
        assertNotEquals(free.base().words(), head.output());
        assertRefused("tensor missing: folder=" + tied.path() + ", tensor=lm_head.weight", tied);
    }

    @Test
    void read_rotaryInTheOldSpelling_isTheSame() {
        double[] newer =
                copy("llama")
                        .read()
                        .base()
                        .architecture()
                        .rotary()
                        .orElseThrow()
                        .inverseFrequencies();

        double[] older =
                new FolderCopy("llama", to.resolve("old"))
                        .config(
                                json -> {
                                    ObjectNode scaling =
                                            json.withObject("/rope_parameters").deepCopy();
                                    json.remove("rope_parameters");
                                    json.set("rope_theta", scaling.remove("rope_theta"));
                                    scaling.set("type", scaling.remove("rope_type"));
                                    json.set("rope_scaling", scaling);
                                })
                        .read()
                        .base()
                        .architecture()
                        .rotary()
                        .orElseThrow()
                        .inverseFrequencies();

        assertArrayEquals(newer, older);
    }
}
