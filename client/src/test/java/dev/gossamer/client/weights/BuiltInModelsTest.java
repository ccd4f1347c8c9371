package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BuiltInModelsTest {
    @Test
    void tmp() {
        for (String n : new String[] {"minilm-l6", "minilm-l6-int8", "bge-small", "bge-small-int8", "bert-base"}) {
            for (int k = 0; k < 2; k++) {
            long t = System.nanoTime();
            PretrainedModel m = new ModelCatalog(ArtifactCache.ofEnvironment(), BuiltInModel.ALL).open(n, DownloadProgress.SILENT);
            System.out.println(n + " " + (System.nanoTime() - t) / 1000000 + " ms " + m.base().architecture() + " " + m.bytes());
            System.out.println(java.util.Arrays.toString(m.tokenizer().get().encode("A man is eating [MASK] food.", 30)));
            float[] row = new float[m.base().architecture().hidden()];
            m.base().words().readRow(1037, row, 0);
            System.out.println(row[0] + " " + row[1]);
            m.base().blocks().get(2).up().weight().readRow(5, row, 0);
            System.out.println(row[0] + " " + row[1] + " " + m.base().blocks().get(2).up().weight());
            }
        }
    }
}
