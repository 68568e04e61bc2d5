using Dike.Wire;

namespace Dike.Node.Tests.Shards;

/// <summary>Liveness is between nodes, once, however many groups they share: an idle group sends nothing and writes nothing.</summary>
public sealed class IdleCostTests(ITestOutputHelper output)
{
    [Fact]
    public void Tick_TenThousandIdleGroups_CostTheMessagesOfOne()
    {
        (long Frames, long Bytes, long Records) one = Measure(1);
        (long Frames, long Bytes, long Records) many = Measure(4096, 4096, 1808);

        Assert.Equal(one, many);
        // Three nodes, two heartbeats each per tick, nothing else.
        Assert.Equal(3 * 2 * ShardCluster.TicksPerSecond, many.Frames);
        Assert.Equal(0, many.Records);
    }

    /// <summary>Frames, bytes of their bodies, and records of all nodes, per simulated second.</summary>
    private (long Frames, long Bytes, long Records) Measure(params int[] partitions)
    {
        var cluster = new ShardCluster(3);
        for (int ring = 0; ring < partitions.Length; ring++)
        {
            cluster.CreateRing($"ring-{ring}", partitions[ring]);
        }

        cluster.Settle();
        cluster.Sent.Clear();
        long records = cluster.Records;
        cluster.Run(ShardCluster.TicksPerSecond);

        Assert.Equal([FrameKind.Heartbeat], cluster.Sent.Keys);
        (long frames, long bytes) = cluster.Sent[FrameKind.Heartbeat];
        output.WriteLine($"{partitions.Sum()} groups on 3 nodes: {frames} frames/s, {bytes} bytes/s, {cluster.Records - records} records/s");
        return (frames, bytes, cluster.Records - records);
    }
}
