using Dike.Paxos;

namespace Dike.Node.Groups.Snapshots;

/// <summary>
/// When a snapshot is due: at the end of the batch in which the applied slot passes a multiple of one limit, or the payload since the last such slot passes another.
/// A function of the log alone, also behind a restore, so replicas with equal limits have snapshots of the same slots. Owned by <see cref="GroupSnapshots"/>.
/// </summary>
internal sealed class SnapshotSchedule(int everySlots, long everyBytes)
{
    /// <summary>The payload bytes of the batches since the last slot at which a snapshot was due.</summary>
    public long BytesSince { get; private set; }

    /// <summary>Starts from what a snapshot says.</summary>
    public void Restore(long bytesSince)
    {
        Invariant.Require(bytesSince >= 0, $"{bytesSince} bytes");
        BytesSince = bytesSince;
    }

    /// <summary>A batch was applied to its end.</summary>
    /// <returns>Whether a snapshot is due behind it. Whether it can be taken does not matter for when the next one is.</returns>
    public bool Passed(EntryBatch batch)
    {
        BytesSince += batch.Payload.Length;
        bool isDue = batch.Last.Value / everySlots > (batch.First.Value - 1) / everySlots || BytesSince >= everyBytes;
        if (isDue)
        {
            BytesSince = 0;
        }

        return isDue;
    }
}
