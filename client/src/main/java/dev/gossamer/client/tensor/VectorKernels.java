package dev.gossamer.client.tensor;

import static dev.gossamer.client.tensor.Lanes.LANES;
import static dev.gossamer.client.tensor.Lanes.S;
import static dev.gossamer.client.tensor.Lanes.STEP;
import static dev.gossamer.client.tensor.Lanes.broadcast;
import static dev.gossamer.client.tensor.Lanes.expOfMinus;
import static dev.gossamer.client.tensor.Lanes.load;
import static dev.gossamer.client.tensor.Lanes.store;
import static dev.gossamer.client.tensor.Lanes.sum;
import static dev.gossamer.client.tensor.Lanes.tail;
import static dev.gossamer.client.tensor.Lanes.whole;

import dev.gossamer.client.model.Activation;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

import java.lang.foreign.ValueLayout;

/**
 * The kernels by the Vector API.
 *
 * <p>Methods are small on purpose: past the compiler's inlining budget vectors are boxed, and a
 * kernel becomes ten to a hundred times slower.
 */
final class VectorKernels implements Kernels {
    @Override
    public void gelu(long x, long y, long slope, int n) {
        VectorActivations.gelu(x, y, slope, n);
    }

    @Override
    public void activate(Activation activation, long x, long y, long slope, int n) {
        switch (activation) {
            case GELU -> VectorActivations.gelu(x, y, slope, n);
            case GELU_TANH -> VectorActivations.geluTanh(x, y, slope, n);
            case SILU -> VectorActivations.silu(x, y, slope, n);
            case RELU -> VectorActivations.relu(x, y, slope, n);
            case TANH -> VectorActivations.tanh(x, y, slope, n);
        }
    }

    @Override
    public void multiply(long x, long y, long z, int n) {
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            store(load(i).mul(load(i - x + y)), i - x + z);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            store(load(i, mask).mul(load(i - x + y, mask)), i - x + z, mask);
        }
    }

    @Override
    public void multiplyInPlace(long x, long y, int n) {
        multiply(x, y, x, n);
    }

    @Override
    public void addInPlace(long x, long y, int n) {
        addScaledInPlace(x, y, 1f, n);
    }

    @Override
    public void addScaledInPlace(long y, long x, float scale, int n) {
        FloatVector factor = broadcast(scale);
        long end = whole(x, n);
        long toY = y - x;
        long i = x;
        for (; i < end; i += STEP) {
            store(load(i).fma(factor, load(i + toY)), i + toY);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            store(load(i, mask).fma(factor, load(i + toY, mask)), i + toY, mask);
        }
    }

    @Override
    public float layerNorm(
            long x, long residual, long hat, long y, long gain, long bias, int n, float epsilon) {
        float mean = addAndSum(x, residual, hat, n) / n;
        float variance = centreAndSquare(hat, mean, n) / n;
        float inverse = (float) (1 / Math.sqrt((double) variance + epsilon));
        scaleAndShift(hat, inverse, y, gain, bias, n);
        return inverse;
    }

    private static float addAndSum(long x, long residual, long hat, int n) {
        FloatVector sum = FloatVector.zero(S);
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i).add(load(i - x + residual));
            store(v, i - x + hat);
            sum = sum.add(v);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector v = load(i, mask).add(load(i - x + residual, mask));
            store(v, i - x + hat, mask);
            sum = sum.add(v);
        }
        return sum(sum);
    }

    private static float centreAndSquare(long hat, float mean, int n) {
        FloatVector sum = FloatVector.zero(S);
        long end = whole(hat, n);
        long i = hat;
        for (; i < end; i += STEP) {
            FloatVector v = load(i).sub(mean);
            store(v, i);
            sum = v.fma(v, sum);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector v = load(i, mask).sub(mean, mask);
            store(v, i, mask);
            sum = v.fma(v, sum);
        }
        return sum(sum);
    }

    private static void scaleAndShift(
            long hat, float inverse, long y, long gain, long bias, int n) {
        long end = whole(hat, n);
        long i = hat;
        for (; i < end; i += STEP) {
            FloatVector v = load(i).mul(inverse);
            store(v, i);
            store(v.fma(load(i - hat + gain), load(i - hat + bias)), i - hat + y);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector v = load(i, mask).mul(inverse);
            store(v, i, mask);
            store(v.fma(load(i - hat + gain, mask), load(i - hat + bias, mask)), i - hat + y, mask);
        }
    }

    @Override
    public void layerNormBackward(long dy, long hat, long gain, float inverse, long dx, int n) {
        normBackward(dy, hat, gain, inverse, dot(dy, gain, n) / n, dx, n);
    }

    private static void normBackward(
            long dy, long hat, long gain, float inverse, float mean, long dx, int n) {
        float projection = dot(dy, gain, hat, n) / n;
        long end = whole(dy, n);
        long i = dy;
        for (; i < end; i += STEP) {
            FloatVector g = load(i).mul(load(i - dy + gain)).sub(mean);
            FloatVector v = load(i - dy + hat).fma(broadcast(-projection), g);
            store(v.mul(inverse), i - dy + dx);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector g = load(i, mask).mul(load(i - dy + gain, mask)).sub(mean);
            FloatVector v = load(i - dy + hat, mask).fma(broadcast(-projection), g);
            store(v.mul(inverse), i - dy + dx, mask);
        }
    }

    @Override
    public float dot(long x, long y, int n) {
        FloatVector sum = FloatVector.zero(S);
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            sum = load(i).fma(load(i - x + y), sum);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            sum = load(i, mask).fma(load(i - x + y, mask), sum);
        }
        return sum(sum);
    }

    private static float dot(long x, long y, long z, int n) {
        FloatVector sum = FloatVector.zero(S);
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            sum = load(i).mul(load(i - x + y)).fma(load(i - x + z), sum);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            sum = load(i, mask).mul(load(i - x + y, mask)).fma(load(i - x + z, mask), sum);
        }
        return sum(sum);
    }

    @Override
    public void softmaxInPlace(long x, int n) {
        float sum = expAndSum(x, broadcast(greatest(x, n)), n);
        scaleInPlace(x, 1f / sum, n);
    }

    @Override
    public void softmaxInPlace(long x, int n, long max, long inverse) {
        float greatest = greatest(x, n);
        float scale = 1f / expAndSum(x, broadcast(greatest), n);
        scaleInPlace(x, scale, n);
        Tensor.MEMORY.set(ValueLayout.JAVA_FLOAT, max, greatest);
        Tensor.MEMORY.set(ValueLayout.JAVA_FLOAT, inverse, scale);
    }

    @Override
    public void softmaxColumnsInPlace(
            long x, int queries, int stride, KeyRange range, long max, long inverse) {
        VectorSoftmax.forward(x, queries, stride, range, max, inverse);
    }

    @Override
    public void softmaxColumnsBackwardInPlace(
            long x,
            long dp,
            int queries,
            int stride,
            KeyRange range,
            long max,
            long inverse,
            float scale,
            long line) {
        VectorSoftmax.againBackward(x, dp, queries, stride, range, max, inverse, scale, line);
    }

    private static float greatest(long x, int n) {
        FloatVector max = broadcast(Float.NEGATIVE_INFINITY);
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            max = greater(max, load(i));
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            max = max.blend(greater(max, load(i, mask)), mask);
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    /** By a comparison: the maximum as Java defines it takes several instructions. */
    private static FloatVector greater(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    private static float expAndSum(long x, FloatVector max, int n) {
        FloatVector sum = FloatVector.zero(S);
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector e = expOfMinus(max.sub(load(i)));
            store(e, i);
            sum = sum.add(e);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector e = expOfMinus(max.sub(load(i, mask)));
            store(e, i, mask);
            sum = sum.add(e, mask);
        }
        return sum(sum);
    }

    @Override
    public void scaleInPlace(long x, float factor, int n) {
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            store(load(i).mul(factor), i);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            store(load(i, mask).mul(factor), i, mask);
        }
    }

    @Override
    public void softmaxBackwardInPlace(long p, long dp, float scale, int n) {
        scoresBackward(p, dp, dot(p, dp, n), scale, n);
    }

    private static void scoresBackward(long p, long dp, float dot, float scale, int n) {
        long end = whole(p, n);
        long i = p;
        for (; i < end; i += STEP) {
            FloatVector v = load(i - p + dp).sub(dot).mul(load(i));
            store(v.mul(scale), i - p + dp);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector v = load(i - p + dp, mask).sub(dot).mul(load(i, mask));
            store(v.mul(scale), i - p + dp, mask);
        }
    }

    @Override
    public float rootMeanSquareNorm(
            long x, long residual, long hat, long y, long gain, int n, float epsilon) {
        float squares = addAndSquare(x, residual, hat, n) / n;
        float inverse = (float) (1 / Math.sqrt((double) squares + epsilon));
        scaleInPlace(hat, inverse, n);
        multiply(hat, gain, y, n);
        return inverse;
    }

    private static float addAndSquare(long x, long residual, long hat, int n) {
        FloatVector sum = FloatVector.zero(S);
        long end = whole(x, n);
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector v = load(i).add(load(i - x + residual));
            store(v, i - x + hat);
            sum = v.fma(v, sum);
        }
        if (n % LANES != 0) {
            VectorMask<Float> mask = tail(n);
            FloatVector v = load(i, mask).add(load(i - x + residual, mask));
            store(v, i - x + hat, mask);
            sum = v.fma(v, sum);
        }
        return sum(sum);
    }

    @Override
    public void rootMeanSquareNormBackward(
            long dy, long hat, long gain, float inverse, long dx, int n) {
        normBackward(dy, hat, gain, inverse, 0, dx, n);
    }

    @Override
    public void rotateInPlace(long x, long cos, long sin, float direction, int half) {
        long end = whole(x, half);
        long second = x + 4L * half;
        long i = x;
        for (; i < end; i += STEP) {
            FloatVector c = load(i - x + cos);
            FloatVector s = load(i - x + sin).mul(direction);
            FloatVector a = load(i);
            FloatVector b = load(i - x + second);
            store(a.mul(c).sub(b.mul(s)), i);
            store(b.mul(c).add(a.mul(s)), i - x + second);
        }
        if (half % LANES != 0) {
            rotateTail(i, i - x + second, i - x + cos, i - x + sin, direction, tail(half));
        }
    }

    private static void rotateTail(
            long x, long second, long cos, long sin, float direction, VectorMask<Float> mask) {
        FloatVector c = load(cos, mask);
        FloatVector s = load(sin, mask).mul(direction);
        FloatVector a = load(x, mask);
        FloatVector b = load(second, mask);
        store(a.mul(c).sub(b.mul(s)), x, mask);
        store(b.mul(c).add(a.mul(s)), second, mask);
    }
}
