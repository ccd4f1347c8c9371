package dev.gossamer.client.model;

/** The six matrices of an encoder layer that can carry an adapter, in the order of the layout. */
public enum LinearRole {
    /** Query projection. */
    QUERY("query", "attention.self.query"),
    /** Key projection. */
    KEY("key", "attention.self.key"),
    /** Value projection. */
    VALUE("value", "attention.self.value"),
    /** Attention output projection. */
    OUTPUT("output", "attention.output.dense"),
    /** Feed-forward, first matrix. */
    INTERMEDIATE("intermediate", "intermediate.dense"),
    /** Feed-forward, second matrix. */
    FFN_OUTPUT("ffn-output", "output.dense");

    private final String key;
    private final String module;

    LinearRole(String key, String module) {
        this.key = key;
        this.module = module;
    }

    /** The name in a run file's {@code targets}. */
    public String key() {
        return key;
    }

    /** The Hugging Face module name in {@code layer}, counted from 0. */
    public String moduleName(int layer) {
        return "encoder.layer." + layer + "." + module;
    }
}
