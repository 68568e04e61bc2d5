using CsCheck;

namespace Dike.Paxos.Tests;

public sealed class QuorumTests
{
    [Fact]
    public void Of_AnySize_TwoQuorumsShareAMemberAndHalfIsNone()
    {
        for (int members = 1; members <= 40; members++)
        {
            Assert.True(2 * Quorum.Of(members) > members, $"two quorums of {members} may be disjoint");
            Assert.False(2 * (Quorum.Of(members) - 1) > members, $"a quorum of {members} is larger than it need be");
        }
    }

    /// <summary>The dumb twin sorts and counts; it shares nothing with the code.</summary>
    [Fact]
    public void Reached_AnyVotes_AgreesWithDumbTwin() =>
        Gen.Long[0, 6].Array[1, 9].Sample(votes =>
        {
            Slot[] slots = [.. votes.Select(vote => new Slot(vote))];
            Assert.Equal(DumbTwin(votes), Quorum.Reached(slots).Value);
        });

    /// <summary>Whole sequences of yes, with repetitions and withdrawals, against a set that is counted anew each time.</summary>
    [Fact]
    public void Votes_AnySequence_AgreesWithDumbTwin() =>
        Gen.Select(Gen.Int[1, 7], Gen.Select(Gen.Bool, Gen.Int[0, 6]).Array[0, 30]).Sample((members, steps) =>
        {
            var votes = new Votes(members);
            HashSet<int> twin = [];
            foreach ((bool isYes, int voter) in steps.Where(step => step.Item2 < members))
            {
                if (isYes)
                {
                    votes.Add(voter);
                    twin.Add(voter);
                }
                else
                {
                    votes.Remove(voter);
                    twin.Remove(voter);
                }

                Assert.Equal(twin.Count, votes.Count);
                Assert.Equal(twin.Count * 2 > members, votes.HasQuorum);
                Assert.Equal(twin.Contains(voter), votes.Contains(voter));
            }

            votes.Clear();
            Assert.Equal(0, votes.Count);
        });

    [Fact]
    public void Of_NoMember_IsRefused() => Assert.Throws<InvariantViolatedException>(() => Quorum.Of(0));

    private static long DumbTwin(long[] votes)
    {
        long best = 0;
        for (long slot = 0; slot <= 6; slot++)
        {
            int reached = 0;
            foreach (long vote in votes)
            {
                if (vote >= slot)
                {
                    reached++;
                }
            }

            if (reached > votes.Length - reached)
            {
                best = slot;
            }
        }

        return best;
    }
}
