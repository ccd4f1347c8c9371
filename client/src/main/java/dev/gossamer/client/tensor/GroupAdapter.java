package dev.gossamer.client.tensor;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Adapter.Target;
import dev.gossamer.protocols.adapter.AdapterLayout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an adapter adds to one group of maps.
 *
 * <p>With maps {@code y_j = W_j x + b_j + s_j B_j R_j A_j x}, {@code u_j = A_j x} and {@code v_j =
 * R_j u_j}:
 *
 * <pre>
 * forward    Y  = [X | 1 | V] [Wᵀ; b; s Bᵀ]      Bᵀ block-diagonal
 * backward   dX = [dY | dU]   [W; A]             dV_j = s_j dY_j B_j,  dU_j = dV_j R_j
 * adapter    dR_j = dV_jᵀ U_j,   dA_j = dU_jᵀ X,   dB_j = s_j dY_jᵀ U_j
 * </pre>
 *
 * <p>So nothing is folded into the weights, and the adapter costs a few columns of the main
 * product; forward only where one map alone is adapted, for the zeros beside the blocks of Bᵀ would
 * cost more than a product for each. Where A and B are trained, R is the identity. Where inputs are
 * dropped, each map's A gets its own, and their gradient takes a product of its own.
 */
final class GroupAdapter {
    /**
     * One adapted map.
     *
     * @param target its number within the adapter
     * @param tail the first of its columns within u and v
     * @param r the offset of R where it is trained
     */
    private record Part(
            LinearGroup.Map map,
            int target,
            int tail,
            int rank,
            float scaling,
            Factor a,
            Factor b,
            int r) {}

    private final LinearGroup group;
    private final Adapter.Kind kind;
    private final List<Part> parts = new ArrayList<>();
    private final int rank;

    /** The adapter's targets among {@code group}'s maps. */
    GroupAdapter(LinearGroup group, Adapter adapter, AdapterLayout layout) {
        this.group = group;
        kind = adapter.kind();
        Map<String, Integer> targets = new HashMap<>();
        for (int i = 0; i < adapter.targets().size(); i++) {
            targets.put(adapter.targets().get(i).name(), i);
        }
        int tail = 0;
        for (LinearGroup.Map map : group.maps()) {
            if (targets.containsKey(map.name())) {
                int number = targets.get(map.name());
                Target target = adapter.targets().get(number);
                parts.add(part(map, number, tail, target, layout));
                tail += target.rank();
            }
        }
        rank = tail;
    }

    private GroupAdapter(LinearGroup group) {
        this.group = group;
        kind = Adapter.Kind.R_ONLY;
        rank = 0;
    }

    /** No adapter on {@code group}. */
    static GroupAdapter none(LinearGroup group) {
        return new GroupAdapter(group);
    }

    private Part part(
            LinearGroup.Map map, int number, int tail, Target target, AdapterLayout layout) {
        String name = target.name();
        if (target.in() != group.in() || target.out() != map.out()) {
            throw new IllegalArgumentException(
                    String.format(
                            "adapter does not fit the map: target=%s, adapter=%dx%d, map=%dx%d",
                            name, target.out(), target.in(), map.out(), group.in()));
        }
        return new Part(
                map,
                number,
                tail,
                target.rank(),
                (float) target.scaling(),
                Factor.of(target.frozenA(), layout::offset, Adapter.sliceOfA(name)),
                Factor.of(target.frozenB(), layout::offset, Adapter.sliceOfB(name)),
                kind == Adapter.Kind.R_ONLY ? layout.offset(Adapter.sliceOfR(name)) : 0);
    }

    LinearGroup group() {
        return group;
    }

    /** How many columns all targets of the group have together. */
    int rank() {
        return rank;
    }

    /** Whether the backward pass reads the inputs again. */
    boolean readsInputs() {
        return rank > 0 && kind.trainsA();
    }

    /** Columns of the tail: the bias's and the adapter's. */
    int tail() {
        return group.bias() + rank;
    }

    /** Rewrites the tails of the group's product for {@code values}. */
    void install(long values) {
        FrozenProduct product = group.product();
        product.reserveTail(tail());
        int out = group.out();
        for (Part part : parts) {
            int first = group.bias() + part.tail();
            long rows = product.forwardTail() + 4L * first * out;
            Tensor.clear(rows, (long) part.rank() * out);
            long b = part.b().at(values);
            for (int o = 0; o < part.map().out(); o++) {
                for (int k = 0; k < part.rank(); k++) {
                    float value = Tensor.peek(b + 4L * (o * part.rank() + k));
                    Tensor.poke(
                            rows + 4L * (k * out + part.map().column() + o),
                            part.scaling() * value);
                }
            }
            Tensor.copy(
                    part.a().at(values),
                    product.backwardTail() + 4L * part.tail() * group.in(),
                    (long) part.rank() * group.in());
        }
    }

    /**
     * Computes {@code y} from {@code x}, whose rows begin with the input; what follows is filled.
     *
     * @param team splits the product
     * @param u overwritten with A x, {@code [rows × rank]}
     * @param adapters which values each row's v comes from
     * @param drops of the inputs of A
     */
    void forward(
            Team team,
            int rows,
            long x,
            int stride,
            long u,
            Runs adapters,
            Drops drops,
            float beta,
            long y,
            int yStride) {
        if (group.biased()) {
            for (long row = 0; row < rows; row++) {
                Tensor.poke(x + 4 * (row * stride + group.in()), 1);
            }
        }
        if (rank > 0) {
            down(rows, x, stride, u, drops);
            fillTail(rows, x + 4L * (group.in() + group.bias()), stride, u, adapters);
        }
        if (parts.size() == 1) {
            product(team, rows, tail(), x, stride, beta, y, yStride);
            return;
        }
        product(team, rows, group.bias(), x, stride, beta, y, yStride);
        for (Part part : parts) {
            int first = group.bias() + part.tail();
            long v = x + 4L * (group.in() + first);
            int column = part.map().column();
            long b = group.product().forwardTail() + 4L * (first * group.out() + column);
            OneDnn.multiply(
                    rows,
                    part.map().out(),
                    part.rank(),
                    v,
                    stride,
                    b,
                    group.out(),
                    1,
                    y + 4L * column,
                    yStride);
        }
    }

    /** Computes {@code u = A x}. */
    private void down(int rows, long x, int stride, long u, Drops drops) {
        int in = group.in();
        if (!drops.any()) {
            long a = group.product().backwardTail();
            OneDnn.multiplyTransposed(rows, rank, in, 1, x, stride, a, in, 0, u, rank);
            return;
        }
        for (Part part : parts) {
            drops.maskInputs(part.target(), in, x, stride);
            OneDnn.multiplyTransposed(
                    rows,
                    part.rank(),
                    in,
                    1,
                    drops.inputs,
                    in,
                    installedA(part),
                    in,
                    0,
                    u + 4L * part.tail(),
                    rank);
        }
    }

    private long installedA(Part part) {
        return group.product().backwardTail() + 4L * part.tail() * group.in();
    }

    private void product(
            Team team, int rows, int tail, long x, int stride, float beta, long y, int yStride) {
        FrozenProduct product = group.product();
        if (team == Team.NONE) {
            product.forward(rows, tail, x, stride, beta, y, yStride);
        } else {
            team.split(
                    group.out(),
                    (from, count) ->
                            product.forwardPart(
                                    from, count, rows, tail, x, stride, beta, y, yStride));
        }
    }

    private void fillTail(int rows, long tail, int stride, long u, Runs adapters) {
        if (kind != Adapter.Kind.R_ONLY) {
            for (long row = 0; row < rows; row++) {
                Tensor.copy(u + 4 * row * rank, tail + 4 * row * stride, rank);
            }
            return;
        }
        for (int run = 0; run < adapters.count(); run++) {
            long first = adapters.starts()[run];
            for (Part part : parts) {
                int r = part.rank();
                long from = u + 4 * (first * rank + part.tail());
                long to = tail + 4 * (first * stride + part.tail());
                long values = adapters.addresses()[run] + 4L * part.r();
                OneDnn.multiplyTransposed(
                        adapters.rows(run), r, r, 1, from, rank, values, r, 0, to, stride);
            }
        }
    }

    /**
     * Adds the gradients of the trained factors and fills the tail of {@code dy}, whose rows begin
     * with the output's gradient.
     *
     * @param x the inputs, where {@link #readsInputs}
     * @param u as the forward pass left it
     * @param dv scratch, {@code [rows × rank]}
     */
    void backward(
            int rows,
            long dy,
            int stride,
            long x,
            int xStride,
            long u,
            Runs adapters,
            Runs gradients,
            Drops drops,
            long dv) {
        for (Part part : parts) {
            int r = part.rank();
            int out = part.map().out();
            long dyPart = dy + 4L * part.map().column();
            long du = dy + 4L * (group.out() + part.tail());
            long b = part.b().at(adapters.addresses()[0]);
            float scaling = part.scaling();
            if (kind == Adapter.Kind.R_ONLY) {
                OneDnn.multiply(rows, r, out, scaling, dyPart, stride, b, r, 0, dv, r);
                middleBackward(part, dv, u, adapters, gradients, du, stride);
            } else {
                OneDnn.multiply(rows, r, out, scaling, dyPart, stride, b, r, 0, du, stride);
                boolean masked = drops.any() && kind.trainsA();
                if (masked) {
                    drops.maskInputs(part.target(), group.in(), x, xStride);
                }
                long a = masked ? drops.inputs : x;
                int aStride = masked ? group.in() : xStride;
                outerBackward(part, dyPart, du, stride, a, aStride, u, gradients);
            }
        }
    }

    private void middleBackward(
            Part part, long dv, long u, Runs adapters, Runs gradients, long du, int stride) {
        int r = part.rank();
        for (int run = 0; run < gradients.count(); run++) {
            long first = gradients.starts()[run];
            long uRun = u + 4 * (first * rank + part.tail());
            long dr = gradients.addresses()[run] + 4L * part.r();
            long dvRun = dv + 4 * first * r;
            OneDnn.transposedMultiply(r, r, gradients.rows(run), dvRun, r, uRun, rank, 1, dr, r);
        }
        for (int run = 0; run < adapters.count(); run++) {
            long first = adapters.starts()[run];
            long values = adapters.addresses()[run] + 4L * part.r();
            long to = du + 4 * first * stride;
            OneDnn.multiply(
                    adapters.rows(run), r, r, dv + 4 * first * r, r, values, r, 0, to, stride);
        }
    }

    private void outerBackward(
            Part part, long dy, long du, int stride, long x, int xStride, long u, Runs gradients) {
        int r = part.rank();
        int in = group.in();
        for (int run = 0; run < gradients.count(); run++) {
            long first = gradients.starts()[run];
            int n = gradients.rows(run);
            long gradient = gradients.addresses()[run];
            if (kind.trainsA()) {
                long da = gradient + 4L * part.a().offset();
                long duRun = du + 4 * first * stride;
                long xRun = x + 4 * first * xStride;
                OneDnn.transposedMultiply(r, in, n, duRun, stride, xRun, xStride, 1, da, in);
            }
            if (kind.trainsB()) {
                long db = gradient + 4L * part.b().offset();
                long dyRun = dy + 4 * first * stride;
                long uRun = u + 4 * (first * rank + part.tail());
                float scaling = part.scaling();
                OneDnn.transposedMultiply(
                        part.map().out(), r, n, scaling, dyRun, stride, uRun, rank, 1, db, r);
            }
        }
    }

    /** Computes {@code dx = [dy | du] [W; A] + beta dx}. */
    void inputBackward(
            int rows, long dy, int stride, Drops drops, float beta, long dx, int dxStride) {
        boolean apart = drops.any() && rank > 0;
        group.product().backward(rows, apart ? 0 : rank, dy, stride, beta, dx, dxStride);
        if (apart) {
            for (Part part : parts) {
                long du = dy + 4L * (group.out() + part.tail());
                int in = group.in();
                long a = installedA(part);
                OneDnn.multiply(rows, in, part.rank(), du, stride, a, in, 0, drops.inputs, in);
                drops.addMasked(part.target(), in, dx, dxStride);
            }
        }
    }
}
