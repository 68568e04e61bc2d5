using Dike.Node.Groups;
using Dike.Node.Liveness;

namespace Dike.Node.Tests.Liveness;

/// <summary>Liveness between nodes under virtual time: this node is member 0 of 3, the peer under test is member 1.</summary>
public sealed class NodeCoreTests
{
    private const long TimeoutMs = 500;
    private const uint HearsUs = 0b011;
    private const uint HearsNobody = 0b010;

    private readonly NodeCore _core = new(0, 3, boot: 7, TimeoutMs);
    private readonly NodeOutputs _outputs = new();
    private long _nowMs = 1000;
    private ulong _counter;

    [Fact]
    public void HeartbeatReceived_BothLinksAndHeard_PeerIsUp()
    {
        Link();

        Hear(HearsUs);

        Assert.True(_core.IsUp(1));
        Assert.Equal([new PeerChange(1, true, "it is heard and hears this node")], _outputs.Changes);
    }

    [Fact]
    public void HeartbeatReceived_PeerDoesNotHearUs_PeerStaysDown()
    {
        Link();

        Hear(HearsNobody);

        Assert.False(_core.IsUp(1));
    }

    [Fact]
    public void HeartbeatReceived_NoOutgoingLink_PeerStaysDown()
    {
        _core.LinkOpened(1, LinkDirection.Incoming, 11, At(_nowMs), _outputs);

        Hear(HearsUs);

        Assert.False(_core.IsUp(1));
    }

    [Fact]
    public void Tick_SilentForTheElectionTimeout_PeerIsDown()
    {
        Up();

        Tick(_nowMs + TimeoutMs);
        Assert.True(_core.IsUp(1));
        Tick(_nowMs + TimeoutMs + 1);

        Assert.False(_core.IsUp(1));
    }

    [Fact]
    public void Tick_SilentForTheElectionTimeout_OutgoingLinkIsCutOnce()
    {
        Up();

        Tick(_nowMs + TimeoutMs);
        Assert.Empty(_outputs.Cuts);
        Tick(_nowMs + TimeoutMs + 1);
        Tick(_nowMs + TimeoutMs + 2);

        Assert.Equal([(1, 10L)], _outputs.Cuts.Select(cut => (cut.Member, cut.Link)));
    }

    /// <summary>The member is heard but does not hear this node: its own link is fine, the one to it may be dead.</summary>
    [Fact]
    public void Tick_MemberDoesNotHearThisNodeForLong_OutgoingLinkIsCutOncePerWait()
    {
        Link();
        for (int tick = 0; tick <= 9 * 4; tick++)
        {
            Hear(HearsNobody);
            Tick(_nowMs);
            _nowMs += TimeoutMs / 4;
        }

        Assert.Equal([10L, 10L], _outputs.Cuts.Select(cut => cut.Link));
    }

    [Fact]
    public void Tick_MemberHearsThisNode_NothingIsCut()
    {
        Up();
        for (int tick = 0; tick < 100; tick++)
        {
            _nowMs += TimeoutMs / 2;
            Hear(HearsUs);
            Tick(_nowMs);
        }

        Assert.Empty(_outputs.Cuts);
    }

    [Fact]
    public void HeartbeatReceived_DuplicatedOrOld_DoesNotKeepThePeerUp()
    {
        Up();
        _nowMs += TimeoutMs;
        _core.HeartbeatReceived(1, 11, Beat(3, _counter, HearsUs), At(_nowMs), _outputs);
        _core.HeartbeatReceived(1, 11, Beat(3, _counter - 1, HearsUs), At(_nowMs), _outputs);
        _core.HeartbeatReceived(1, 11, Beat(2, _counter + 9, HearsUs), At(_nowMs), _outputs);

        Tick(_nowMs + 1);

        Assert.False(_core.IsUp(1));
    }

    /// <summary>This node, in its boot 7, knows no counters yet: what was meant for boot 6 is old all the same.</summary>
    [Theory]
    [InlineData(6, false)]
    [InlineData(8, false)]
    [InlineData(7, true)]
    [InlineData(0, false)]
    public void HeartbeatReceived_MeantForAnotherBootOfThisNode_DoesNotCount(ulong receiverBoot, bool counts)
    {
        Link();

        _core.HeartbeatReceived(1, 11, Beat(3, 1, HearsUs) with { ReceiverBoot = receiverBoot }, At(_nowMs), _outputs);

        Assert.Equal(counts, _core.IsUp(1));
    }

    /// <summary>It may be repeated from long ago; the answer lets the member show that it is there now.</summary>
    [Fact]
    public void HeartbeatReceived_NotMeantForThisBoot_AnsweredAndNotCounted()
    {
        Link();
        _outputs.Clear();

        _core.HeartbeatReceived(1, 11, Beat(3, ++_counter, HearsUs) with { ReceiverBoot = 0 }, At(_nowMs), _outputs);
        Assert.Equal(0b001u, _core.Heard);
        Assert.Equal(3UL, Assert.Single(_outputs.Heartbeats).Heartbeat.ReceiverBoot);

        Hear(HearsUs);
        Assert.True(_core.IsUp(1));
    }

    [Fact]
    public void HeartbeatReceived_NewBootThatHasNotHeardThisNode_IsNotHeardAnyMore()
    {
        Up();

        _core.HeartbeatReceived(1, 11, Beat(4, 1, HearsNobody) with { ReceiverBoot = 0 }, At(_nowMs), _outputs);

        Assert.False(_core.IsUp(1));
        Assert.Equal(0b001u, _core.Heard);
    }

    [Fact]
    public void HeartbeatReceived_LinkWasReplaced_DoesNotCount()
    {
        Link();
        _core.LinkOpened(1, LinkDirection.Incoming, 21, At(_nowMs), _outputs);

        Hear(HearsUs, link: 11);

        Assert.False(_core.IsUp(1));
        Assert.False(_core.IsCurrent(1, 11));
    }

    [Theory]
    [InlineData(-1, 0L)]
    [InlineData(-1, 11L)]
    [InlineData(0, 0L)]
    [InlineData(3, 11L)]
    public void HeartbeatReceived_OfNoMemberOrNoLink_DoesNotCount(int member, long link)
    {
        Link();

        _core.HeartbeatReceived(member, link, Beat(3, 1, HearsUs), At(_nowMs), _outputs);

        Assert.Empty(_outputs.Changes);
        Assert.False(_core.IsCurrent(member, link));
    }

    [Fact]
    public void HeartbeatReceived_NewBootOfAPeerThatIsUp_DownThenUp()
    {
        Up();
        _outputs.Clear();

        _core.HeartbeatReceived(1, 11, Beat(4, 1, HearsUs), At(_nowMs), _outputs);

        Assert.Equal([false, true], _outputs.Changes.Select(change => change.IsUp));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LinkClosed_EitherDirection_PeerIsDownAtOnce(bool outgoing)
    {
        Up();

        if (outgoing)
        {
            _core.LinkClosed(1, LinkDirection.Outgoing, 10, "broke", At(_nowMs), _outputs);
        }
        else
        {
            _core.LinkClosed(1, LinkDirection.Incoming, 11, "broke", At(_nowMs), _outputs);
        }

        Assert.False(_core.IsUp(1));
    }

    [Fact]
    public void LinkOpened_LinkWentAndCameBackUnseen_PeerIsReportedDown()
    {
        Up();
        _outputs.Clear();

        _core.LinkOpened(1, LinkDirection.Outgoing, 30, At(_nowMs), _outputs);

        Assert.Equal([false], _outputs.Changes.Select(change => change.IsUp));
        Hear(HearsUs);
        Assert.Equal([false, true], _outputs.Changes.Select(change => change.IsUp));
    }

    [Fact]
    public void LinkClosed_OfAReplacedLink_ChangesNothing()
    {
        Link();
        _core.LinkOpened(1, LinkDirection.Outgoing, 30, At(_nowMs), _outputs);
        Hear(HearsUs);

        _core.LinkClosed(1, LinkDirection.Outgoing, 10, "late", At(_nowMs), _outputs);

        Assert.True(_core.IsUp(1));
        Assert.True(_core.IsSendingOn(1, 30));
    }

    [Fact]
    public void Tick_Working_SendsOneHeartbeatPerLinkWithGrowingCounters()
    {
        Link();
        _outputs.Clear();

        Tick(_nowMs);
        Tick(_nowMs);

        Assert.Equal([1, 1], _outputs.Heartbeats.Select(sent => sent.Member));
        Assert.True(_outputs.Heartbeats[0].Heartbeat.Counter < _outputs.Heartbeats[1].Heartbeat.Counter);
        Assert.All(_outputs.Heartbeats, sent => Assert.Equal(7UL, sent.Heartbeat.Boot));
    }

    [Fact]
    public void Tick_JournalHangs_SendsNoHeartbeat()
    {
        Link();
        _outputs.Clear();

        Tick(_nowMs, appendedMs: _nowMs - TimeoutMs - 1);

        Assert.Empty(_outputs.Heartbeats);
    }

    [Fact]
    public void HeartbeatReceived_FirstOfAPeer_TellsAtOnceThatItIsHeard()
    {
        Link();
        _outputs.Clear();

        Hear(HearsNobody);

        (int member, Heartbeat heartbeat) = Assert.Single(_outputs.Heartbeats);
        Assert.Equal(1, member);
        Assert.Equal(0b011u, heartbeat.Heard);
    }

    /// <summary>Whether a leader reaches a quorum is judged by this vector: half a connection must not be in it.</summary>
    [Fact]
    public void HeartbeatReceived_PeerComesToHearUs_ConnectedOnlyThenAndToldAtOnce()
    {
        Link();
        Hear(HearsNobody);
        Assert.Equal((0b011u, 0b001u), (_core.Heard, _core.Connected));
        _outputs.Clear();

        Hear(HearsUs);

        Assert.Equal(0b011u, _core.Connected);
        Assert.Equal(0b011u, Assert.Single(_outputs.Heartbeats).Heartbeat.Connected);
        Assert.Equal([0, 1], _outputs.ViewChanges);
    }

    [Fact]
    public void HeartbeatReceived_NewBootOnTheSameLink_ListsOfTheOldOneAreVoid()
    {
        Up();
        _core.HeartbeatReceived(1, 11, Beat(3, ++_counter, HearsUs) with { Groups = new GroupReport([2], []) }, At(_nowMs), _outputs);

        _core.HeartbeatReceived(1, 11, Beat(4, 1, HearsUs), At(_nowMs), _outputs);

        Assert.True(_core.IsUp(1));
        Assert.Empty(_core.ReportOf(1).Led);
    }

    [Fact]
    public void ReportOf_PeerGoesDown_SaysNothingUntilItIsBack()
    {
        Up();
        _core.HeartbeatReceived(1, 11, Beat(3, ++_counter, HearsUs) with { Groups = new GroupReport([2], [4]) }, At(_nowMs), _outputs);
        Assert.Equal([2], _core.ReportOf(1).Led.AsEnumerable());

        _core.LinkClosed(1, LinkDirection.Outgoing, 10, "broke", At(_nowMs), _outputs);

        Assert.Empty(_core.ReportOf(1).Led);
    }

    private void Link()
    {
        _core.LinkOpened(1, LinkDirection.Outgoing, 10, At(_nowMs), _outputs);
        _core.LinkOpened(1, LinkDirection.Incoming, 11, At(_nowMs), _outputs);
        _outputs.Changes.Clear();
    }

    private void Up()
    {
        Link();
        Hear(HearsNobody);
        Hear(HearsUs);
        Assert.True(_core.IsUp(1));
    }

    private void Hear(uint heard, long link = 11) => _core.HeartbeatReceived(1, link, Beat(3, ++_counter, heard), At(_nowMs), _outputs);

    private void Tick(long nowMs, long? appendedMs = null) => _core.Tick(At(nowMs), appendedMs, _outputs);

    private static Moment At(long nowMs) => new(DateTime.UnixEpoch.Ticks + nowMs * TimeSpan.TicksPerMillisecond, nowMs, 1);

    private static Heartbeat Beat(ulong boot, ulong counter, uint heard) => new() { Boot = boot, Counter = counter, ReceiverBoot = 7, Heard = heard, Connected = 0b010 };
}
