using Dike.Node.Groups;
using Dike.Node.Liveness;

namespace Dike.Node.Tests.Liveness;

/// <summary>What members say of themselves, in a network of nodes under virtual time: vectors, stalls, starts, clocks.</summary>
public sealed class NodeCoreViewTests
{
    private const long TimeoutMs = LivenessNetwork.TimeoutMs;
    private const long IntervalMs = LivenessNetwork.IntervalMs;
    private const uint All = 0b111;

    [Fact]
    public void ViewOf_MemberLosesALink_ChangesOnceAndTheMemberStaysUp()
    {
        LivenessNetwork network = LivenessNetwork.Settled(3);

        network.Cut(1, 2);
        network.Run(2 * TimeoutMs);

        Assert.Equal(new PeerView(true, 0b011, false), network.Nodes[0].ViewOf(1));
        Assert.Equal([1, 2], network.Views[0].Order());
        Assert.Empty(network.Changes[0]);
    }

    [Fact]
    public void ViewOf_MemberGoesDown_SaysNothing()
    {
        LivenessNetwork network = LivenessNetwork.Settled(3);

        network.Cut(0, 1);
        network.Run(2 * TimeoutMs);

        Assert.Equal(default, network.Nodes[0].ViewOf(1));
        Assert.Equal(0b101u, network.Nodes[0].ViewOf(0).ConnectedBits);
        Assert.Equal([0, 1], network.Views[0].Order());
    }

    /// <summary>Its journal hangs: it is silent, goes down with everybody, and is stalled for one more election timeout when it is back.</summary>
    [Fact]
    public void Tick_JournalHangs_DownWithAllAndBackAsStalled()
    {
        LivenessNetwork network = LivenessNetwork.Settled(3);

        network.HangsSinceMs[2] = network.NowMs;
        network.Run(2 * TimeoutMs + 3 * IntervalMs);
        Assert.Equal("011 011 000", network.SeenBy(0));
        Assert.True(network.Nodes[2].IsStalled(2));

        network.HangsSinceMs[2] = null;
        network.Run(2 * IntervalMs);
        Assert.Equal("111 111 111", network.SeenBy(0));
        Assert.Equal((true, false), (network.Nodes[0].IsStalled(2), network.Nodes[0].ViewOf(2).ReachesQuorumOf(All)));

        network.Run(TimeoutMs);
        Assert.Equal((false, true), (network.Nodes[0].IsStalled(2), network.Nodes[0].ViewOf(2).ReachesQuorumOf(All)));
    }

    /// <summary>A link that comes up while the journal hangs must not bring a heartbeat: it would make the node look alive.</summary>
    [Fact]
    public void LinkOpened_JournalHangs_NoHeartbeat()
    {
        var core = new NodeCore(0, 3, 1, TimeoutMs);
        var outputs = new NodeOutputs();
        core.Tick(At(1000), 100, outputs);

        core.LinkOpened(1, LinkDirection.Outgoing, 10, At(1010), outputs);
        core.LinkOpened(1, LinkDirection.Incoming, 11, At(1010), outputs);
        core.HeartbeatReceived(1, 11, new Heartbeat { Boot = 1, Counter = 1, ReceiverBoot = 1, Heard = 0b011, Connected = 0b010 }, At(1020), outputs);

        Assert.Empty(outputs.Heartbeats);
    }

    [Fact]
    public void Run_Restart_DownAndUpAgainWithNothingOfTheOldStart()
    {
        LivenessNetwork network = LivenessNetwork.Settled(3);
        network.Nodes[1].SetReport(new GroupReport([7], []));
        network.Nodes[1].SetBuild(new BuildReport([new MachineBuild("m", 1, 2)]));
        network.Run(2 * IntervalMs);
        Assert.Equal([7], network.Nodes[0].ReportOf(1).Led.AsEnumerable());

        network.Restart(1);
        network.Run(2 * IntervalMs);

        Assert.Equal([false, true], network.Changes[0].Select(change => change.IsUp));
        Assert.Empty(network.Nodes[0].ReportOf(1).Led);
        Assert.Null(network.Nodes[0].BuildOf(1));
    }

    /// <summary>After a pause the backlog has not arrived yet when the first tick comes: others must not be suspected for the node's own sleep.</summary>
    [Fact]
    public void Tick_AfterAPauseOfThisNode_SuspectsNobodyAndSaysSo()
    {
        var core = new NodeCore(0, 3, 1, TimeoutMs);
        var outputs = new NodeOutputs();
        core.LinkOpened(1, LinkDirection.Outgoing, 10, At(1000), outputs);
        core.LinkOpened(1, LinkDirection.Incoming, 11, At(1000), outputs);
        core.HeartbeatReceived(1, 11, new Heartbeat { Boot = 1, Counter = 1, ReceiverBoot = 1, Heard = 0b011, Connected = 0b010 }, At(1000), outputs);
        core.Tick(At(1100), null, outputs);
        outputs.Clear();

        core.Tick(At(31_100), null, outputs);

        Assert.True(core.IsUp(1));
        Assert.True(outputs.ClockJumped);
        Assert.True(core.IsStalled(0));
        Assert.Equal([0], outputs.ViewChanges);
        Assert.All(outputs.Heartbeats, sent => Assert.True(sent.Heartbeat.IsStalled));

        core.Tick(At(31_501), null, outputs);
        Assert.False(core.IsUp(1));
    }

    [Fact]
    public void ClusterTicks_OneMadClockOfThree_MovesNothing()
    {
        LivenessNetwork network = LivenessNetwork.Settled(3);
        long before = Ticks(network, 0);

        network.UtcOffMs[2] = 1_000_000_000;
        network.Run(1000);

        Assert.All([0, 1, 2], node => Assert.Equal(before + 1000 * TimeSpan.TicksPerMillisecond, Ticks(network, node)));
        Assert.Equal([false, false, true], network.Nodes.Select(node => node.IsClockOff));

        network.UtcOffMs[2] = 0;
        network.Run(IntervalMs);
        Assert.False(network.Nodes[2].IsClockOff);
    }

    /// <summary>Between two heartbeats the readings of the others go on with the monotonic clock.</summary>
    [Fact]
    public void ClusterTicks_SomeTimeAfterTheLastHeartbeat_HasPassed()
    {
        LivenessNetwork network = LivenessNetwork.Settled(3);
        network.UtcOffMs[0] = -5000;
        network.Run(IntervalMs);
        long before = Ticks(network, 0);

        Moment later = network.At(0);
        Assert.Equal(before + 30 * TimeSpan.TicksPerMillisecond, network.Nodes[0].ClusterTicks(later.UtcTicks + 30 * TimeSpan.TicksPerMillisecond, later.MonotonicMs + 30));
    }

    [Fact]
    public void ClusterTicks_MemberIsDown_ItsReadingDoesNotCount()
    {
        LivenessNetwork network = LivenessNetwork.Settled(3);
        network.UtcOffMs[0] = 5000;
        network.Run(2 * IntervalMs);
        Assert.True(network.Nodes[0].IsClockOff);

        network.Cut(0, 1);
        network.Run(2 * TimeoutMs);

        Assert.False(network.Nodes[0].IsClockOff);
        Assert.Equal(network.At(1).UtcTicks, Ticks(network, 0));
    }

    /// <summary>A suspended machine whose monotonic clock stood still: the turn's first input may be a read under a lease.</summary>
    [Fact]
    public void ObserveClocks_WallClockRanAhead_JumpsOnceAndReadingsAreForgotten()
    {
        LivenessNetwork network = LivenessNetwork.Settled(3);
        var outputs = new NodeOutputs();
        Moment now = network.At(0);
        Moment later = now with { UtcTicks = now.UtcTicks + TimeSpan.TicksPerHour, MonotonicMs = now.MonotonicMs + 1 };

        network.Nodes[0].ObserveClocks(later, outputs);
        Assert.True(outputs.ClockJumped);
        Assert.Equal(now.UtcTicks + TimeSpan.TicksPerMillisecond, network.Nodes[0].ClusterTicks(later.UtcTicks, later.MonotonicMs));

        outputs.Clear();
        network.Nodes[0].ObserveClocks(later, outputs);
        network.Nodes[0].Tick(later, null, outputs);
        Assert.False(outputs.ClockJumped);
        Assert.False(network.Nodes[0].IsClockOff);
    }

    [Fact]
    public void ClusterTicks_SingleNode_AdvancesByElapsedTime()
    {
        var core = new NodeCore(0, 1, 1, TimeoutMs);
        var outputs = new NodeOutputs();
        core.Tick(At(1000), null, outputs);

        Assert.Equal(At(1400).UtcTicks, core.ClusterTicks(At(9_000_000).UtcTicks, 1400));
        Assert.False(core.IsClockOff);
    }

    private static long Ticks(LivenessNetwork network, int node) => network.Nodes[node].ClusterTicks(network.At(node).UtcTicks, network.At(node).MonotonicMs);

    private static Moment At(long nowMs) => new(DateTime.UnixEpoch.Ticks + nowMs * TimeSpan.TicksPerMillisecond, nowMs, 1);
}
