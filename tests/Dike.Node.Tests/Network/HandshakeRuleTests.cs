using Dike.Node.Identity;
using Dike.Node.Network;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Tests.Network;

/// <summary>Who may connect to node "a" (incarnation 1) of cluster "c".</summary>
public sealed class HandshakeRuleTests
{
    private static readonly ClusterMembership Cluster = new(
        Guid.NewGuid(), "c", [new("a", 1, new ReplicaId(1)), new("b", 2, new ReplicaId(2)), new("d", 3, new ReplicaId(3))]);

    private readonly LocalNode _local = new(new NodeIdentity("a", 1, 1), "c", ["a:1", "b:1", "d:1"], 1 << 20, () => Cluster) { Membership = Cluster };

    [Fact]
    public void Refuse_MemberWithItsIncarnation_Accepted() => Assert.Null(HandshakeRule.Refuse(Peer("b", 2), _local));

    [Fact]
    public void Refuse_MemberWithAnotherIncarnation_LeftToTheRoster() => Assert.Null(HandshakeRule.Refuse(Peer("b", 9), _local));

    [Fact]
    public void Refuse_UnknownNode_Refused() => Assert.Contains("no member", HandshakeRule.Refuse(Peer("x", 2), _local), StringComparison.Ordinal);

    [Fact]
    public void Refuse_PeerOfAnotherCluster_RefusedNamingBoth()
    {
        var other = Guid.NewGuid();

        string? reason = HandshakeRule.Refuse(Peer("b", 2) with { ClusterId = other }, _local);

        Assert.Contains(other.ToString(), reason, StringComparison.Ordinal);
        Assert.Contains(Cluster.ClusterId.ToString(), reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuse_PeerThatKnowsNoCluster_Refused() => Assert.NotNull(HandshakeRule.Refuse(Peer("b", 2) with { ClusterId = Guid.Empty }, _local));

    [Theory]
    [InlineData("a", 1UL, true, true)]
    [InlineData("a", 2UL, true, false)]
    [InlineData("b", 2UL, true, false)]
    [InlineData("a", 1UL, false, false)]
    public void IsOwn_OnlyAPeerWithTheOwnNameAndIncarnation(string name, ulong incarnation, bool isPeer, bool isOwn) =>
        Assert.Equal(isOwn, HandshakeRule.IsOwn(Peer(name, incarnation) with { Role = isPeer ? ConnectionRole.Peer : ConnectionRole.Founding }, _local));

    [Theory]
    [InlineData("", true)]
    [InlineData("c", true)]
    [InlineData("x", false)]
    public void Refuse_ClientByClusterName_OnlyTheRightOneOrNone(string name, bool isAccepted)
    {
        var hello = new Hello(Hello.CurrentProtocol, ConnectionRole.Client, name, Guid.Empty, "", 0, 0);

        Assert.Equal(isAccepted, HandshakeRule.Refuse(hello, _local) is null);
    }

    [Fact]
    public void Refuse_OtherProtocol_RefusedNamingBoth()
    {
        string? reason = HandshakeRule.Refuse(Peer("b", 2) with { Protocol = 9 }, _local);

        Assert.Contains("protocol 9", reason, StringComparison.Ordinal);
        Assert.Contains("protocol 1", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuse_NodeWithoutACluster_RefusesClientsAndPeersButNotFounding()
    {
        _local.Membership = null;

        Assert.NotNull(HandshakeRule.Refuse(Peer("b", 2), _local));
        Assert.NotNull(HandshakeRule.Refuse(Peer("", 0) with { Role = ConnectionRole.Client }, _local));
        Assert.Null(HandshakeRule.Refuse(Peer("b", 2) with { Role = ConnectionRole.Founding }, _local));
    }

    [Theory]
    [InlineData("b", 2UL, true)]
    [InlineData("b", 9UL, true)]
    [InlineData("x", 2UL, false)]
    public void RefuseWelcome_OnlyMembersWhoseIncarnationIsTheRostersBusiness(string name, ulong incarnation, bool isAccepted)
    {
        var welcome = new Welcome(Cluster.ClusterId, name, incarnation, 1, 0, 1 << 20);

        Assert.Equal(isAccepted, HandshakeRule.RefuseWelcome(welcome, Cluster) is null);
        Assert.NotNull(HandshakeRule.RefuseWelcome(welcome with { ClusterId = Guid.Empty }, Cluster));
    }

    private static Hello Peer(string name, ulong incarnation) => new(Hello.CurrentProtocol, ConnectionRole.Peer, "c", Cluster.ClusterId, name, incarnation, 1);
}
