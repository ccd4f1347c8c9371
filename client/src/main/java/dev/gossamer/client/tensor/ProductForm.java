package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Linear;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;

import java.util.List;

/**
 * How products are laid out that keep their weights in one storage and compute in one precision.
 *
 * @param storage never fp32 where products are in bf16: bits that none reads are not kept
 */
record ProductForm(Storage storage, Precision precision, Storing storing, Workers workers) {
    /** The form for what was asked for. */
    static ProductForm of(Storage storage, Precision precision, boolean vectors, Workers workers) {
        boolean rounds = precision == Precision.BF16 && storage == Storage.FP32;
        Storage kept = rounds ? Storage.BF16 : storage;
        return new ProductForm(kept, precision, new Storing(kept, vectors), workers);
    }

    /** The product of {@code maps}, which share their input. */
    FrozenProduct maps(List<Linear> maps) {
        return switch (storage) {
            case FP32 -> new PackedProduct(maps, storing.floatFormat(), workers);
            case BF16 ->
                    precision == Precision.BF16
                            ? new Bfloat16Product(maps, workers)
                            : compact(rows(maps));
            case INT8, BLOCKS -> compact(rows(maps));
        };
    }

    private List<FrozenRows> rows(List<Linear> maps) {
        return maps.stream().map(map -> storing.rows(map.name(), map.weight())).toList();
    }

    private FrozenProduct compact(List<FrozenRows> rows) {
        return switch (precision) {
            case FP32 -> new CompactProduct(rows, workers);
            case BF16 -> new CompactBfloat16Product(rows, workers);
        };
    }

    /** The product of a matrix that is kept already. */
    FrozenProduct kept(FrozenRows rows) {
        return storage == Storage.BF16 && precision == Precision.BF16
                ? new Bfloat16Product(rows, workers)
                : compact(List.of(rows));
    }
}
