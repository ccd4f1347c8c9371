package dev.gossamer.client.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.tensor.GemmRates;
import dev.gossamer.client.tensor.GemmRates.Shape;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The rates of oneDNN and OpenBLAS with threads of their own, measured by a process of their own:
 * idle threads that spin would slow down whatever the engine does next.
 *
 * <p>It measures once for each line that it reads, and answers with one line of rates.
 */
final class LibraryRates implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final PrintStream questions;
    private final BufferedReader answers;

    /** Starts the process. */
    LibraryRates(List<Shape> shapes, int threads) {
        List<String> words = new ArrayList<>(List.of("bench", "engine"));
        words.addAll(List.of("--threads", Integer.toString(threads), "--products"));
        words.add(JSON.valueToTree(shapes).toString());
        process = ThisJava.start(words);
        questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** For each library, the rates of all shapes. */
    List<List<Double>> measure() {
        questions.println();
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException(
                        "the process that measures products ended: exit=" + process.waitFor());
            }
            return JSON.readValue(line, new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read measured products", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring products", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** What the process does: answers lines of {@code in} until they end. */
    static void answer(
            String shapes, int threads, LongSupplier nanos, BufferedReader in, PrintStream out) {
        try {
            List<Shape> read = JSON.readValue(shapes, new TypeReference<>() {});
            GemmRates rates = new GemmRates(read, nanos);
            while (in.readLine() != null) {
                out.println(
                        JSON.writeValueAsString(
                                List.of(rates.byOneDnn(threads), rates.byOpenBlas(threads))));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("bad shapes: --products=" + shapes, e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what to measure", e);
        }
    }
}
