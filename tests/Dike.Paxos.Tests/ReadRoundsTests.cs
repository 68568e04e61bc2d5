using System.Collections.Immutable;

namespace Dike.Paxos.Tests;

/// <summary>A leader of five that is asked for reads; its peers are played by the test.</summary>
public sealed class ReadRoundsTests
{
    private static readonly ConfigurationId One = ConfigurationId.First;
    private readonly Effects _effects = new();
    private readonly Replica _replica;

    public ReadRoundsTests()
    {
        ImmutableArray<Member> members = [.. Enumerable.Range(1, 5).Select(id => new Member(new ReplicaId((uint)id), (ushort)id))];
        _replica = new Replica(new ReplicaId(5), members, RecoveredState.Empty, new PaxosOptions { ElectionTimeoutTicks = 2 });
        _replica.Start(_effects);
        for (uint peer = 1; peer <= 4; peer++)
        {
            _replica.PeerChanged(new ReplicaId(peer), true, true, _effects);
        }

        while (_effects.Writes.Count == 0)
        {
            _replica.Tick(_effects);
            foreach (Send send in _effects.SendsNow.Where(send => send.Message is Probe).ToArray())
            {
                long nonce = ((Probe)send.Message).Nonce;
                _replica.Receive(send.To, new ProbeAnswer(One, nonce, Ballot.None, Ballot.None, Slot.None, Ballot.None, false), _effects);
            }
        }

        _replica.Synced(1, _effects);
        foreach (SendAfterSync send in _effects.SendsAfterSync.Take(2).ToArray())
        {
            var prepare = (Prepare)send.Message;
            _replica.Receive(send.To, new Promise(One, prepare.Ballot, prepare.Nonce, Ballot.None, Slot.None, Slot.None), _effects);
        }

        Assert.True(_replica.IsLeader);
    }

    [Fact]
    public void Read_BeforeTheFirstOwnEntryIsDecided_Waits()
    {
        _effects.Clear();

        _replica.Read(1, _effects);
        Assert.Empty(_effects.SendsNow);
        DecideFirstEntry();

        Assert.Equal(4, Rounds().Length);
        Assert.Empty(_effects.ReadsReady);
    }

    [Fact]
    public void Confirmed_OneMemberManyTimes_CountsOnce()
    {
        DecideFirstEntry();
        _effects.Clear();
        _replica.Read(1, _effects);
        long round = Rounds()[0].Round;

        Confirm(1, round);
        Confirm(1, round);
        Confirm(1, round);
        Assert.Empty(_effects.ReadsReady);
        Confirm(2, round);

        Assert.Equal([new ReadReady(1, new Slot(1))], _effects.ReadsReady);
    }

    [Fact]
    public void Confirmed_AnswersToAnEarlierRound_DoNotCount()
    {
        DecideFirstEntry();
        _effects.Clear();
        _replica.Read(1, _effects);
        long earlier = Rounds()[0].Round;
        Confirm(1, earlier);
        Confirm(2, earlier);
        _effects.Clear();

        _replica.Read(2, _effects);
        long later = Rounds()[0].Round;
        Confirm(3, earlier);
        Confirm(4, earlier);
        Assert.Empty(_effects.ReadsReady);
        Confirm(3, later);
        Confirm(4, later);

        Assert.NotEqual(earlier, later);
        Assert.Equal([2L], _effects.ReadsReady.Select(ready => ready.ReadId));
    }

    [Fact]
    public void Read_DuringARound_WaitsForTheNextOne()
    {
        DecideFirstEntry();
        _effects.Clear();
        _replica.Read(1, _effects);
        long round = Rounds()[0].Round;
        _replica.Read(2, _effects);

        Confirm(1, round);
        Confirm(2, round);

        Assert.Equal([1L], _effects.ReadsReady.Select(ready => ready.ReadId));
        Assert.Contains(Rounds(), confirm => confirm.Round > round);
    }

    [Fact]
    public void SteppingDown_ReadsInAndBehindARound_AreRefused()
    {
        DecideFirstEntry();
        _replica.Read(1, _effects);
        _replica.Read(2, _effects);
        for (uint peer = 1; peer <= 4; peer++)
        {
            _replica.PeerChanged(new ReplicaId(peer), false, false, _effects);
        }

        _replica.Receive(new ReplicaId(4), new Prepare(One, new Ballot(9, 4, new ReplicaId(4)), 1), _effects);

        Assert.False(_replica.IsLeader);
        Assert.Equal([1L, 2L], _effects.ReadsRefused);
        Assert.Empty(_effects.ReadsReady);
    }

    [Fact]
    public void Tick_UnansweredRound_IsAskedAgainWithTheSameId()
    {
        DecideFirstEntry();
        _effects.Clear();
        _replica.Read(1, _effects);
        Confirm(1, Rounds()[0].Round);
        long round = Rounds()[0].Round;
        _effects.Clear();

        for (int tick = 0; tick < new PaxosOptions().ResendTicks; tick++)
        {
            _replica.Tick(_effects);
        }

        Assert.Equal([round, round, round], Rounds().Select(confirm => confirm.Round));
    }

    private ConfirmRead[] Rounds() => [.. _effects.SendsNow.Select(send => send.Message).OfType<ConfirmRead>()];

    private void Confirm(uint peer, long round) => _replica.Receive(new ReplicaId(peer), new ReadConfirmed(One, _replica.Promised, round, false), _effects);

    private void DecideFirstEntry()
    {
        _replica.Synced(2, _effects);
        for (uint peer = 1; peer <= 2; peer++)
        {
            _replica.Receive(new ReplicaId(peer), new Accepted(One, _replica.Promised, 99, new Slot(1), Slot.None), _effects);
        }

        Assert.Equal(1, _replica.Decided.Value);
    }
}
