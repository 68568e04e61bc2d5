using Dike.Storage.Files;

namespace Dike.Storage;

/// <summary>The journal's sizes and times. Checked when a journal is opened.</summary>
public sealed record WriteAheadLogOptions
{
    private const int MaxSegmentBytes = 1 << 30;

    /// <summary>The length of a new segment in bytes: 16 KiB to 1 GiB, a multiple of 4 KiB. Default 16 MiB. May differ from one start to the next; a larger record gets a segment of its own.</summary>
    public int SegmentBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How much is written at once when much is queued, in bytes, 4 KiB or more. Default 1 MiB. A single larger record is still written, alone.</summary>
    public int MaxBatchBytes { get; init; } = 1024 * 1024;

    /// <summary>How long nothing must be queued before the journal writes that its last records are synced. Default 100 ms; <see cref="Timeout.InfiniteTimeSpan"/> for never.</summary>
    public TimeSpan IdleMarkDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    internal void Check()
    {
        if (SegmentBytes is < 4 * BlockFormat.BlockBytes or > MaxSegmentBytes || SegmentBytes % BlockFormat.BlockBytes != 0)
        {
            throw new ArgumentException(
                $"{nameof(SegmentBytes)} is {SegmentBytes}, expected {4 * BlockFormat.BlockBytes} to {MaxSegmentBytes}, a multiple of {BlockFormat.BlockBytes}.");
        }

        if (MaxBatchBytes < BlockFormat.BlockBytes)
        {
            throw new ArgumentException($"{nameof(MaxBatchBytes)} is {MaxBatchBytes}, expected {BlockFormat.BlockBytes} or more.");
        }

        if (IdleMarkDelay <= TimeSpan.Zero && IdleMarkDelay != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentException($"{nameof(IdleMarkDelay)} is {IdleMarkDelay}, expected more than zero.");
        }
    }
}
