package dev.gossamer.client.train;

/** What a model is trained for. */
public enum Task {
    /** One class for each row. */
    SEQUENCE_CLASSIFICATION("sequence-classification"),
    /** One class for each token. */
    TOKEN_CLASSIFICATION("token-classification"),
    /** The tokens behind masks. */
    MASKED_LM("masked-lm"),
    /** The next token, of the completion where there is a prompt. */
    CAUSAL_LM("causal-lm");

    private final String key;

    Task(String key) {
        this.key = key;
    }

    /** The name in run files and on the command line. */
    public String key() {
        return key;
    }
}
