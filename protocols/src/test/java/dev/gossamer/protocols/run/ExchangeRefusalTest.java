package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.RunFileRefusalTest.refusal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of {@code exchange} and {@code server} is refused. */
class ExchangeRefusalTest {
    @Test
    void read_adaptiveServerWithoutRate_isRefused() {
        assertEquals(
                "adaptive optimiser needs a rate: key=server.learning-rate, value=none,"
                        + " server.optimizer=fedyogi; 1e-3 is usual",
                refusal("optimizer: fedavg", "optimizer: fedyogi"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "upload: {values| upload: {block: 24, values"
                        + "| not a multiple of 16: key=exchange.upload.block, value=24",
                "upload: {values| upload: {sparsify: random-k, index: coo, values"
                        + "| random-k sends a seed and no indices: key=exchange.upload.index,"
                        + " value=coo, available=[auto]",
                "download: {values| download: {feedback: keep, values"
                        + "| feedback is of uploads alone: key=exchange.download.feedback,"
                        + " value=keep, available=[none]",
                "download: {values| download: {sparsify: random-k, values"
                        + "| random-k is of uploads alone: key=exchange.download.sparsify,"
                        + " value=random-k, available=[top-k, top-k-per-tensor]"
            })
    void read_codecThatCannotWork_isRefusedByKeyAndValue(
            String part, String replacement, String message) {
        assertEquals(message, refusal(part, replacement));
    }
}
