package dev.gossamer.client.train;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.Basis;

import java.util.ArrayList;
import java.util.List;

/** The layout of a classifier's trainable values: each target's R, then the head. */
public final class ClassifierLayout {
    /** The head's weight {@code [classes × hidden]}. */
    public static final String HEAD_WEIGHT = "classifier.weight";

    /** The head's bias {@code [1 × classes]}. */
    public static final String HEAD_BIAS = "classifier.bias";

    private ClassifierLayout() {}

    /**
     * The layout over {@code basis} with a head of {@code classes} classes.
     *
     * @param classes at least 2
     */
    public static AdapterLayout of(Basis basis, int classes, int hidden) {
        if (classes < 2) {
            throw new IllegalArgumentException(
                    "a classifier needs at least two classes: classes=" + classes);
        }
        List<Slice> slices = new ArrayList<>();
        for (Basis.Target target : basis.targets()) {
            slices.add(new Slice(target.sliceName(), target.rank(), target.rank()));
        }
        slices.add(new Slice(HEAD_WEIGHT, classes, hidden));
        slices.add(new Slice(HEAD_BIAS, 1, classes));
        return new AdapterLayout(slices);
    }
}
