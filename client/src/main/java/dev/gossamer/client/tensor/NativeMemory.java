package dev.gossamer.client.tensor;

/** How much memory beside the heap the engine's blocks take, in this whole process. */
public final class NativeMemory {
    private NativeMemory() {}

    /** What is allocated now. */
    public static long liveBytes() {
        return NativeBlock.liveBytes();
    }

    /** The most that was allocated at once since the start, or since {@link #resetPeak}. */
    public static long peakBytes() {
        return NativeBlock.peakBytes();
    }

    /** Lets the peak begin anew with what is allocated now. */
    public static void resetPeak() {
        NativeBlock.resetPeak();
    }
}
