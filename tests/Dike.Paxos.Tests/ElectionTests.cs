using System.Collections.Immutable;

namespace Dike.Paxos.Tests;

/// <summary>When one member of three stands; what the others answer to its probes is played by the test.</summary>
public sealed class ElectionTests
{
    private static readonly ConfigurationId One = ConfigurationId.First;
    private static readonly PaxosOptions Options = new() { ElectionTimeoutTicks = 10 };
    private static readonly ImmutableArray<Member> Members = [new(new ReplicaId(1), 5), new(new ReplicaId(2), 9), new(new ReplicaId(3), 7)];
    private static readonly Ballot Living = new(1, 9, new ReplicaId(2));
    private readonly Effects _effects = new();

    [Theory]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(1, 10)]
    public void OnTick_FreshGroup_IsStaggeredByPriority(uint replica, int ticks) => Assert.Equal(ticks, Create(replica).TicksUntilStanding());

    [Fact]
    public void OnTick_HighestIsDown_TheNextGoesFirst()
    {
        Suspect suspect = Create(3);
        suspect.Members.SetUp(1, false);

        Assert.Equal(4, suspect.TicksUntilStanding());
    }

    /// <summary>One that reaches no quorum cannot be elected: waiting for it would lose time.</summary>
    [Fact]
    public void OnTick_HighestReachesNoQuorum_TheNextGoesFirst()
    {
        Suspect suspect = Create(3);
        suspect.Members.SetReachesQuorum(1, false);

        Assert.Equal(4, suspect.TicksUntilStanding());
    }

    [Fact]
    public void OnTick_AnotherHasTheNewerLog_GoesFirstWhateverItsPriority()
    {
        Suspect suspect = Create(2);
        suspect.Answer = (peer, nonce) => new ProbeAnswer(One, nonce, Ballot.None, Ballot.None, new Slot(peer == 0 ? 7 : 0), Ballot.None, false);

        Assert.Equal(8, suspect.TicksUntilStanding());
    }

    [Fact]
    public void OnTick_LivingLeader_NeverStandsNorAsks()
    {
        Suspect suspect = Create(2);

        Assert.All(Enumerable.Range(0, 100), _ => Assert.False(suspect.Election.OnTick(isServed: true, mayStand: true)));
        Assert.Empty(_effects.SendsNow);
    }

    [Fact]
    public void OnTick_NoConnectedQuorum_NeverStandsNorAsks()
    {
        Suspect suspect = Create(2);
        suspect.Members.SetUp(0, false);
        suspect.Members.SetUp(2, false);

        Assert.Equal(-1, suspect.TicksUntilStanding());
        Assert.Empty(_effects.SendsNow);
    }

    [Fact]
    public void OnTick_MayNotStand_NeverDoes()
    {
        Suspect suspect = Create(2);

        Assert.All(Enumerable.Range(0, 100), _ => Assert.False(suspect.Election.OnTick(isServed: false, mayStand: false)));
    }

    /// <summary>One living leader in sight of one member is enough: it is asked, and nobody stands, whatever the ballots are.</summary>
    [Fact]
    public void OnTick_AMemberFollowsALivingLeader_AsksItInsteadOfStanding()
    {
        Suspect suspect = Create(3);
        suspect.Answer = (peer, nonce) => new ProbeAnswer(One, nonce, Living, Living, new Slot(1), peer == 0 ? Living : Ballot.None, peer == 0);

        Assert.Equal(-1, suspect.TicksUntilStanding());
        Assert.Contains(_effects.SendsNow, send => send.Message is AskPrepare && send.To == Living.Owner);
    }

    /// <summary>Others may not have noticed yet that it does not lead any more; it knows.</summary>
    [Fact]
    public void OnTick_OthersFollowThisReplicaItself_Stands()
    {
        Suspect suspect = Create(2);
        suspect.Answer = (_, nonce) => new ProbeAnswer(One, nonce, Living, Ballot.None, Slot.None, Living, true);

        Assert.Equal(4, suspect.TicksUntilStanding());
    }

    [Fact]
    public void OnTick_NobodyAnswers_NeverStands()
    {
        Suspect suspect = Create(2);
        suspect.Answer = (_, _) => null;

        Assert.Equal(-1, suspect.TicksUntilStanding());
    }

    /// <summary>Answers to an older round, also many of them, are no quorum now.</summary>
    [Fact]
    public void OnAnswer_ToAnOlderRound_DoesNotCount()
    {
        Suspect suspect = Create(2);
        suspect.Answer = (peer, nonce) => new ProbeAnswer(One, nonce - 1 > 0 ? nonce - 1 : nonce + 1, Ballot.None, Ballot.None, Slot.None, Ballot.None, false);

        Assert.Equal(-1, suspect.TicksUntilStanding());
    }

    /// <summary>A fixed wait shorter than a round would let suspects beat each other forever (Z17).</summary>
    [Fact]
    public void OnFailed_AgainAndAgain_WaitsLongerAndDiffersFromOthers()
    {
        Suspect one = Create(2);
        Suspect other = Create(3);
        one.TicksUntilStanding();
        other.TicksUntilStanding();
        int last = 0;
        for (int failure = 0; failure < 3; failure++)
        {
            one.Election.OnFailed();
            other.Election.OnFailed();
            int wait = one.TicksUntilStanding();
            Assert.True(wait > last, $"{wait} ticks after {last}");
            Assert.NotEqual(wait, other.TicksUntilStanding());
            last = wait;
        }

        one.Election.OnFailed();
        Assert.Equal(last, one.TicksUntilStanding());
        Assert.True(last <= 2 * Options.ElectionTimeoutTicks, $"{last} ticks");
    }

    [Fact]
    public void OnLinksChanged_AfterFailures_TriesAgainSoon()
    {
        Suspect suspect = Create(2);
        suspect.Election.OnFailed();
        suspect.Election.OnFailed();
        suspect.Election.OnFailed();

        suspect.Election.OnLinksChanged();

        Assert.Equal(4, suspect.TicksUntilStanding());
    }

    [Fact]
    public void Defer_AnotherCandidateHasThePromise_WaitsHalfATimeout()
    {
        Suspect suspect = Create(2);
        suspect.Election.OnTick(isServed: true, mayStand: true);

        suspect.Election.Defer();

        Assert.Equal(7, suspect.TicksUntilStanding());
    }

    [Fact]
    public void OnLeaderTick_RivalThatNobodyFollows_StandsAgain() =>
        Assert.Equal(LeaderOutlook.MustStandAgain, Create(2).Outlook(Living, hasRival: true));

    [Fact]
    public void OnLeaderTick_SomebodyLeadsAbove_IsReplaced()
    {
        Suspect suspect = Create(2);
        Ballot higher = new(2, 7, new ReplicaId(3));
        suspect.Answer = (peer, nonce) => new ProbeAnswer(One, nonce, higher, higher, Slot.None, higher, true);

        Assert.Equal(LeaderOutlook.IsReplaced, suspect.Outlook(Living, hasRival: true));
    }

    [Fact]
    public void OnLeaderTick_Healthy_AsksNobody()
    {
        Assert.Equal(LeaderOutlook.Leads, Create(2).Outlook(Living, hasRival: false));
        Assert.Empty(_effects.SendsNow);
    }

    private Suspect Create(uint self)
    {
        var members = new Membership(new ReplicaId(self), Members);
        for (int member = 0; member < members.Count; member++)
        {
            if (member != members.Self)
            {
                members.SetUp(member, true);
                members.SetReachesQuorum(member, true);
            }
        }

        var outbox = new Outbox();
        return new Suspect(members, outbox, new Election(members, new Acceptor(RecoveredState.Empty, outbox), outbox, Options), _effects);
    }

    private sealed class Suspect(Membership members, Outbox outbox, Election election, Effects effects)
    {
        private const int Patience = 200;

        public Membership Members => members;

        public Election Election => election;

        public Func<int, long, ProbeAnswer?> Answer { get; set; } =
            (_, nonce) => new ProbeAnswer(One, nonce, Ballot.None, Ballot.None, Slot.None, Ballot.None, false);

        /// <returns>-1 if it does not stand however long it waits.</returns>
        public int TicksUntilStanding()
        {
            for (int tick = 1; tick < Patience; tick++)
            {
                if (Step(() => election.OnTick(isServed: false, mayStand: true)))
                {
                    election.OnStanding();
                    return tick;
                }
            }

            return -1;
        }

        public LeaderOutlook Outlook(Ballot own, bool hasRival)
        {
            LeaderOutlook outlook = LeaderOutlook.Leads;
            for (int tick = 1; tick < Patience && outlook == LeaderOutlook.Leads; tick++)
            {
                outlook = Step(() => election.OnLeaderTick(own, hasRival));
            }

            return outlook;
        }

        private T Step<T>(Func<T> input)
        {
            int before = effects.SendsNow.Count;
            outbox.Begin(effects);
            T result = input();
            outbox.End();
            foreach (Send send in effects.SendsNow.Skip(before).Where(send => send.Message is Probe).ToArray())
            {
                int peer = members.IndexOf(send.To);
                if (Answer(peer, ((Probe)send.Message).Nonce) is { } answer)
                {
                    election.OnAnswer(peer, answer);
                }
            }

            return result;
        }
    }
}
