using System.Collections.Immutable;

namespace Dike.Paxos.Tests;

public sealed class ElectionTests
{
    private static readonly PaxosOptions Options = new() { ElectionTimeoutTicks = 6 };
    private static readonly ImmutableArray<Member> Members = [new(new ReplicaId(1), 5), new(new ReplicaId(2), 9), new(new ReplicaId(3), 7)];

    [Theory]
    [InlineData(2, 4)]
    [InlineData(3, 7)]
    [InlineData(1, 10)]
    public void OnTick_FreshGroup_IsStaggeredByPriority(uint replica, int ticks) => Assert.Equal(ticks, TicksUntilStanding(Created(replica, allUp: true).Election));

    [Fact]
    public void OnTick_HighestIsDown_TheNextGoesFirst()
    {
        (Membership members, Election election) = Created(3, allUp: true);
        members.SetUp(members.IndexOf(new ReplicaId(2)), false);

        Assert.Equal(4, TicksUntilStanding(election));
    }

    [Fact]
    public void OnTick_LivingLeader_NeverStands()
    {
        Election election = Created(2, allUp: true).Election;

        Assert.All(Enumerable.Range(0, 100), _ => Assert.False(election.OnTick(hasLivingLeader: true)));
    }

    [Fact]
    public void OnTick_NoConnectedQuorum_NeverStands()
    {
        Election election = Created(2, allUp: false).Election;

        Assert.All(Enumerable.Range(0, 100), _ => Assert.False(election.OnTick(hasLivingLeader: false)));
    }

    /// <summary>A fixed wait shorter than a round would let candidates beat each other forever (Z17).</summary>
    [Fact]
    public void OnTick_FailureAfterFailure_WaitsLongerAndDiffersFromOthers()
    {
        Election one = Created(2, allUp: true).Election;
        Election other = Created(3, allUp: true).Election;
        TicksUntilStanding(one);
        TicksUntilStanding(other);
        int last = 0;
        for (int failure = 0; failure < 4; failure++)
        {
            one.OnFailed();
            other.OnFailed();
            int wait = TicksUntilStanding(one);
            Assert.True(wait > last, $"{wait} ticks after {last}");
            Assert.NotEqual(wait, TicksUntilStanding(other));
            last = wait;
        }

        Assert.True(last > 10 * Options.ElectionTimeoutTicks / 2, $"{last} ticks");
    }

    [Fact]
    public void Defer_AnotherCandidateHasThePromise_WaitsAStaggerLonger()
    {
        Election election = Created(2, allUp: true).Election;
        election.OnTick(hasLivingLeader: true);

        election.Defer();

        Assert.Equal(4, TicksUntilStanding(election));
    }

    private static (Membership Members, Election Election) Created(uint self, bool allUp)
    {
        var members = new Membership(new ReplicaId(self), Members);
        for (int member = 0; member < members.Count && allUp; member++)
        {
            if (member != members.Self)
            {
                members.SetUp(member, true);
            }
        }

        return (members, new Election(members, Options));
    }

    private static int TicksUntilStanding(Election election)
    {
        for (int tick = 1; tick < 1000; tick++)
        {
            if (election.OnTick(hasLivingLeader: false))
            {
                election.OnStanding();
                return tick;
            }
        }

        throw new InvalidOperationException("It never stood.");
    }
}
