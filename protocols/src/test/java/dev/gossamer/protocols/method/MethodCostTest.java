package dev.gossamer.protocols.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The published counts of values, as whole numbers. */
class MethodCostTest {
    private static final int LORA_RANK = 32;

    /** The seven maps of each layer of a Llama-like decoder. */
    private static List<Setting.Shape> decoder(int layers, int hidden, int query, int kv, int ffn) {
        List<Setting.Shape> shapes = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            shapes.add(new Setting.Shape("q", query, hidden));
            shapes.add(new Setting.Shape("k", kv, hidden));
            shapes.add(new Setting.Shape("v", kv, hidden));
            shapes.add(new Setting.Shape("o", hidden, query));
            shapes.add(new Setting.Shape("gate", ffn, hidden));
            shapes.add(new Setting.Shape("up", ffn, hidden));
            shapes.add(new Setting.Shape("down", hidden, ffn));
        }
        return shapes;
    }

    private static final List<Setting.Shape> MISTRAL = decoder(32, 4096, 4096, 1024, 14336);
    private static final List<Setting.Shape> GEMMA = decoder(42, 3584, 4096, 2048, 14336);
    private static final List<Setting.Shape> LLAMA = decoder(28, 3072, 3072, 1024, 8192);

    private static List<Setting.Shape> shapes(String model) {
        return switch (model) {
            case "mistral" -> MISTRAL;
            case "gemma" -> GEMMA;
            default -> LLAMA;
        };
    }

    private static Cost cost(String method, Setting setting) {
        return ExchangeMethod.named(method).cost(setting, 0);
    }

    /** Query and value of each of BERT-base's twelve layers, with a head of three classes. */
    private static Setting bert(int rank, int clients) {
        List<Setting.Shape> shapes = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            shapes.add(new Setting.Shape("map", 768, 768));
        }
        return Setting.of(shapes, rank, clients, 2307);
    }

    @ParameterizedTest
    @CsvSource({
        "mistral, 224, 83886080",
        "gemma, 294, 108036096",
        "llama, 196, 48627712",
    })
    void lora_ofPublishedModels_hasThePublishedValues(String model, int targets, long values) {
        Setting setting = Setting.of(shapes(model), LORA_RANK, 25, 0);

        assertEquals(targets, setting.shapes().size());
        assertEquals(new Cost(values, values, 0, 0), cost("fedit", setting));
    }

    @ParameterizedTest
    @CsvSource({
        "mistral, 120, 3225600, 314572800",
        "mistral, 160, 5734400, 419430400",
        "mistral, 200, 8960000, 524288000",
        "gemma, 120, 4233600, 405135360",
        "gemma, 160, 7526400, 540180480",
        "gemma, 200, 11760000, 675225600",
        "llama, 120, 2822400, 182353920",
        "llama, 160, 5017600, 243138560",
        "llama, 200, 7840000, 303923200",
    })
    void fedSb_ofPublishedModels_hasThePublishedValues(
            String model, int rank, long values, long oneOff) {
        Cost cost = cost("fed-sb", Setting.of(shapes(model), rank, 25, 0));

        assertEquals(new Cost(values, values, 0, oneOff), cost);
    }

    @ParameterizedTest
    @CsvSource({
        "mistral, fedex, 25, 200, 234.057",
        "mistral, fedit, 25, 200, 9.362",
        "mistral, ffa, 25, 200, 4.915",
        "gemma, fedex, 25, 120, 637.968",
        "gemma, fedex, 25, 160, 358.857",
        "gemma, fedex, 25, 200, 229.669",
        "gemma, flora, 25, 200, 229.669",
        "llama, fedex, 5, 200, 31.013",
        "llama, fedit, 5, 200, 6.203",
    })
    void download_overFedSbs_isThePublishedRatio(
            String model, String method, int clients, int rank, double ratio) {
        Cost cost = cost(method, Setting.of(shapes(model), LORA_RANK, clients, 0));
        Cost fedSb = cost("fed-sb", Setting.of(shapes(model), rank, clients, 0));

        assertEquals(ratio, (double) (cost.down() + cost.residual()) / fedSb.down(), 5e-4);
    }

    @Test
    void bert_withItsHead_hasThePublishedValues() {
        assertEquals(1_181_955, cost("fedit", bert(32, 3)).up());
        assertEquals(592_131, cost("ffa", bert(32, 3)).up());
        Cost fedEx = cost("fedex", bert(32, 3));
        assertEquals(3_541_251, fedEx.down() + fedEx.residual());
        assertEquals(26_883, cost("fed-sb", bert(32, 3)).up());
        assertEquals(57_603, cost("fed-sb", bert(48, 3)).up());
        assertEquals(100_611, cost("fed-sb", bert(64, 3)).up());
    }

    /** B alone is not half of LoRA where matrices are not square. */
    @Test
    void ffaAndRoLora_ofMistral_sendOneFactor() {
        Setting setting = Setting.of(MISTRAL, LORA_RANK, 25, 0);

        assertEquals(44_040_192, cost("ffa", setting).up());
        assertEquals(44_040_192, new RoLora().cost(setting, 0).up());
        assertEquals(39_845_888, new RoLora().cost(setting, 1).up());
        assertEquals(44_040_192, new RoLora().cost(setting, 1).down());
    }

    /** Both directions over T rounds with the basis, of Gemma-2 9B and 25 clients. */
    @ParameterizedTest
    @CsvSource({"1, 4.02, 0.005", "100, 92.8, 0.05", "100000000, 119.4, 0.05"})
    void fedEx_overFedSb_cumulative_isThePublishedRatio(long rounds, double ratio, double bound) {
        Cost fedEx = cost("fedex", Setting.of(GEMMA, LORA_RANK, 25, 0));
        Cost fedSb = cost("fed-sb", Setting.of(GEMMA, 200, 25, 0));

        double all = (double) rounds * (fedEx.up() + fedEx.down() + fedEx.residual());
        double own = (double) rounds * (fedSb.up() + fedSb.down()) + fedSb.oneOff();

        assertEquals(ratio, all / own, bound);
    }

    @Test
    void cellm_densities_countTheWholeVector() {
        Setting rank16 = Setting.of(bert(16, 3).shapes(), 16, 3, 0);
        Setting rank4 = Setting.of(rank16.shapes(), 4, 3, 0);
        ExchangeMethod asymmetric = new Cellm().at(1 / 64.0, 0.25);

        assertEquals(cost("fedit", rank4), cost("cellm", rank16));
        assertEquals(new Cost(9_216, 147_456, 0, 0), asymmetric.cost(rank16, 0));
    }

    /** A residual whose factors have more values than the matrix is sent as the matrix. */
    @Test
    void residual_ofManyClients_isNeverLargerThanTheMatrix() {
        Setting setting = Setting.of(bert(32, 100).shapes(), 32, 100, 0);

        assertEquals(24L * 768 * 768, cost("fedex", setting).residual());
        assertEquals(24L * 768 * 768, cost("flora", setting).residual());
    }

    @Test
    void flora_ranksOfTheirOwn_areDownloadedAsTheirSum() {
        Cost cost = new Flora().cost(new Setting(bert(4, 1).shapes(), 4, 4 + 8 + 16, 0), 0);

        assertEquals(24 * 4 * 1536, cost.up());
        assertEquals(24 * 28 * 1536, cost.residual());
    }

    @Test
    void methods_onTheClassPath_areTenAndFoundByEveryName() {
        List<String> names = ExchangeMethod.all().stream().map(ExchangeMethod::name).toList();

        assertEquals(
                List.of(
                        "cellm",
                        "fed-sb",
                        "fedex",
                        "fedit",
                        "ffa",
                        "flexlora",
                        "flora",
                        "hetlora",
                        "lora-fair",
                        "rolora"),
                names);
        for (ExchangeMethod method : ExchangeMethod.all()) {
            method.aliases()
                    .forEach(
                            alias ->
                                    assertEquals(
                                            method.name(), ExchangeMethod.named(alias).name()));
        }
    }

    @Test
    void unknownMethodOrOption_isRefusedWithThoseThereAre() {
        var name =
                assertThrows(IllegalArgumentException.class, () -> ExchangeMethod.named("fedsb2"));
        var option =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new FedIt().with(new MethodOptions(Map.of("lambda", 1.0))));
        var range =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new LoraFair().with(new MethodOptions(Map.of("lambda", -1.0))));

        assertTrue(name.getMessage().contains("value=fedsb2, available=[cellm, fed-sb"));
        assertEquals(
                "unknown option: key=adapter.options.lambda, method=fedit, available=[]",
                option.getMessage());
        assertTrue(range.getMessage().contains("key=adapter.options.lambda, value=-1.0"));
    }

    /** A run that forgets its densities would send everything, and be called sparse. */
    @Test
    void cellm_withoutADensity_isRefused() {
        var error = assertThrows(IllegalArgumentException.class, () -> new Cellm().at(1, 1));

        assertTrue(
                error.getMessage()
                        .startsWith("method sends leading values alone: method=cellm, exchange."));
        assertEquals(new Cellm(0.25, 1), new Cellm().at(0.25, 1));
        assertEquals(new FedIt().name(), new FedIt().at(0.25, 0.25).name());
    }
}
