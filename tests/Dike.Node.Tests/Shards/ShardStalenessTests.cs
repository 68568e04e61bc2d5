using Dike.Node.Tests.Groups;
using Dike.Storage;
using Dike.Wire;

namespace Dike.Node.Tests.Shards;

/// <summary>Queries with a bound of staleness at a follower: its answer holds everything that was acknowledged longer ago than the bound, or there is none.</summary>
public sealed class ShardStalenessTests
{
    private const int TickMs = 1000 / ShardCluster.TicksPerSecond;

    private static readonly GroupId Ring = new(1);
    private readonly Caller _caller = new(DateTime.UnixEpoch.Ticks, 7);
    private readonly ShardCluster _cluster = new(3);
    private readonly int _follower;

    public ShardStalenessTests()
    {
        _cluster.CreateRing("r", 1);
        _follower = (_cluster.LeaderOf(Ring) + 1) % 3;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(TickMs)]
    [InlineData(5 * TickMs)]
    public void Submit_BoundedQueryAfterTheBound_SeesWhatWasAcknowledgedBefore(int boundMs)
    {
        for (long sum = 1; sum <= 30; sum++)
        {
            CallResult added = _cluster.CallAt(_cluster.LeaderOf(Ring), _caller.Command(Ledger.Add, 1));
            Assert.Equal((CallStatus.Done, sum), (added.Status, Calls.Value(added)));
            _cluster.Run((boundMs / TickMs) + 1);

            CallResult read = _cluster.CallAt(_follower, Bounded(boundMs));

            Assert.Equal((CallStatus.Done, sum), (read.Status, Calls.Value(read)));
        }
    }

    [Fact]
    public void Submit_BoundedQueriesWithinTheBound_AskTheLeaderOnce()
    {
        _cluster.CallAt(_follower, Bounded(100 * TickMs));
        _cluster.Settle();
        _cluster.Sent.Clear();

        for (int query = 0; query < 20; query++)
        {
            Assert.Equal(CallStatus.Done, _cluster.CallAt(_follower, Bounded(100 * TickMs)).Status);
        }

        Assert.Equal([FrameKind.Heartbeat], _cluster.Sent.Keys);
    }

    /// <summary>The follower is alone: how old its state is, nobody can tell it. Without a bound it may answer; with one it must not.</summary>
    [Fact]
    public void Submit_BoundedQueryWithoutALeader_NotAnsweredFromTheState()
    {
        Assert.Equal(CallStatus.Done, _cluster.CallAt(_follower, Bounded(TickMs)).Status);
        foreach (int node in new[] { 0, 1, 2 })
        {
            if (node != _follower)
            {
                _cluster.Crash(node);
            }
        }

        _cluster.Run(ShardCluster.TicksPerSecond);

        Assert.Equal(CallStatus.Done, _cluster.CallAt(_follower, Calls.Query(Ledger.Read, consistency: Consistency.Stale)).Status);
        Assert.NotEqual(CallStatus.Done, _cluster.CallAt(_follower, Bounded(TickMs)).Status);
    }

    private static Call Bounded(int boundMs) => Calls.Query(Ledger.Read, consistency: Consistency.Stale) with { MaxStalenessMs = boundMs };
}
