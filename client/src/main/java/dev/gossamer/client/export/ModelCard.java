package dev.gossamer.client.export;

import dev.gossamer.client.adapter.LowRankUpdate;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TrainedAdapter;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The README.md of an exported adapter: what it is, and the lines of Python that use it.
 *
 * @param updates as they are stored
 * @param bare whether the head lies beside an adapter of the bare base
 */
record ModelCard(TrainedAdapter trained, List<LowRankUpdate> updates, boolean bare) {
    /** The whole text. */
    String text() {
        return frontMatter("peft")
                + "\n"
                + description("A LoRA adapter for %s")
                + "\n```python\n"
                + python()
                + "```\n";
    }

    /** The text for a folder that holds the base with the adapter in it. */
    String merged() {
        String python =
                bare
                        ? bare("AutoModel.from_pretrained(\".\").eval()", "", "\".\"")
                        : """
                        from transformers import %1$s, AutoTokenizer

                        tokenizer = AutoTokenizer.from_pretrained(".")
                        model = %1$s.from_pretrained(".").eval()
                        print(model(**tokenizer("A text.", return_tensors="pt")).logits)
                        """
                                .formatted(autoClass());
        return frontMatter("transformers")
                + "\n"
                + description("%s with a LoRA adapter merged into it")
                + "\n```python\n"
                + python
                + "```\n";
    }

    private String frontMatter(String library) {
        return """
        ---
        base_model: %s
        library_name: %s
        tags:
        - lora
        - gossamer
        - %s
        ---
        """
                .formatted(quoted(trained.base().name()), library, trained.use().task().key());
    }

    private String description(String title) {
        String ranks =
                updates.stream()
                        .map(LowRankUpdate::rank)
                        .collect(Collectors.toCollection(TreeSet::new))
                        .stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "));
        return """
        # %s

        | | |
        | --- | --- |
        | task | %s |
        | trained with | %s |
        | adapted maps | %d, rank %s |
        | values trained | %d |
        | longest row | %d tokens |
        %s%s\
        """
                .formatted(
                        title.formatted(trained.base().name()),
                        trained.use().task().key(),
                        kind(),
                        updates.size(),
                        ranks,
                        trained.state().values().length,
                        trained.use().maxTokens(),
                        row("classes", String.join(", ", trained.use().classes())),
                        row("pooling", trained.use().pooling().map(PoolingChoice::key).orElse("")));
    }

    private static String row(String name, String value) {
        return value.isEmpty() ? "" : "| " + name + " | " + value.replace("|", "\\|") + " |\n";
    }

    private String kind() {
        return switch (trained.adapter().kind()) {
            case LORA ->
                    trained.replaced().isPresent()
                            ? "A and B in place of a part of the base, stored as the difference"
                            : "A and B";
            case A_ONLY -> "A, with B frozen";
            case B_ONLY -> "B, with A frozen";
            case R_ONLY -> "R between frozen A and B, stored as B R and A";
        };
    }

    private String python() {
        String base = quoted(trained.base().name());
        if (bare) {
            String model =
                    "PeftModel.from_pretrained(AutoModel.from_pretrained("
                            + base
                            + "), \".\").eval()";
            return bare(model, "from peft import PeftModel\n", base);
        }
        int classes = trained.use().classes().size();
        return """
        from peft import PeftModel
        from transformers import %1$s, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(%2$s)
        model = %1$s.from_pretrained(%2$s%3$s)
        model = PeftModel.from_pretrained(model, ".").eval()
        print(model(**tokenizer("A text.", return_tensors="pt")).logits)
        """
                .formatted(autoClass(), base, classes == 0 ? "" : ", num_labels=" + classes);
    }

    private String autoClass() {
        return switch (trained.use().task()) {
            case SEQUENCE_CLASSIFICATION -> "AutoModelForSequenceClassification";
            case TOKEN_CLASSIFICATION -> "AutoModelForTokenClassification";
            case MASKED_LM -> "AutoModelForMaskedLM";
            case CAUSAL_LM -> "AutoModelForCausalLM";
        };
    }

    private String bare(String model, String imports, String tokenizer) {
        boolean mean = trained.use().pooling().filter(p -> p == PoolingChoice.MEAN).isPresent();
        return """
        import torch
        %1$sfrom safetensors.torch import load_file
        from transformers import AutoModel, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(%2$s)
        model = %3$s
        head = load_file("head.safetensors")
        row = tokenizer("A text.", truncation=True, max_length=%4$d, return_tensors="pt")
        pooled = model(**row).last_hidden_state[0]%5$s
        print(torch.addmv(head["classifier.bias"], head["classifier.weight"], pooled))
        """
                .formatted(
                        imports,
                        tokenizer,
                        model,
                        trained.use().maxTokens(),
                        mean ? ".mean(dim=0)" : "[0]");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
