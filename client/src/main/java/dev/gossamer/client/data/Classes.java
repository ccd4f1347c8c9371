package dev.gossamer.client.data;

import dev.gossamer.client.train.Task;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The classes that labels name, in the order of a head's outputs. */
public final class Classes {
    /** More classes are no classes: the column is some other. */
    private static final int MAX_CLASSES = 100_000;

    private final List<String> names;
    private final Map<String, Integer> indices = new HashMap<>();
    private final boolean seen;

    private Classes(Collection<String> names, boolean seen) {
        this.names = List.copyOf(names);
        this.seen = seen;
        for (String name : this.names) {
            if (indices.put(name, indices.size()) != null) {
                throw new IllegalArgumentException("class named twice: class=" + name);
            }
        }
        if (this.names.size() < 2) {
            throw new IllegalArgumentException(
                    "a classifier needs at least two classes: classes=" + this.names);
        }
    }

    /** Classes that the owner, a run or a model lists. */
    public static Classes listed(List<String> names) {
        return new Classes(names, false);
    }

    /** Classes that the rows that are trained on have. */
    public static Classes seen(List<String> names) {
        return new Classes(names, true);
    }

    /**
     * The labels of all rows that are trained on: in numerical order where all are whole numbers,
     * else in the order of the alphabet.
     */
    public static Classes seenIn(DataSource source, Columns columns, Task task) {
        TreeSet<String> labels = new TreeSet<>();
        source.forEach(
                columns,
                task,
                row -> {
                    labels.addAll(row.labels());
                    if (labels.size() > MAX_CLASSES) {
                        throw row.place()
                                .fault(
                                        "too many classes: bound="
                                                + MAX_CLASSES
                                                + "; name the column of classes");
                    }
                });
        List<String> names = List.copyOf(labels);
        if (names.stream().allMatch(name -> name.matches("-?\\d{1,9}"))) {
            names = names.stream().sorted(Comparator.comparingInt(Integer::parseInt)).toList();
        }
        return new Classes(names, true);
    }

    /** The names in order. */
    public List<String> names() {
        return names;
    }

    /** How many. */
    public int size() {
        return names.size();
    }

    /**
     * The index of the class that {@code label} names.
     *
     * @throws DataException if there is none of that name
     */
    int index(Place place, String column, String label) {
        Integer index = indices.get(label);
        if (index != null) {
            return index;
        }
        throw place.fault(
                "column="
                        + column
                        + ", label="
                        + label
                        + (seen ? " was not seen in training: classes=" : " is not one of classes=")
                        + names
                        + "; correct the label or list it under classes");
    }
}
