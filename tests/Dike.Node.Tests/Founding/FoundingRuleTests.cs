using System.Collections.Immutable;
using Dike.Node.Founding;
using Dike.Node.Identity;
using Dike.Paxos;

namespace Dike.Node.Tests.Founding;

/// <summary>The rule by which empty nodes become a cluster; this node is "b" at seed s2 of s1, s2, s3.</summary>
public sealed class FoundingRuleTests
{
    private static readonly ImmutableArray<string> Seeds = ["s1:1", "s2:1", "s3:1"];
    private static readonly NodeIdentity Self = new("b", 2, 1);
    private static readonly ClusterMembership Known = new(
        Guid.NewGuid(), "c", [new("a", 1, new ReplicaId(1)), new("b", 2, new ReplicaId(2)), new("d", 3, new ReplicaId(3))]);

    [Fact]
    public void Decide_AllEmptyAndThisNodeIsNotTheFirst_Waits() =>
        Assert.Contains("'a'", Assert.IsType<FoundingDecision.Wait>(Decide(Self, Empty("a", 1), Empty("b", 2), Empty("d", 3))).Reason, StringComparison.Ordinal);

    [Fact]
    public void Decide_AllEmptyAndThisNodeIsTheFirst_FoundsWithAllIncarnationsInOrder()
    {
        var found = Assert.IsType<FoundingDecision.Found>(Decide(new NodeIdentity("a", 1, 1), Empty("d", 3), Empty("a", 1), Empty("b", 2)));

        Assert.Equal([("a", 1UL, 1u), ("b", 2UL, 2u), ("d", 3UL, 3u)], found.Members.Select(member => (member.Node, member.Incarnation, member.Replica.Value)));
    }

    [Fact]
    public void Decide_OneSeedIsSilent_NeverFounds() =>
        Assert.Contains("s3:1", Assert.IsType<FoundingDecision.Wait>(Decide(new NodeIdentity("a", 1, 1), Empty("a", 1), Empty("b", 2), null)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Decide_ASeedWasGivenOtherSeeds_NeverFounds()
    {
        FoundingAnswer other = Empty("d", 3) with { Seeds = ["s1:1", "s2:1", "s4:1"] };

        Assert.Contains("s4:1", Assert.IsType<FoundingDecision.Wait>(Decide(new NodeIdentity("a", 1, 1), Empty("a", 1), Empty("b", 2), other)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_ASeedHasAnotherClusterName_NeverFounds()
    {
        FoundingAnswer other = Empty("d", 3) with { ClusterName = "x" };

        Assert.Contains("'x'", Assert.IsType<FoundingDecision.Wait>(Decide(new NodeIdentity("a", 1, 1), Empty("a", 1), Empty("b", 2), other)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_ASeedHasAMembershipThatNamesThisIncarnation_Adopts()
    {
        FoundingAnswer member = Empty("a", 1) with { Membership = Known };

        Assert.Same(Known, Assert.IsType<FoundingDecision.Adopt>(Decide(Self, member, Empty("b", 2), null)).Membership);
    }

    [Fact]
    public void Decide_TheMembershipKnowsAnotherIncarnationOfThisNode_ComesBackAsANewOneOfTheSameCluster()
    {
        FoundingAnswer member = Empty("a", 1) with { Membership = Known };

        var rejoin = Assert.IsType<FoundingDecision.Rejoin>(Decide(new NodeIdentity("b", 99, 1), member, Empty("b", 99), null));

        // As it was founded: the lost incarnation stays the founding voter, and the new one is none.
        Assert.Same(Known, rejoin.Membership);
        Assert.Equal(-1, rejoin.Membership.IndexOf("b", 99));
    }

    [Fact]
    public void Decide_AMajorityIsEmptyAndOneSeedHasTheMembership_NeverFoundsAnew()
    {
        FoundingAnswer member = Empty("d", 3) with { Membership = Known };

        Assert.IsType<FoundingDecision.Rejoin>(Decide(new NodeIdentity("a", 98, 1), Empty("a", 98), Empty("b", 99), member));
    }

    [Fact]
    public void Decide_TheMembershipDoesNotKnowThisNode_Refuses()
    {
        FoundingAnswer member = Empty("a", 1) with { Membership = Known };

        Assert.Contains("no member", Assert.IsType<FoundingDecision.Refuse>(Decide(new NodeIdentity("e", 9, 1), member, null, null)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_TheMembershipIsOfAnotherCluster_RefusesNamingBoth()
    {
        FoundingAnswer member = Empty("a", 1) with { ClusterName = "x", Membership = Known with { ClusterName = "x" } };

        var refuse = Assert.IsType<FoundingDecision.Refuse>(Decide(Self, member, Empty("b", 2), null));

        Assert.Contains("'x'", refuse.Reason, StringComparison.Ordinal);
        Assert.Contains("'c'", refuse.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_ThisNodeIsAtNoSeed_Refuses() =>
        Assert.Contains("not reached", Assert.IsType<FoundingDecision.Refuse>(Decide(Self, Empty("a", 1), Empty("d", 3), Empty("e", 4))).Reason, StringComparison.Ordinal);

    [Fact]
    public void Decide_TwoSeedsHaveOneName_Refuses() =>
        Assert.Contains("same node name", Assert.IsType<FoundingDecision.Refuse>(Decide(Self, Empty("a", 1), Empty("b", 2), Empty("a", 3))).Reason, StringComparison.Ordinal);

    private static FoundingAnswer Empty(string node, ulong incarnation) => new(node, incarnation, "c", Seeds, null);

    private static FoundingDecision Decide(NodeIdentity self, FoundingAnswer? first, FoundingAnswer? second, FoundingAnswer? third)
    {
        var answers = new Dictionary<string, FoundingAnswer>();
        FoundingAnswer?[] given = [first, second, third];
        for (int index = 0; index < given.Length; index++)
        {
            if (given[index] is { } answer)
            {
                answers.Add(Seeds[index], answer);
            }
        }

        return FoundingRule.Decide(self, "c", Seeds, answers);
    }
}
