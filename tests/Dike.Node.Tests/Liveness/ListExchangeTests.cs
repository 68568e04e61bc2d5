using Dike.Node.Groups;
using Dike.Node.Liveness;

namespace Dike.Node.Tests.Liveness;

/// <summary>The lists on heartbeats: sent when changed or on a new link, and again until confirmed. This node is member 0 of 3, the other one member 1.</summary>
public sealed class ListExchangeTests
{
    private static readonly Moment Now = new(DateTime.UnixEpoch.Ticks, 1000, 1);
    private static readonly BuildReport Build = new([new MachineBuild("m", 1, 2)]);
    private readonly NodeCore _core = new(0, 3, boot: 7, 500);
    private readonly NodeOutputs _outputs = new();
    private ulong _counter;

    [Fact]
    public void Tick_ListsAreNotConfirmed_TravelAgainUntilTheyAre()
    {
        Link(10);
        _core.SetReport(new GroupReport([3, 5], []));
        _outputs.Clear();

        Assert.True(TickSendsLists());
        ulong sent = _outputs.Heartbeats[^1].Heartbeat.Counter;
        Hear(listsSeen: sent - 1);
        Assert.True(TickSendsLists());
        Hear(listsSeen: sent + 1);
        Assert.False(TickSendsLists());
        Assert.False(TickSendsLists());
    }

    [Fact]
    public void LinkOpened_Outgoing_ListsTravelAtOnceThoughTheyWereConfirmed()
    {
        Link(10);
        Hear(listsSeen: 100);
        Assert.False(TickSendsLists());

        _core.LinkOpened(1, LinkDirection.Outgoing, 30, Now, _outputs);

        Assert.NotNull(_outputs.Heartbeats[^1].Heartbeat.Groups);
    }

    [Fact]
    public void SetReportAndSetBuild_Unchanged_NothingTravels()
    {
        _core.SetReport(new GroupReport([3], [4]));
        _core.SetBuild(Build);
        Link(10);
        Hear(listsSeen: 100);

        _core.SetReport(new GroupReport([3], [4]));
        _core.SetBuild(new BuildReport([.. Build.Machines]));
        Assert.False(TickSendsLists());

        _core.SetBuild(new BuildReport([new MachineBuild("m", 2, 2)]));
        Assert.True(TickSendsLists());
    }

    /// <summary>Announcements of a changed vector come in bursts: they do not repeat long lists.</summary>
    [Fact]
    public void HeartbeatReceived_VectorChanges_AnnouncedWithoutRepeatingLists()
    {
        Link(10);
        _outputs.Clear();

        Hear(listsSeen: 0);

        Assert.Null(Assert.Single(_outputs.Heartbeats).Heartbeat.Groups);
    }

    [Fact]
    public void HeartbeatReceived_Lists_AreConfirmedAndReportedOnce()
    {
        Link(10);

        Hear(listsSeen: 0, new GroupReport([2], [4]), Build);
        Hear(listsSeen: 0, new GroupReport([2], [4]), Build);
        _core.Tick(Now, null, _outputs);

        Assert.Equal([1], _outputs.Reports);
        Assert.Equal(_counter, _outputs.Heartbeats[^1].Heartbeat.ListsSeen);
        Assert.Equal([4], _core.ReportOf(1).Halted.AsEnumerable());
        Assert.Equal(new MachineBuild("m", 1, 2), _core.BuildOf(1)!.Find("m"));
        Assert.Null(_core.BuildOf(1)!.Find("n"));
    }

    [Fact]
    public void BuildOf_MemberGoesDown_NothingUntilItSaysSoAgain()
    {
        Link(10);
        Hear(listsSeen: 0, GroupReport.Empty, Build);
        _core.SetBuild(Build);

        _core.LinkOpened(1, LinkDirection.Incoming, 21, Now, _outputs);
        _core.HeartbeatReceived(1, 21, new Heartbeat { Boot = 3, Counter = ++_counter, ReceiverBoot = 7, Heard = 0b011, Connected = 0b011 }, Now, _outputs);

        Assert.True(_core.IsUp(1));
        Assert.Null(_core.BuildOf(1));
        Assert.Equal(0UL, _outputs.Heartbeats[^1].Heartbeat.ListsSeen);
        Assert.Same(Build, _core.BuildOf(0));
        Assert.Null(_core.BuildOf(2));
    }

    private void Link(long link)
    {
        _core.LinkOpened(1, LinkDirection.Outgoing, link, Now, _outputs);
        _core.LinkOpened(1, LinkDirection.Incoming, link + 1, Now, _outputs);
    }

    // Says that it hears this node only with lists: those are looked at on a member that is up.
    private void Hear(ulong listsSeen, GroupReport? groups = null, BuildReport? build = null)
    {
        uint heard = groups is null ? 0b010u : 0b011u;
        var heartbeat = new Heartbeat { Boot = 3, Counter = ++_counter, ReceiverBoot = 7, Heard = heard, Connected = 0b010, ListsSeen = listsSeen, Groups = groups, Build = build };
        _core.HeartbeatReceived(1, 11, heartbeat, Now, _outputs);
    }

    private bool TickSendsLists()
    {
        _core.Tick(Now, null, _outputs);
        return _outputs.Heartbeats[^1].Heartbeat is { Groups: not null };
    }
}
