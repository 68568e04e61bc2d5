using System.Collections.Immutable;

namespace Dike.Paxos.Tests;

/// <summary>What a single replica does with input that no scenario has: wrong callers, foreign and hostile messages.</summary>
public sealed class ReplicaTests
{
    private static readonly ConfigurationId One = ConfigurationId.First;
    private static readonly ReplicaId Peer = new(3);
    private static readonly Ballot PeersBallot = new(1, 3, Peer);
    private static readonly ImmutableArray<Member> Members = [new(new ReplicaId(1), 1), new(new ReplicaId(2), 2), new(Peer, 3)];
    private readonly Effects _effects = new();

    [Fact]
    public void Constructor_WrongMembersOrOptions_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Replica(new ReplicaId(9), Members, RecoveredState.Empty, new PaxosOptions()));
        Assert.Throws<ArgumentException>(() => new Replica(Peer, [], RecoveredState.Empty, new PaxosOptions()));
        Assert.Throws<ArgumentException>(() => new Replica(Peer, Members.Add(Members[0]), RecoveredState.Empty, new PaxosOptions()));
        Assert.Throws<ArgumentException>(() => new Replica(Peer, Members.Add(default), RecoveredState.Empty, new PaxosOptions()));
        Assert.Throws<ArgumentException>(() => new Replica(Peer, Members, RecoveredState.Empty, new PaxosOptions { ElectionTimeoutTicks = 0 }));
        Assert.Throws<ArgumentException>(() => new Replica(Peer, Members, RecoveredState.Empty, new PaxosOptions { ResendTicks = 0 }));
        Assert.Throws<ArgumentException>(() => new Replica(Peer, Members, RecoveredState.Empty, new PaxosOptions { MaxChunkBytes = 0 }));
        Assert.Throws<ArgumentException>(() => new Replica(Peer, Members, RecoveredState.Empty, new PaxosOptions { LeaseMs = -1 }));
        Assert.Throws<ArgumentException>(() => new Replica(Peer, Members, RecoveredState.Empty, new PaxosOptions { LeaseDriftPercent = 101 }));
    }

    [Fact]
    public void Propose_NotLeading_DoesNothing()
    {
        Replica replica = Started(RecoveredState.Empty);

        Assert.Equal(Slot.None, replica.Propose(1, EntryKind.Commands, ReadOnlyMemory<byte>.Empty, _effects));
        Assert.Empty(_effects.Writes);
        Assert.Throws<ArgumentOutOfRangeException>(() => replica.Propose(0, EntryKind.Commands, ReadOnlyMemory<byte>.Empty, _effects));
    }

    [Fact]
    public void Receive_FromStrangersOrNonsense_IsDroppedAndCounted()
    {
        Replica replica = Started(RecoveredState.Empty);
        var prepare = new Prepare(One, PeersBallot, 1);

        replica.Receive(new ReplicaId(9), prepare, _effects);
        replica.Receive(new ReplicaId(1), prepare, _effects);
        replica.Receive(new ReplicaId(2), prepare, _effects);
        replica.Receive(Peer, prepare with { Nonce = 0 }, _effects);

        Assert.Equal(4, replica.InvalidMessages);
        Assert.Empty(_effects.Writes);
    }

    /// <summary>Where configurations meet nothing is promised: a later one is asked about, an earlier one is told that it is over, once per resend time.</summary>
    [Fact]
    public void Receive_OfOtherConfigurations_CountsForNothingAndIsAnswered()
    {
        Replica replica = Started(RecoveredState.Empty);
        var prepare = new Prepare(new ConfigurationId(2), PeersBallot, 1);

        replica.Receive(new ReplicaId(9), prepare, _effects);
        Assert.Equal([new Send(new ReplicaId(9), new Learn(One, Slot.None, 0))], _effects.SendsNow);

        replica = Started(RecoveredState.Empty with { Configuration = new ConfigurationId(3), Members = Members, Self = new ReplicaId(1) });
        _effects.Clear();
        replica.Receive(new ReplicaId(9), prepare, _effects);
        replica.Receive(new ReplicaId(9), prepare, _effects);
        Assert.Equal([new Send(new ReplicaId(9), new Superseded(new ConfigurationId(3), new ConfigurationId(2)))], _effects.SendsNow);
        Assert.Equal(0, replica.InvalidMessages);
        Assert.Empty(_effects.Writes);
    }

    /// <summary>What its followers hold at the slots of the snapshot may be something else: a leader that called it decided in its own ballot would make them decide that.</summary>
    [Fact]
    public void SnapshotInstalled_WhileLeading_StepsDown()
    {
        var replica = new Replica(Peer, [Members[2]], RecoveredState.Empty, new PaxosOptions());
        replica.Start(_effects);
        replica.Synced(1, _effects);
        Assert.True(replica.IsLeader);

        Assert.True(replica.SnapshotInstalled(new SnapshotInfo(new Slot(9), One, [Members[2]], 1, 1), _effects));

        Assert.False(replica.IsLeader);
        Assert.Equal(9, replica.Decided.Value);
        Assert.False(replica.SnapshotInstalled(new SnapshotInfo(new Slot(9), One, [Members[2]], 1, 1), _effects));
    }

    /// <summary>A snapshot of the next configuration ends this one in the same step: a candidate must not lead on in it.</summary>
    [Fact]
    public void SnapshotInstalled_OfALaterConfiguration_NothingIsAcceptedInTheEarlierOne()
    {
        var replica = new Replica(Peer, [Members[2]], RecoveredState.Empty, new PaxosOptions());
        replica.Start(_effects);

        replica.SnapshotInstalled(new SnapshotInfo(new Slot(9), new ConfigurationId(2), [Members[0]], 1, 1), _effects);
        replica.Synced(2, _effects);

        Assert.Equal(ReplicaRole.Learner, replica.Role);
        Assert.Equal(9, replica.Last.Value);
        Assert.DoesNotContain(_effects.Writes, write => write is SyncWrite or AcceptWrite);
    }

    /// <summary>A replica speaks only for its own ballots: a successor that took over another's ballot numbers would be believed otherwise (Z6).</summary>
    [Fact]
    public void Receive_InAnothersBallot_IsDroppedAndCounted()
    {
        Replica replica = Started(RecoveredState.Empty);
        PeerMessage[] foreign =
        [
            new Prepare(One, PeersBallot, 1),
            new AcceptSync(One, PeersBallot, 1, 1, Slot.None, Slot.None, [], Slot.None),
            new Accept(One, PeersBallot, 1, 1, [], Slot.None),
            new Decide(One, PeersBallot, 1, 1, Slot.None),
            new ConfirmRead(One, PeersBallot, 1, true),
            new PullLog(One, PeersBallot, 1, Slot.None),
            new LogChunk(One, PeersBallot, 1, Slot.None, [], Slot.None),
            new Promise(One, PeersBallot, 1, Ballot.None, Slot.None, Slot.None),
            new Accepted(One, PeersBallot, 1, Slot.None, Slot.None),
            new ReadConfirmed(One, PeersBallot, 1, true),
            new HandOver(One, PeersBallot, new ReplicaId(2), 1),
            new AskDecided(One, PeersBallot, 1, 1),
            new DecidedIs(One, PeersBallot, 1, 1, Slot.None),
        ];

        foreach (PeerMessage message in foreign)
        {
            replica.Receive(new ReplicaId(1), message, _effects);
        }

        Assert.Equal(foreign.Length, replica.InvalidMessages);
        Assert.Equal(Ballot.None, replica.Promised);
        Assert.Empty(_effects.SendsNow);
    }

    /// <summary>A peer that claims a huge slot or ballot makes nobody fill holes, allocate or overflow (Z19).</summary>
    [Fact]
    public void Receive_HugeIndexes_AreNotBelieved()
    {
        Replica replica = Following();
        var huge = new Slot(long.MaxValue / 8);

        replica.Receive(Peer, new Accept(One, PeersBallot, 1, 1, [Batch(2, 7)], huge), _effects);
        replica.Receive(Peer, new Accept(One, PeersBallot, 1, 2, [new EntryBatch(huge, 1, EntryKind.Commands, ReadOnlyMemory<byte>.Empty)], huge), _effects);
        replica.Receive(Peer, new AcceptSync(One, PeersBallot, 1, 2, huge, huge, [], huge), _effects);
        replica.Receive(Peer, new PullLog(One, PeersBallot, 1, huge), _effects);
        replica.Receive(Peer, new Prepare(One, PeersBallot with { Number = long.MaxValue }, 9), _effects);

        Assert.Equal(2, replica.Last.Value);
        Assert.Equal(2, replica.Decided.Value);
        Assert.Equal(PeersBallot, replica.Promised);
        Assert.Equal(3, replica.InvalidMessages);
    }

    /// <summary>Proof that two replicas decided differently stops the group; it is never passed over (Z10).</summary>
    [Fact]
    public void Receive_AcceptSyncThatContradictsDecided_Halts()
    {
        var recovered = new RecoveredState(One, PeersBallot, PeersBallot, new Slot(1), [Batch(1, 7)]);
        Replica replica = Started(recovered);
        Ballot higher = PeersBallot with { Number = 2 };
        replica.Receive(Peer, new Prepare(One, higher, 1), _effects);

        InvariantViolatedException halted = Assert.Throws<InvariantViolatedException>(
            () => replica.Receive(Peer, new AcceptSync(One, higher, 1, 2, Slot.None, Slot.None, [Batch(1, 8)], new Slot(1)), _effects));

        Assert.Contains("two values for one place", halted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Receive_AcceptOfOneBallotWithTwoValues_Halts()
    {
        Replica replica = Following();

        Assert.Throws<InvariantViolatedException>(() => replica.Receive(Peer, new Accept(One, PeersBallot, 1, 1, [Batch(1, 8)], Slot.None), _effects));
    }

    /// <summary>A restart forgets no promise and no vote (Z1): what was promised is refused below, what was accepted is reported.</summary>
    [Fact]
    public void Start_WithRecoveredState_KeepsPromiseAndVote()
    {
        Ballot promised = PeersBallot with { Number = 5 };
        var recovered = new RecoveredState(One, promised, PeersBallot, Slot.None, [Batch(1, 7)]);
        Replica replica = Started(recovered);

        replica.Receive(Peer, new Prepare(One, PeersBallot with { Number = 4 }, 1), _effects);
        replica.Receive(Peer, new Prepare(One, promised, 2), _effects);

        Assert.Equal(promised, replica.Promised);
        Assert.Equal(
            [new Refuse(One, PeersBallot with { Number = 4 }, promised), new Promise(One, promised, 2, PeersBallot, new Slot(1), Slot.None)],
            _effects.SendsNow.Select(send => send.Message));
    }

    [Fact]
    public void Synced_MoreThanWasWritten_IsRefused()
    {
        Replica replica = Started(RecoveredState.Empty);

        Assert.Throws<InvariantViolatedException>(() => replica.Synced(1, _effects));
    }

    [Fact]
    public void Receive_BeforeStart_IsRefused()
    {
        var replica = new Replica(new ReplicaId(2), Members, RecoveredState.Empty, new PaxosOptions());

        Assert.Throws<InvariantViolatedException>(() => replica.Receive(Peer, new Prepare(One, PeersBallot, 1), _effects));
    }

    [Fact]
    public void Constructor_RecoveredPromiseBelowAccepted_IsRefused()
    {
        var forgotten = new RecoveredState(One, Ballot.None, PeersBallot, Slot.None, [Batch(1, 7)]);

        Assert.Throws<InvariantViolatedException>(() => new Replica(new ReplicaId(2), Members, forgotten, new PaxosOptions()));
    }

    private static EntryBatch Batch(long first, byte value) => new(new Slot(first), 1, EntryKind.Commands, new byte[] { value });

    private Replica Started(RecoveredState recovered)
    {
        var replica = new Replica(new ReplicaId(2), Members, recovered, new PaxosOptions());
        replica.Start(_effects);
        _effects.Clear();
        return replica;
    }

    /// <summary>Replica 2, in session 1 of 3's ballot with one batch accepted.</summary>
    private Replica Following()
    {
        Replica replica = Started(RecoveredState.Empty);
        replica.Receive(Peer, new Prepare(One, PeersBallot, 1), _effects);
        replica.Receive(Peer, new AcceptSync(One, PeersBallot, 1, 1, Slot.None, Slot.None, [Batch(1, 7)], Slot.None), _effects);
        Assert.Equal(1, replica.Last.Value);
        _effects.Clear();
        return replica;
    }
}
