using System.Collections.Immutable;
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
        _core.LinkOpened(1, LinkDirection.Incoming, 11, _outputs);

        Hear(HearsUs);

        Assert.False(_core.IsUp(1));
    }

    [Fact]
    public void Tick_SilentForTheElectionTimeout_PeerIsDown()
    {
        Up();

        _core.Tick(_nowMs + TimeoutMs, true, _outputs);
        Assert.True(_core.IsUp(1));
        _core.Tick(_nowMs + TimeoutMs + 1, true, _outputs);

        Assert.False(_core.IsUp(1));
    }

    [Fact]
    public void Tick_SilentForTheElectionTimeout_OutgoingLinkIsCutOnce()
    {
        Up();

        _core.Tick(_nowMs + TimeoutMs, true, _outputs);
        Assert.Empty(_outputs.Cuts);
        _core.Tick(_nowMs + TimeoutMs + 1, true, _outputs);
        _core.Tick(_nowMs + TimeoutMs + 2, true, _outputs);

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
            _core.Tick(_nowMs, true, _outputs);
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
            _core.Tick(_nowMs, true, _outputs);
        }

        Assert.Empty(_outputs.Cuts);
    }

    [Fact]
    public void HeartbeatReceived_DuplicatedOrOld_DoesNotKeepThePeerUp()
    {
        Up();
        _nowMs += TimeoutMs;
        _core.HeartbeatReceived(1, 11, new Heartbeat(3, _counter, HearsUs, null), _nowMs, _outputs);
        _core.HeartbeatReceived(1, 11, new Heartbeat(3, _counter - 1, HearsUs, null), _nowMs, _outputs);
        _core.HeartbeatReceived(1, 11, new Heartbeat(2, _counter + 9, HearsUs, null), _nowMs, _outputs);

        _core.Tick(_nowMs + 1, true, _outputs);

        Assert.False(_core.IsUp(1));
    }

    [Fact]
    public void HeartbeatReceived_LinkWasReplaced_DoesNotCount()
    {
        Link();
        _core.LinkOpened(1, LinkDirection.Incoming, 21, _outputs);

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

        _core.HeartbeatReceived(member, link, new Heartbeat(3, 1, HearsUs, null), _nowMs, _outputs);

        Assert.Empty(_outputs.Changes);
        Assert.False(_core.IsCurrent(member, link));
    }

    [Fact]
    public void HeartbeatReceived_NewBootOfAPeerThatIsUp_DownThenUp()
    {
        Up();
        _outputs.Clear();

        _core.HeartbeatReceived(1, 11, new Heartbeat(4, 1, HearsUs, null), _nowMs, _outputs);

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
            _core.LinkClosed(1, LinkDirection.Outgoing, 10, "broke", _outputs);
        }
        else
        {
            _core.LinkClosed(1, LinkDirection.Incoming, 11, "broke", _outputs);
        }

        Assert.False(_core.IsUp(1));
    }

    [Fact]
    public void LinkOpened_LinkWentAndCameBackUnseen_PeerIsReportedDown()
    {
        Up();
        _outputs.Clear();

        _core.LinkOpened(1, LinkDirection.Outgoing, 30, _outputs);

        Assert.Equal([false], _outputs.Changes.Select(change => change.IsUp));
        Hear(HearsUs);
        Assert.Equal([false, true], _outputs.Changes.Select(change => change.IsUp));
    }

    [Fact]
    public void LinkClosed_OfAReplacedLink_ChangesNothing()
    {
        Link();
        _core.LinkOpened(1, LinkDirection.Outgoing, 30, _outputs);
        Hear(HearsUs);

        _core.LinkClosed(1, LinkDirection.Outgoing, 10, "late", _outputs);

        Assert.True(_core.IsUp(1));
        Assert.True(_core.IsSendingOn(1, 30));
    }

    [Fact]
    public void Tick_Working_SendsOneHeartbeatPerLinkWithGrowingCounters()
    {
        Link();
        _outputs.Clear();

        _core.Tick(_nowMs, true, _outputs);
        _core.Tick(_nowMs, true, _outputs);

        Assert.Equal([1, 1], _outputs.Heartbeats.Select(sent => sent.Member));
        Assert.True(_outputs.Heartbeats[0].Heartbeat.Counter < _outputs.Heartbeats[1].Heartbeat.Counter);
        Assert.All(_outputs.Heartbeats, sent => Assert.Equal(7UL, sent.Heartbeat.Boot));
    }

    [Fact]
    public void Tick_JournalHangs_SendsNoHeartbeat()
    {
        Link();
        _outputs.Clear();

        _core.Tick(_nowMs, isWorking: false, _outputs);

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

    [Fact]
    public void SetReport_Changed_TravelsOnceAndAgainOnANewLink()
    {
        Link();
        _core.SetReport(new GroupReport([3, 5], []));
        _outputs.Clear();

        _core.Tick(_nowMs, true, _outputs);
        _core.Tick(_nowMs, true, _outputs);
        _core.LinkOpened(1, LinkDirection.Outgoing, 30, _outputs);

        Assert.Equal([true, false, true], _outputs.Heartbeats.Select(sent => sent.Heartbeat.Groups is not null));
    }

    [Fact]
    public void ReportOf_PeerGoesDown_SaysNothingUntilItIsBack()
    {
        Up();
        _core.HeartbeatReceived(1, 11, new Heartbeat(3, ++_counter, HearsUs, new GroupReport([2], [4])), _nowMs, _outputs);
        Assert.Equal([2], _core.ReportOf(1).Led.AsEnumerable());

        _core.LinkClosed(1, LinkDirection.Outgoing, 10, "broke", _outputs);

        Assert.Empty(_core.ReportOf(1).Led);
    }

    [Fact]
    public void Write_ReadBack_SameHeartbeat()
    {
        var heartbeat = new Heartbeat(9, 10, 0b101, new GroupReport([0, 7], ImmutableArray<int>.Empty));
        var output = new System.Buffers.ArrayBufferWriter<byte>();

        heartbeat.Write(new Dike.Wire.WireWriter(output));
        Heartbeat read = Heartbeat.Read(output.WrittenSpan);

        Assert.Equal(heartbeat with { Groups = null }, read with { Groups = null });
        Assert.True(heartbeat.Groups!.IsSame(read.Groups!));
    }

    private void Link()
    {
        _core.LinkOpened(1, LinkDirection.Outgoing, 10, _outputs);
        _core.LinkOpened(1, LinkDirection.Incoming, 11, _outputs);
        _outputs.Changes.Clear();
    }

    private void Up()
    {
        Link();
        Hear(HearsNobody);
        Hear(HearsUs);
        Assert.True(_core.IsUp(1));
    }

    private void Hear(uint heard, long link = 11) => _core.HeartbeatReceived(1, link, new Heartbeat(3, ++_counter, heard, null), _nowMs, _outputs);
}
