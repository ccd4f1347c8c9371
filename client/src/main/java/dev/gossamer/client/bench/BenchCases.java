package dev.gossamer.client.bench;

import dev.gossamer.client.bench.BenchCase.AdapterKind;
import dev.gossamer.client.bench.BenchCase.Work;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The built-in cases. A name is the base, the adapter, what is special, and the size of the batch:
 * {@code minilm-lora-sb-private-16x128-bf16}.
 */
final class BenchCases {
    /** Rows of a gloss batch, and the most tokens of a gloss. */
    static final int TEXT_ROWS = 16;

    static final int TEXT_LENGTH = 64;

    /** Clients of the cohort case. */
    static final int COHORT = 16;

    private static final int RANK = 16;
    private static final String MINILM = "minilm-l6";
    private static final String SMOLLM2 = "smollm2-135m";

    private static final List<BenchCase> ALL = all();

    private BenchCases() {}

    /** All of them, in the order in which they run. */
    static List<BenchCase> list() {
        return ALL;
    }

    /**
     * The case of that name.
     *
     * @throws IllegalArgumentException with the names of all, if there is none
     */
    static BenchCase named(String name) {
        return ALL.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "unknown case: --case="
                                                + name
                                                + ", one of="
                                                + ALL.stream().map(BenchCase::name).toList()));
    }

    private static List<BenchCase> all() {
        List<BenchCase> all = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            encoder(all, "minilm", MINILM, precision);
            all.add(text(precision));
        }
        for (Precision precision : Precision.values()) {
            encoder(all, "bertbase", "bert-base", precision);
        }
        for (Precision precision : Precision.values()) {
            all.add(decoder("", 4, 128, Storage.FP32, precision));
        }
        all.add(decoder("-blocks", 4, 128, Storage.BLOCKS, Precision.FP32));
        all.add(decoder("", 1, 1024, Storage.FP32, Precision.FP32));
        all.add(decoder("", 1, 4096, Storage.FP32, Precision.FP32));
        all.add(
                named(
                        "minilm-lora-sb-int8-16x128",
                        MINILM,
                        Work.STEP,
                        16,
                        128,
                        Storage.INT8,
                        Precision.FP32));
        all.add(
                named(
                        "minilm-cohort-16x4x16",
                        MINILM,
                        Work.COHORT,
                        4,
                        16,
                        Storage.FP32,
                        Precision.FP32));
        all.add(named("minilm-load", MINILM, Work.LOAD, 16, 128, Storage.FP32, Precision.FP32));
        for (Storage storage : List.of(Storage.FP32, Storage.BLOCKS)) {
            String suffix = storage == Storage.FP32 ? "" : "-blocks";
            all.add(
                    named(
                            "smollm2-generate" + suffix,
                            SMOLLM2,
                            Work.GENERATE,
                            1,
                            128,
                            storage,
                            Precision.FP32));
        }
        return List.copyOf(all);
    }

    private static void encoder(
            List<BenchCase> all, String prefix, String base, Precision precision) {
        for (int length : new int[] {128, 32}) {
            for (AdapterKind adapter : List.of(AdapterKind.LORA_SB, AdapterKind.LORA)) {
                all.add(
                        step(
                                prefix,
                                base,
                                adapter,
                                Work.STEP,
                                16,
                                length,
                                RANK,
                                Storage.FP32,
                                precision));
            }
            all.add(
                    step(
                            prefix,
                            base,
                            AdapterKind.LORA_SB,
                            Work.PRIVATE,
                            16,
                            length,
                            RANK,
                            Storage.FP32,
                            precision));
        }
    }

    /** A case of rows of one length, with the name that its choices make. */
    static BenchCase step(
            String prefix,
            String base,
            AdapterKind adapter,
            Work work,
            int rows,
            int length,
            int rank,
            Storage storage,
            Precision precision) {
        String name =
                prefix
                        + "-"
                        + adapter.word()
                        + (work == Work.PRIVATE ? "-private" : "")
                        + (storage == Storage.FP32 ? "" : "-" + word(storage))
                        + "-"
                        + rows
                        + "x"
                        + length
                        + suffix(precision);
        return new BenchCase(name, base, work, adapter, rows, length, rank, storage, precision);
    }

    private static String word(Storage storage) {
        return storage.name().toLowerCase(Locale.ROOT);
    }

    private static String suffix(Precision precision) {
        return precision == Precision.FP32 ? "" : "-bf16";
    }

    private static BenchCase text(Precision precision) {
        return named(
                "minilm-lora-sb-wordnet" + suffix(precision),
                MINILM,
                Work.TEXT,
                TEXT_ROWS,
                TEXT_LENGTH,
                Storage.FP32,
                precision);
    }

    private static BenchCase decoder(
            String special, int rows, int length, Storage storage, Precision precision) {
        return named(
                "smollm2-lora-sb" + special + "-" + rows + "x" + length + suffix(precision),
                SMOLLM2,
                Work.STEP,
                rows,
                length,
                storage,
                precision);
    }

    private static BenchCase named(
            String name,
            String base,
            Work work,
            int rows,
            int length,
            Storage storage,
            Precision precision) {
        return new BenchCase(
                name, base, work, AdapterKind.LORA_SB, rows, length, RANK, storage, precision);
    }
}
