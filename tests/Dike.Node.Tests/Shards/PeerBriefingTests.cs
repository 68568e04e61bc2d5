using Dike.Node.Groups;
using Dike.Node.Identity;
using Dike.Node.Liveness;
using Dike.Node.Shards;
using Dike.Node.Tests.Groups;
using Dike.Paxos;
using Dike.Storage;
using Dike.Wire;

namespace Dike.Node.Tests.Shards;

/// <summary>What a group of nodes a, b and d hears of node b, told by node a: seen in what the group says of its members to a caller that it cannot serve.</summary>
public sealed class PeerBriefingTests
{
    private const int PlaceOfB = 1;
    private const ulong IncarnationOfB = 22;

    private static readonly ClusterMembership Cluster = new(
        Guid.NewGuid(), "c", [new("a", 11, new ReplicaId(1)), new("b", IncarnationOfB, new ReplicaId(2)), new("d", 33, new ReplicaId(3))]);

    private static readonly Moment Now = new(DateTime.UnixEpoch.Ticks, 1000, 1);

    private readonly NodeCore _node = new(0, 3, boot: 1, electionTimeoutMs: 500);
    private readonly NodeOutputs _outputs = new();
    private readonly PeerBriefing _briefing;
    private readonly GroupHost _host;

    public PeerBriefingTests()
    {
        _briefing = new PeerBriefing(Cluster, 0, _node);
        _host = Host(IncarnationOfB);
    }

    [Fact]
    public void Tell_FoundingIncarnationIsUp_Reachable()
    {
        Link(IncarnationOfB);

        _briefing.Tell(_host, PlaceOfB, Now);

        Assert.Contains("b (reachable)", Members(_host), StringComparison.Ordinal);
        Assert.Contains("d (not reachable)", Members(_host), StringComparison.Ordinal);
    }

    [Fact]
    public void Tell_NodeIsDown_NotReachable()
    {
        _briefing.Linked(PlaceOfB, IncarnationOfB);

        _briefing.Tell(_host, PlaceOfB, Now);

        Assert.Contains("b (not reachable)", Members(_host), StringComparison.Ordinal);
    }

    /// <summary>A node that came back empty answers under its name, but the member of the lost directory is not there: counted, it would be a vote of nobody.</summary>
    [Fact]
    public void Tell_AnotherIncarnationIsUp_TheMemberIsNotThereAndIsToBeReplaced()
    {
        Link(99);

        _briefing.Tell(_host, PlaceOfB, Now);

        Assert.Contains("b (not reachable)", Members(_host), StringComparison.Ordinal);
        Assert.True(_host.Core.Members.Keeper.IsBusy);
    }

    [Fact]
    public void Tell_MembersAreOfTheIncarnationThatIsThere_NothingIsToBeReplaced()
    {
        GroupHost host = Host(99);
        Link(99);

        _briefing.Tell(host, PlaceOfB, Now);

        Assert.Contains("b (reachable)", Members(host), StringComparison.Ordinal);
    }

    [Fact]
    public void Tell_NodeHasHaltedTheGroup_NotReachableForThatGroupAlone()
    {
        GroupHost other = Host(IncarnationOfB, group: 2);
        Link(IncarnationOfB, new GroupReport([], [1]));

        _briefing.Tell(_host, PlaceOfB, Now);
        _briefing.Tell(other, PlaceOfB, Now);

        Assert.Contains("b (not reachable)", Members(_host), StringComparison.Ordinal);
        Assert.Contains("b (reachable)", Members(other), StringComparison.Ordinal);
    }

    [Fact]
    public void TellAll_NewGroup_HearsOfEveryNode()
    {
        Link(IncarnationOfB);

        _briefing.TellAll(_host, Now);

        Assert.Contains("a (this node), b (reachable), d (not reachable)", Members(_host), StringComparison.Ordinal);
        Assert.False(_host.IsHalted);
    }

    [Fact]
    public void Linked_IncarnationChanges_OnlyAnotherThanTheLastOne()
    {
        Assert.False(_briefing.Linked(PlaceOfB, IncarnationOfB));
        Assert.False(_briefing.Linked(PlaceOfB, IncarnationOfB));
        Assert.True(_briefing.Linked(PlaceOfB, 99));
        Assert.False(_briefing.Linked(PlaceOfB, 99));
    }

    [Fact]
    public void Linked_ThisNodeItself_BreaksAnInvariant() => Assert.Throws<InvariantViolatedException>(() => _briefing.Linked(0, 11));

    private static GroupHost Host(ulong incarnationOfB, int group = 1)
    {
        GroupMember[] members =
        [
            new(new ReplicaId(1), 3, "a", 11),
            new(new ReplicaId(2), 2, "b", incarnationOfB),
            new(new ReplicaId(3), 1, "d", 33),
        ];
        var description = new GroupDescription(new GroupId(group), "r", 0, [.. members], new ReplicaId(1));
        var core = new GroupCore(description, new MachineType<Ledger>(), new Holder(11, 1), RecoveredState.Empty, new GroupOptions());
        var host = new GroupHost(core, Cluster.IndexOf, (_, error) => Assert.Fail($"halted: {error}"));
        host.Step(static (started, _, moment, outputs) => started.Start(moment, outputs), 0, Now);
        return host;
    }

    private static string Members(GroupHost host)
    {
        var query = new Attempt(Calls.Query(Ledger.Read));
        host.Step(static (core, attempt, moment, outputs) => core.Submit(new CallTicket(attempt, 0), attempt.Call, moment, outputs), query, Now);
        CallResult result = Assert.Single(host.Outputs.Answers, answer => ReferenceEquals(answer.Ticket.Owner, query)).Result;
        Assert.Equal(CallStatus.NoQuorum, result.Status);
        return result.Message;
    }

    private void Link(ulong incarnation, GroupReport? groups = null)
    {
        _briefing.Linked(PlaceOfB, incarnation);
        _node.LinkOpened(PlaceOfB, LinkDirection.Outgoing, 10, Now, _outputs);
        _node.LinkOpened(PlaceOfB, LinkDirection.Incoming, 11, Now, _outputs);
        var heartbeat = new Heartbeat { Boot = 1, Counter = 1, ReceiverBoot = 1, Heard = 0b111, Connected = 0b111, Groups = groups };
        _node.HeartbeatReceived(PlaceOfB, 11, heartbeat, Now, _outputs);
        Assert.True(_node.IsUp(PlaceOfB));
    }
}
