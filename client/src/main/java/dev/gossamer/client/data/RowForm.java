package dev.gossamer.client.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.data.DataRow.Content;
import dev.gossamer.client.train.Task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a task takes from a row, and what it says of a row that lacks it. */
record RowForm(Columns columns, Task task) {
    private static final String NAME_ANOTHER = "add it or name another column";

    /**
     * The row of {@code entry}.
     *
     * @throws DataException naming the file, the row, the column and what to do
     */
    DataRow row(RecordReader.Entry entry) {
        Fields fields = new Fields(entry.place(), entry.columns());
        Content content =
                switch (task) {
                    case SEQUENCE_CLASSIFICATION -> text(fields);
                    case TOKEN_CLASSIFICATION -> words(fields);
                    case MASKED_LM -> plainText(fields);
                    case CAUSAL_LM -> written(fields);
                };
        return new DataRow(entry.place(), content, columns.client().map(fields::value));
    }

    private Content text(Fields fields) {
        return new Content.Text(
                fields.text(columns.text()),
                columns.secondText().map(fields::text),
                fields.find(columns.label()).map(_ -> fields.value(columns.label())));
    }

    private Content plainText(Fields fields) {
        return new Content.Text(fields.text(columns.text()), Optional.empty(), Optional.empty());
    }

    private Content words(Fields fields) {
        List<String> words = fields.list(columns.tokens());
        if (words.isEmpty()) {
            throw fields.fault(columns.tokens(), "holds no token; remove the row");
        }
        List<String> tags =
                fields.find(columns.tags()).isPresent() ? fields.list(columns.tags()) : List.of();
        if (!tags.isEmpty() && tags.size() != words.size()) {
            throw fields.fault(
                    columns.tags(),
                    "has tags="
                            + tags.size()
                            + " for tokens="
                            + words.size()
                            + "; tag each token once");
        }
        return new Content.Words(words, tags);
    }

    private Content written(Fields fields) {
        if (fields.find(columns.messages()).isPresent()) {
            return chat(fields);
        }
        boolean prompt = fields.find(columns.prompt()).isPresent();
        boolean completion = fields.find(columns.completion()).isPresent();
        if (prompt && completion) {
            return new Content.Completion(
                    fields.plain(columns.prompt()), fields.text(columns.completion()));
        }
        if (prompt || completion) {
            throw fields.fault(
                    prompt ? columns.completion() : columns.prompt(),
                    "is missing; " + NAME_ANOTHER);
        }
        if (fields.find(columns.text()).isPresent()) {
            return plainText(fields);
        }
        throw fields.place()
                .fault(
                        "neither prompt nor completion, nor text or messages: columns=["
                                + String.join(
                                        ", ",
                                        columns.prompt(),
                                        columns.completion(),
                                        columns.text(),
                                        columns.messages())
                                + "]; add one or name others");
    }

    private Content chat(Fields fields) {
        List<ChatTurn> turns = fields.turns(columns.messages());
        if (turns.stream().noneMatch(ChatTurn::byAssistant)) {
            throw fields.fault(
                    columns.messages(),
                    "has no message of role=" + ChatTurn.ASSISTANT + " to be trained on; add one");
        }
        return new Content.Chat(turns);
    }

    /** The named columns of one row. */
    private record Fields(Place place, ObjectNode columns) {
        DataException fault(String column, String what) {
            return place.fault("column=" + column + " " + what);
        }

        Optional<JsonNode> find(String column) {
            return Optional.ofNullable(columns.get(column)).filter(node -> !node.isNull());
        }

        private JsonNode require(String column) {
            return find(column).orElseThrow(() -> fault(column, "is missing; " + NAME_ANOTHER));
        }

        /** Text that may be empty. */
        String plain(String column) {
            JsonNode node = require(column);
            if (!node.isTextual()) {
                throw fault(column, "is not text; write it in quotes or name another column");
            }
            return node.textValue();
        }

        String text(String column) {
            String text = plain(column);
            if (text.isBlank()) {
                throw fault(column, "is empty text; fill it in or remove the row");
            }
            return text;
        }

        /** A text, number or boolean as text. */
        String value(String column) {
            JsonNode node = require(column);
            if (!node.isValueNode()) {
                throw fault(column, "is a list or an object; write one name");
            }
            String value = node.asText();
            if (value.isBlank()) {
                throw fault(column, "is empty; write a name or remove the row");
            }
            return value;
        }

        List<String> list(String column) {
            JsonNode node = require(column);
            if (node.isTextual()) {
                String text = node.textValue().strip();
                if (!text.startsWith("[")) {
                    return text.isEmpty() ? List.of() : List.of(text.split("\\s+"));
                }
                node = parsed(column, text);
            }
            if (!node.isArray()) {
                throw fault(column, "is no list; write [\"...\", ...], or blanks between tokens");
            }
            List<String> values = new ArrayList<>(node.size());
            for (JsonNode value : node) {
                if (!value.isValueNode() || value.isNull() || value.asText().isBlank()) {
                    throw fault(column, "has an empty or nested entry: index=" + values.size());
                }
                values.add(value.asText());
            }
            return values;
        }

        private JsonNode parsed(String column, String text) {
            try {
                return JsonlRecords.parse(text);
            } catch (JacksonException e) {
                throw fault(column, "is not JSON (" + e.getOriginalMessage() + "); correct it");
            }
        }

        List<ChatTurn> turns(String column) {
            JsonNode node = require(column);
            if (node.isTextual()) {
                node = parsed(column, node.textValue());
            }
            if (!node.isArray()) {
                throw fault(column, "is no list; write [{\"role\": ..., \"content\": ...}, ...]");
            }
            List<ChatTurn> turns = new ArrayList<>(node.size());
            for (JsonNode turn : node) {
                if (!turn.path("role").isTextual() || !turn.path("content").isTextual()) {
                    throw fault(
                            column,
                            "has a message without text in role and content: index="
                                    + turns.size());
                }
                turns.add(
                        new ChatTurn(
                                turn.get("role").textValue(), turn.get("content").textValue()));
            }
            return turns;
        }
    }
}
