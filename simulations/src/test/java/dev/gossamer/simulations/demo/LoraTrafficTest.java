package dev.gossamer.simulations.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.node.NodeId;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class LoraTrafficTest {
    private static final NodeId NODE = new NodeId("client-1");
    private static final Basis BASIS =
            new Basis(
                    List.of(
                            new Basis.Target("a", 1, 384, 1536, new float[384], new float[1536]),
                            new Basis.Target("b", 1, 384, 384, new float[384], new float[384])));

    /** 8 (384 + 1536) + 8 (384 + 384) + 385 values of four bytes, and at most 1 % around them. */
    @Test
    void bytes_oneMessage_isItsValuesAndLittleMore() {
        long values = 8 * (384 + 1536) + 8 * (384 + 384) + 385;
        AdapterLayout head =
                new AdapterLayout(List.of(new Slice("a.R", 1, 1), new Slice("head", 1, 385)));

        long report = LoraTraffic.bytes(BASIS, head, 1, 0, NODE);
        long download = LoraTraffic.bytes(BASIS, head, 0, 1, NODE);

        assertTrue(report > 4 * values && report < 4.04 * values, "report=" + report);
        assertTrue(download > 4 * values && download < 4.04 * values, "download=" + download);
        assertEquals(3 * report + 5 * download, LoraTraffic.bytes(BASIS, head, 3, 5, NODE));
    }

    /** 8 (2048 + 2048) values for each of 60 matrices: 7.9 MB, and a frame holds 4. */
    @Test
    void bytes_moreThanAFrame_areCountedInParts() {
        List<Basis.Target> targets = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            targets.add(new Basis.Target("m" + i, 1, 2048, 2048, new float[2048], new float[2048]));
        }
        long values = 60 * 8 * (2048 + 2048);

        long report =
                LoraTraffic.bytes(
                        new Basis(targets),
                        new AdapterLayout(List.of(new Slice("m0.R", 1, 1))),
                        1,
                        0,
                        NODE);

        assertTrue(report > 4 * values && report < 4.04 * values, "report=" + report);
    }

    /** A run of LoRA's own factors, of whatever rank, is compared with those of rank 8. */
    @Test
    void bytes_ofLorasOwnFactors_areThoseOfRankEight() {
        AdapterLayout lora =
                new AdapterLayout(
                        List.of(
                                new Slice("a.lora_A", 2, 384),
                                new Slice("a.lora_B", 1536, 2),
                                new Slice("b.lora_A", 2, 384),
                                new Slice("b.lora_B", 384, 2),
                                new Slice("head", 1, 385)));
        AdapterLayout cores = new AdapterLayout(List.of(new Slice("head", 1, 385)));

        assertEquals(
                LoraTraffic.bytes(BASIS, cores, 1, 1, NODE),
                LoraTraffic.bytes(Basis.NONE, lora, 1, 1, NODE));
    }
}
