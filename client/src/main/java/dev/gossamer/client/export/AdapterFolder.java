package dev.gossamer.client.export;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.AdapterStart;
import dev.gossamer.client.adapter.LowRankUpdate;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.FloatMatrix;
import dev.gossamer.client.weights.SafeTensors;
import dev.gossamer.client.weights.WeightsFormatException;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A trained adapter as a folder of our own.
 *
 * <pre>
 * adapter.json          base, task, classes, pooling, targets, trained parts of the head, layout,
 *                       and the SHA-256 of the other files
 * values.safetensors    the trained values, slice by slice, [rows × columns]
 * frozen.safetensors    the factors that are not trained, TARGET.frozen_A [rank × in] and
 *                       TARGET.frozen_B [out × rank], and of PiSSA what was taken from the base,
 *                       TARGET.replaced_A and TARGET.replaced_B; absent for LoRA
 * </pre>
 *
 * <p>The description is written last: a folder whose writing was cut short is recognised by the
 * digests.
 */
public final class AdapterFolder {
    /** The file that describes the others. */
    public static final String DESCRIPTION = "adapter.json";

    private static final String VALUES = "values.safetensors";
    private static final String FROZEN = "frozen.safetensors";
    private static final String FORMAT = "gossamer-adapter-1";

    private AdapterFolder() {}

    /** Whether {@code folder} is one of ours. */
    public static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(DESCRIPTION));
    }

    /**
     * Writes {@code trained} into {@code folder}; files of the same names are replaced, others left
     * alone.
     *
     * @throws java.io.UncheckedIOException naming the folder
     */
    public static void write(Path folder, TrainedAdapter trained) {
        FolderWriter.replace(folder, DESCRIPTION, hidden -> writeFiles(hidden, trained));
    }

    private static void writeFiles(Path folder, TrainedAdapter trained) throws IOException {
        ObjectNode root = describe(trained);
        ObjectNode files = root.putObject("files");
        SafeTensorsWriter.write(folder.resolve(VALUES), values(trained), Map.of());
        files.put(VALUES, digest(folder.resolve(VALUES)).toString());
        List<SafeTensorsWriter.Tensor> frozen = frozen(trained);
        if (!frozen.isEmpty()) {
            SafeTensorsWriter.write(folder.resolve(FROZEN), frozen, Map.of());
            files.put(FROZEN, digest(folder.resolve(FROZEN)).toString());
        }
        Files.write(folder.resolve(DESCRIPTION), JsonFields.text(root));
    }

    private static ObjectNode describe(TrainedAdapter trained) {
        ObjectNode root = JsonFields.object();
        root.put("format", FORMAT);
        ObjectNode base = root.putObject("base");
        base.put("name", trained.base().name());
        base.put("fingerprint", trained.base().fingerprint().toString());
        root.put("task", trained.use().task().key());
        trained.use().pooling().ifPresent(pooling -> root.put("pooling", pooling.key()));
        trained.use().classes().forEach(root.putArray("classes")::add);
        root.put("maxTokens", trained.use().maxTokens());
        root.put("trains", trained.adapter().kind().name());
        root.put("replaces", trained.replaced().isPresent());
        var targets = root.putArray("targets");
        for (Adapter.Target target : trained.adapter().targets()) {
            targets.addObject()
                    .put("name", target.name())
                    .put("rank", target.rank())
                    .put("in", target.in())
                    .put("out", target.out())
                    .put("scaling", target.scaling());
        }
        trained.trainedHead().forEach(root.putArray("trainedHead")::add);
        var head = root.putArray("headLayout");
        for (Slice slice : trained.headSlices()) {
            head.addObject()
                    .put("name", slice.name())
                    .put("rows", slice.rows())
                    .put("columns", slice.columns());
        }
        return root;
    }

    private static List<SafeTensorsWriter.Tensor> values(TrainedAdapter trained) {
        List<SafeTensorsWriter.Tensor> tensors = new ArrayList<>();
        int offset = 0;
        for (Slice slice : trained.state().layout().slices()) {
            float[] values =
                    Arrays.copyOfRange(trained.state().values(), offset, offset + slice.size());
            tensors.add(tensor(slice.name(), slice.rows(), slice.columns(), values));
            offset += slice.size();
        }
        return tensors;
    }

    private static List<SafeTensorsWriter.Tensor> frozen(TrainedAdapter trained) {
        List<SafeTensorsWriter.Tensor> tensors = new ArrayList<>();
        trained.replaced()
                .ifPresent(
                        start -> {
                            for (LowRankUpdate update :
                                    LowRankUpdate.of(start.adapter(), start.values())) {
                                int rank = update.rank();
                                String name = update.name();
                                tensors.add(tensor(replacedA(name), rank, update.in(), update.a()));
                                tensors.add(
                                        tensor(replacedB(name), update.out(), rank, update.b()));
                            }
                        });
        for (Adapter.Target target : trained.adapter().targets()) {
            target.frozenA()
                    .map(a -> tensor(frozenA(target.name()), target.rank(), target.in(), a))
                    .ifPresent(tensors::add);
            target.frozenB()
                    .map(b -> tensor(frozenB(target.name()), target.out(), target.rank(), b))
                    .ifPresent(tensors::add);
        }
        return tensors;
    }

    private static SafeTensorsWriter.Tensor tensor(
            String name, int rows, int columns, float[] values) {
        return SafeTensorsWriter.Tensor.of(name, FloatMatrix.of(values, rows, columns));
    }

    private static String frozenA(String target) {
        return target + ".frozen_A";
    }

    private static String frozenB(String target) {
        return target + ".frozen_B";
    }

    private static String replacedA(String target) {
        return target + ".replaced_A";
    }

    private static String replacedB(String target) {
        return target + ".replaced_B";
    }

    private static Digest digest(Path file) throws IOException {
        return Digest.of(Files.readAllBytes(file));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws WeightsFormatException naming the file and what is wrong with it
     */
    public static TrainedAdapter read(Path folder) {
        JsonFields root = JsonFields.read(folder.resolve(DESCRIPTION));
        if (!root.text("format").equals(FORMAT)) {
            throw root.bad("format", FORMAT);
        }
        JsonFields files = root.in("files");
        SafeTensors values = tensors(folder, files, VALUES);
        Adapter.Kind kind = kind(root);
        boolean replaces = root.flag("replaces", false);
        boolean frozen = replaces || !(kind.trainsA() && kind.trainsB());
        Optional<SafeTensors> factors =
                frozen ? Optional.of(tensors(folder, files, FROZEN)) : Optional.empty();
        try {
            Adapter adapter = new Adapter(kind, targets(root, kind, factors));
            AdapterLayout layout = adapter.layout(headSlices(root));
            return new TrainedAdapter(
                    base(root),
                    use(root),
                    adapter,
                    root.texts("trainedHead"),
                    state(layout, values),
                    factors.filter(f -> replaces).map(f -> replaced(adapter, f)));
        } catch (IllegalArgumentException e) {
            throw new WeightsFormatException(
                    "bad adapter: file=" + root.file() + ", " + e.getMessage(), e);
        }
    }

    private static SafeTensors tensors(Path folder, JsonFields files, String name) {
        Path file = folder.resolve(name);
        String expected = files.text(name);
        try {
            if (!Files.isRegularFile(file)) {
                throw new WeightsFormatException("file is missing: file=" + file);
            }
            if (!digest(file).toString().equals(expected)) {
                throw new WeightsFormatException(
                        "file is not the one that was described: file="
                                + file
                                + ", sha256="
                                + digest(file).brief()
                                + "…, expected="
                                + expected
                                + "; writing was cut short, or it was changed");
            }
        } catch (IOException e) {
            throw new WeightsFormatException("file cannot be read: file=" + file, e);
        }
        return SafeTensors.read(file);
    }

    private static Adapter.Kind kind(JsonFields root) {
        return Arrays.stream(Adapter.Kind.values())
                .filter(kind -> kind.name().equals(root.text("trains")))
                .findFirst()
                .orElseThrow(() -> root.bad("trains", Arrays.toString(Adapter.Kind.values())));
    }

    private static TrainedAdapter.Base base(JsonFields root) {
        JsonFields base = root.in("base");
        String digest = base.text("fingerprint");
        if (!digest.matches("[0-9a-f]{64}")) {
            throw base.bad("fingerprint", "64 hexadecimal digits");
        }
        return new TrainedAdapter.Base(base.text("name"), Digest.fromHex(digest));
    }

    private static TrainedAdapter.Use use(JsonFields root) {
        Task task =
                Arrays.stream(Task.values())
                        .filter(each -> each.key().equals(root.text("task")))
                        .findFirst()
                        .orElseThrow(() -> root.bad("task", Arrays.toString(Task.values())));
        Optional<PoolingChoice> pooling =
                root.has("pooling")
                        ? Optional.of(
                                PoolingChoice.of(root.text("pooling"))
                                        .orElseThrow(
                                                () -> root.bad("pooling", "mean, cls or head")))
                        : Optional.empty();
        return new TrainedAdapter.Use(
                task, pooling, root.texts("classes"), root.count("maxTokens"));
    }

    private static List<Adapter.Target> targets(
            JsonFields root, Adapter.Kind kind, Optional<SafeTensors> frozen) {
        List<Adapter.Target> targets = new ArrayList<>();
        for (JsonFields target : root.objects("targets")) {
            String name = target.text("name");
            int rank = target.count("rank");
            int in = target.count("in");
            int out = target.count("out");
            targets.add(
                    new Adapter.Target(
                            name,
                            rank,
                            in,
                            out,
                            target.number("scaling"),
                            frozen.filter(f -> !kind.trainsA())
                                    .map(
                                            f ->
                                                    FiniteTensor.values(
                                                            f.tensor(frozenA(name)), rank, in)),
                            frozen.filter(f -> !kind.trainsB())
                                    .map(
                                            f ->
                                                    FiniteTensor.values(
                                                            f.tensor(frozenB(name)), out, rank))));
        }
        return targets;
    }

    /** What was replaced has the adapter's own shapes and scaling. */
    private static AdapterStart replaced(Adapter adapter, SafeTensors tensors) {
        AdapterLayout layout = adapter.layout(List.of());
        float[] values = new float[layout.size()];
        for (Adapter.Target target : adapter.targets()) {
            String name = target.name();
            float[] a =
                    FiniteTensor.values(
                            tensors.tensor(replacedA(name)), target.rank(), target.in());
            float[] b =
                    FiniteTensor.values(
                            tensors.tensor(replacedB(name)), target.out(), target.rank());
            System.arraycopy(a, 0, values, layout.offset(Adapter.sliceOfA(name)), a.length);
            System.arraycopy(b, 0, values, layout.offset(Adapter.sliceOfB(name)), b.length);
        }
        return new AdapterStart(adapter, values, true);
    }

    private static List<Slice> headSlices(JsonFields root) {
        List<Slice> slices = new ArrayList<>();
        for (JsonFields slice : root.objects("headLayout")) {
            slices.add(new Slice(slice.text("name"), slice.count("rows"), slice.count("columns")));
        }
        return slices;
    }

    private static AdapterState state(AdapterLayout layout, SafeTensors tensors) {
        float[] values = new float[layout.size()];
        int offset = 0;
        for (Slice slice : layout.slices()) {
            float[] part =
                    FiniteTensor.values(
                            tensors.tensor(slice.name()), slice.rows(), slice.columns());
            System.arraycopy(part, 0, values, offset, part.length);
            offset += part.length;
        }
        return new AdapterState(layout, values);
    }
}
