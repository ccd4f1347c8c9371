package dev.gossamer.client.data;

import dev.gossamer.client.data.DataRow.Content;
import dev.gossamer.client.text.TokenizedText;
import dev.gossamer.client.text.Tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Rows of causal language modelling: what is to be written is labelled with itself, what is given
 * has no label.
 *
 * <p>All of a plain text is written; of a prompt and its completion the completion, and the token
 * that ends it; of a conversation the assistant's messages as the chat format has them. The first
 * token of a row never has a label, as nothing stands before it.
 *
 * @param endToken ends a completion, where the model has such a token
 * @param chat the tokeniser's own format, where it has one
 * @param maxTokens longer rows are cut at their end
 */
public record CausalEncoder(
        Tokenizer tokenizer, OptionalInt endToken, Optional<ChatFormat> chat, int maxTokens)
        implements RowEncoder {
    /** Tokens, and for each whether it is to be written. */
    private static final class Script {
        int[] ids = {};
        final List<Boolean> written = new ArrayList<>();

        /** Continues with {@code longer} where it begins with what stands, else with the part. */
        void extend(int[] longer, int[] part, boolean isWritten) {
            boolean continues =
                    longer.length >= ids.length
                            && Arrays.equals(ids, 0, ids.length, longer, 0, ids.length);
            ids = continues ? longer : concat(ids, part);
            while (written.size() < ids.length) {
                written.add(isWritten);
            }
        }
    }

    @Override
    public Encoded encode(DataRow row) {
        Script script =
                switch (row.content()) {
                    case Content.Text text -> whole(text.text());
                    case Content.Completion completion -> completion(row.place(), completion);
                    case Content.Chat conversation -> chat(row.place(), conversation.turns());
                    case Content.Words words ->
                            throw new IllegalArgumentException(
                                    "row of another task: content=" + words);
                };
        int kept = Math.min(script.ids.length, maxTokens);
        int[] labels = new int[kept];
        int count = 0;
        for (int token = 0; token < kept; token++) {
            boolean labelled = token > 0 && script.written.get(token);
            labels[token] = labelled ? script.ids[token] : Example.NO_LABEL;
            count += labelled ? 1 : 0;
        }
        if (count == 0) {
            throw nothingToWrite(row, script);
        }
        return new Encoded(
                new Example(Arrays.copyOf(script.ids, kept), labels), kept < script.ids.length);
    }

    private DataException nothingToWrite(DataRow row, Script script) {
        int given = script.written.indexOf(true);
        return row.content() instanceof Content.Text
                ? row.place().fault("a text of one token has none to be learnt; remove the row")
                : row.place()
                        .fault(
                                "prompt leaves no room for its completion: prompt tokens="
                                        + given
                                        + ", bound="
                                        + maxTokens
                                        + "; shorten the prompt or raise max-tokens");
    }

    private Script whole(String text) {
        Script script = new Script();
        int[] ids = tokenizer.tokenize(text).ids();
        script.extend(ids, ids, true);
        return script;
    }

    private Script completion(Place place, Content.Completion row) {
        int endId =
                endToken.orElseThrow(
                        () ->
                                place.fault(
                                        "the base names no token that ends a completion; write"
                                                + " whole texts in column text instead"));
        Script script = new Script();
        int[] prompt = opening(row.prompt());
        script.extend(prompt, prompt, false);
        script.extend(
                opening(row.prompt() + row.completion()),
                tokenizer.encodeBare(row.completion()),
                true);
        int[] end = {endId};
        script.extend(concat(script.ids, end), end, true);
        return script;
    }

    /** The tokens of a text that goes on: without special tokens that would end it. */
    private int[] opening(String text) {
        TokenizedText tokens = tokenizer.tokenize(text);
        int end = endToken.orElse(Example.NO_LABEL);
        int size = tokens.size();
        while (size > 0 && tokens.special(size - 1) && tokens.ids()[size - 1] == end) {
            size--;
        }
        return Arrays.copyOf(tokens.ids(), size);
    }

    private Script chat(Place place, List<ChatTurn> all) {
        ChatFormat format =
                chat.orElseThrow(
                        () ->
                                place.fault(
                                        "the base has no chat template for messages; write prompt"
                                                + " and completion instead"));
        int last = all.size();
        while (!all.get(last - 1).byAssistant()) {
            last--;
        }
        List<ChatTurn> turns = all.subList(0, last);
        String text;
        try {
            text = format.text(turns, false);
        } catch (IllegalArgumentException e) {
            throw place.fault(e.getMessage() + "; correct the messages");
        }
        List<Span> answers = answers(format, turns, text);
        if (answers.isEmpty()) {
            throw place.fault(
                    "the chat template does not write the last message after its prompt; write"
                            + " prompt and completion instead");
        }
        Script script = new Script();
        int stands = 0;
        for (Span answer : answers) {
            extend(script, text, stands, answer.from(), false);
            extend(script, text, answer.from(), answer.to(), true);
            stands = answer.to();
        }
        return script;
    }

    private void extend(Script script, String text, int from, int to, boolean written) {
        script.extend(
                tokenizer.encodeBare(text.substring(0, to)),
                tokenizer.encodeBare(text.substring(from, to)),
                written);
    }

    /** Characters of a text, the first and the one after the last. */
    private record Span(int from, int to) {}

    /**
     * Where the assistant's messages stand in {@code text}. A template that writes earlier messages
     * otherwise than later ones, as some drop past reasoning, leaves only those that stand.
     */
    private static List<Span> answers(ChatFormat format, List<ChatTurn> turns, String text) {
        List<Span> answers = new ArrayList<>();
        for (int i = 0; i < turns.size(); i++) {
            if (turns.get(i).byAssistant()) {
                answer(format, turns, i, text).ifPresent(answers::add);
            }
        }
        return answers;
    }

    private static Optional<Span> answer(
            ChatFormat format, List<ChatTurn> turns, int index, String text) {
        try {
            String before = format.text(turns.subList(0, index), true);
            String after = format.text(turns.subList(0, index + 1), false);
            return after.startsWith(before) && text.startsWith(after)
                    ? Optional.of(new Span(before.length(), after.length()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            // A conversation that begins with the assistant has no part before it.
            return Optional.empty();
        }
    }

    private static int[] concat(int[] first, int[] second) {
        int[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
