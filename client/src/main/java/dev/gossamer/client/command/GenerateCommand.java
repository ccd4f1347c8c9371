package dev.gossamer.client.command;

import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.gossamer.client.data.ChatFormat;
import dev.gossamer.client.data.ChatTurn;
import dev.gossamer.client.data.TaskData;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.text.Marks;
import dev.gossamer.client.text.TokenizedText;
import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.client.train.AdaptedModel.TextSession;
import dev.gossamer.client.train.Task;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code generate}: a decoder writes on from a prompt, token by token. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        description = "Lets a decoder, with or without an adapter, write on from a prompt.")
public final class GenerateCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();

    @Mixin private BaseOptions base;

    @Option(names = "--adapter", paramLabel = "DIR", description = "from train, or a PEFT folder")
    private Path adapter;

    @Option(names = "--prompt", required = true, paramLabel = "TEXT")
    private String prompt;

    @Option(names = "--chat", description = "the prompt is a user's message, as the base writes it")
    private boolean chat;

    @Option(names = "--system", paramLabel = "TEXT", description = "stands before it, with --chat")
    private String system;

    @Option(names = "--max-tokens", defaultValue = "128", paramLabel = "N", description = "at most")
    private int maxTokens;

    @Option(
            names = "--temperature",
            defaultValue = "0",
            paramLabel = "T",
            description = "0 takes the most likely token each time")
    private double temperature;

    @Option(
            names = "--top-p",
            defaultValue = "1",
            paramLabel = "P",
            description = "draws from the most likely tokens of that share alone")
    private double topP;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "N")
    private long seed;

    @Option(names = "--json", description = "one JSON object at the end, and no text before")
    private boolean json;

    private final Surroundings surroundings;

    /** The command. */
    public GenerateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        base.preferBlocks();
        Sampling sampling = new Sampling(temperature, topP, seed);
        Words.atLeast("--max-tokens", maxTokens, 1);
        if (system != null && !chat) {
            throw new IllegalArgumentException("no conversation: --system without --chat");
        }
        Terminal terminal = new Terminal(surroundings);
        try (Workers workers = base.workers()) {
            ReadyModel ready =
                    ReadyModel.open(base, adapter, Optional.of(Task.CAUSAL_LM), workers, terminal);
            Tokenizer tokenizer = TaskData.tokenizer(ready.pretrained());
            int[] start = start(ready, tokenizer);
            int bound = ready.pretrained().base().architecture().positions();
            if (start.length == 0 || start.length >= bound) {
                throw new IllegalArgumentException(
                        "prompt has no token, or leaves no room: prompt tokens="
                                + start.length
                                + ", bound="
                                + bound);
            }
            write(ready, tokenizer, start, Math.min(maxTokens, bound - start.length), sampling);
            return 0;
        }
    }

    private int[] start(ReadyModel ready, Tokenizer tokenizer) {
        if (!chat) {
            return opening(tokenizer);
        }
        ChatFormat format =
                TaskData.chat(ready.pretrained())
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "base has no chat template: base="
                                                        + ready.pretrained().name()
                                                        + "; leave --chat out"));
        List<ChatTurn> turns = new ArrayList<>();
        Words.optional(system).ifPresent(text -> turns.add(new ChatTurn("system", text)));
        turns.add(new ChatTurn("user", prompt));
        return tokenizer.encodeBare(format.text(turns, true));
    }

    /** The prompt's tokens without one that would end the text. */
    private int[] opening(Tokenizer tokenizer) {
        TokenizedText tokens = tokenizer.tokenize(prompt);
        int end = Marks.end(tokenizer).orElse(-1);
        int size = tokens.size();
        while (size > 0 && tokens.special(size - 1) && tokens.ids()[size - 1] == end) {
            size--;
        }
        return Arrays.copyOf(tokens.ids(), size);
    }

    private void write(
            ReadyModel ready, Tokenizer tokenizer, int[] start, int most, Sampling sampling) {
        Terminal terminal = new Terminal(surroundings);
        Set<Integer> stops = Marks.stops(tokenizer);
        TextSession session = ready.model().session(ready.values(), start.length + most);
        long begun = terminal.now();
        float[] scores = session.append(start);
        double promptSeconds = terminal.secondsSince(begun);
        Written written = new Written(tokenizer);
        begun = terminal.now();
        int next = sampling.choose(scores);
        while (!stops.contains(next) && written.size() < most) {
            print(written.add(next));
            if (written.size() < most) {
                next = sampling.choose(session.append(next));
            }
        }
        double seconds = terminal.secondsSince(begun);
        print(written.rest());
        tell(terminal, start.length, written, stops.contains(next), promptSeconds, seconds);
    }

    private void print(String text) {
        if (!json) {
            surroundings.out().print(text);
            surroundings.out().flush();
        }
    }

    private void tell(
            Terminal terminal,
            int promptTokens,
            Written written,
            boolean stopped,
            double promptSeconds,
            double seconds) {
        double rate = seconds > 0 ? written.size() / seconds : 0;
        if (json) {
            surroundings
                    .out()
                    .println(
                            JSON.createObjectNode()
                                    .put("text", written.text())
                                    .put("promptTokens", promptTokens)
                                    .put("tokens", written.size())
                                    .put("end", stopped ? "stop" : "length")
                                    .put("promptSeconds", promptSeconds)
                                    .put("seconds", seconds)
                                    .put("tokensPerSecond", rate));
            return;
        }
        surroundings.out().println();
        terminal.line(
                "prompt %d tokens in %.2f s; wrote %d tokens at %.1f tokens/s",
                promptTokens, promptSeconds, written.size(), rate);
    }

    /** Tokens as text, of which no more is told than is certain. */
    private static final class Written {
        private final Tokenizer tokenizer;
        private final List<Integer> ids = new ArrayList<>();
        private String text = "";
        private int told;

        Written(Tokenizer tokenizer) {
            this.tokenizer = tokenizer;
        }

        /** What can be told once {@code id} stands: a character of several tokens is kept back. */
        String add(int id) {
            ids.add(id);
            text = tokenizer.decode(ids.stream().mapToInt(Integer::intValue).toArray());
            int certain = text.length();
            while (certain > told && text.charAt(certain - 1) == '\uFFFD') {
                certain--;
            }
            return tell(certain);
        }

        String rest() {
            return tell(text.length());
        }

        private String tell(int to) {
            String part = text.substring(Math.min(told, to), to);
            told = Math.max(told, to);
            return part;
        }

        int size() {
            return ids.size();
        }

        String text() {
            return text;
        }
    }
}
