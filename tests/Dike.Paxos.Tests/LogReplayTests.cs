using System.Collections.Immutable;

namespace Dike.Paxos.Tests;

public sealed class LogReplayTests
{
    private static readonly ConfigurationId One = ConfigurationId.First;
    private static readonly ConfigurationId Two = new(2);
    private static readonly Ballot First = new(1, 1, new ReplicaId(1));
    private static readonly Ballot Second = new(2, 1, new ReplicaId(1));

    [Fact]
    public void Replay_AllKindsOfRecords_GivesTheirOutcome()
    {
        RecoveredState state = LogReplay.Replay(
            RecoveredState.Empty,
            [
                new PromiseWrite(1, One, First),
                new SyncWrite(2, One, First, Slot.None, [Batch(1)]),
                new AcceptWrite(3, One, First, [Batch(2), Batch(3, 4)]),
                new DecidedWrite(4, One, new Slot(2)),
                new PromiseWrite(1, One, Second),
                new SyncWrite(2, One, Second, new Slot(2), [Batch(3)]),
            ]);

        Assert.Equal(Second, state.Promised);
        Assert.Equal(Second, state.Accepted);
        Assert.Equal(2, state.Decided.Value);
        Assert.Equal([Batch(1), Batch(2), Batch(3)], state.Log);
    }

    [Fact]
    public void Replay_InTwoParts_GivesTheSame()
    {
        ImmutableArray<LogWrite> writes =
        [
            new PromiseWrite(1, One, First),
            new SyncWrite(2, One, First, Slot.None, [Batch(1)]),
            new PromiseWrite(1, One, Second),
            new DecidedWrite(2, One, new Slot(1)),
        ];

        RecoveredState half = LogReplay.Replay(RecoveredState.Empty, writes[..2]);
        RecoveredState whole = LogReplay.Replay(half, writes[2..]);

        Assert.Equal(Second, whole.Promised);
        Assert.Equal(First, whole.Accepted);
        Assert.Equal([Batch(1)], whole.Log);
    }

    [Fact]
    public void Add_RecordsThatCannotFollow_AreRefusedByName()
    {
        AssertRefused(new PromiseWrite(3, One, First), "promise 1.1.1 comes after promise 1.1.1");
        AssertRefused(new AcceptWrite(3, One, Second, [Batch(2)]), "accepted in 2.1.1 after a promise of 1.1.1");
        AssertRefused(new AcceptWrite(3, One, First, [Batch(3)]), "does not follow slot 1");
        AssertRefused(new AcceptWrite(3, One, First, []), "no entries");
        AssertRefused(new SyncWrite(3, One, First, new Slot(1), []), "adopted in 1.1.1 after entries accepted in 1.1.1");
        AssertRefused(new SyncWrite(3, One, Second, new Slot(5), []), "no batch ends at slot 5");
        AssertRefused(new SyncWrite(3, One, Second, new Slot(1), [Batch(3)]), "does not follow slot 1");
        AssertRefused(new DecidedWrite(3, One, new Slot(2)), "no batch ends at decided slot 2");
        AssertRefused(new DecidedWrite(4, One, new Slot(1)), "write 4 comes after write 2");
        AssertRefused(new DecidedWrite(3, new ConfigurationId(0), new Slot(1)), "configuration 0 comes after configuration 1");
    }

    [Fact]
    public void Replay_ChangeOfMembers_StartsAnewBehindTheStopSign()
    {
        RecoveredState state = Replayed(
            new AcceptWrite(3, One, First, [Batch(2), StopSigns.Batch(3, 2, 1, 4)]),
            new DecidedWrite(4, One, new Slot(3)),
            new ConfigurationWrite(5, Two, new ReplicaId(1), StopSigns.Members(1, 4), true),
            new PromiseWrite(6, Two, First));

        Assert.Equal(Two, state.Configuration);
        Assert.Equal(First, state.Promised);
        Assert.Equal(Ballot.None, state.Accepted);
        Assert.Equal(StopSigns.Members(1, 4), state.Members);
        Assert.Equal(3, state.Last.Value);
        Assert.True(state.IsVoter);
        Assert.False(state.HasLeft);
    }

    [Fact]
    public void Replay_LeaverAndLearner_AreToldApart()
    {
        RecoveredState left = Replayed(
            new AcceptWrite(3, One, First, [StopSigns.Batch(2, 2, 4)]),
            new DecidedWrite(4, One, new Slot(2)),
            new ConfigurationWrite(5, Two, new ReplicaId(1), StopSigns.Members(4), false),
            new LearnWrite(6, Two, [Batch(3)]));
        RecoveredState newcomer = LogReplay.Replay(
            RecoveredState.Empty,
            [
                new ConfigurationWrite(1, One, new ReplicaId(9), StopSigns.Members(1), false),
                new LearnWrite(2, One, [Batch(1), StopSigns.Batch(2, 2, 4)]),
                new ConfigurationWrite(3, Two, new ReplicaId(9), StopSigns.Members(4), false),
            ]);

        Assert.True(left.HasLeft);
        Assert.False(newcomer.HasLeft);
        Assert.Equal(3, left.Decided.Value);
        Assert.Equal(2, newcomer.Decided.Value);
    }

    /// <summary>A vote that could still be needed to end the configuration stays; what it voted for and is not decided goes.</summary>
    [Fact]
    public void Replay_LearnedByAVoter_ReplacesWhatIsNotDecidedAndKeepsTheVote()
    {
        RecoveredState state = Replayed(
            new AcceptWrite(3, One, First, [Batch(2), Batch(3)]),
            new DecidedWrite(4, One, new Slot(1)),
            new LearnWrite(5, One, [Batch(2, 3)]));

        Assert.Equal([Batch(1), Batch(2, 3)], state.Log);
        Assert.Equal(4, state.Decided.Value);
        Assert.Equal((First, First), (state.Promised, state.Accepted));
    }

    [Fact]
    public void Replay_SnapshotTaken_CutsTheFrontAndKeepsTheRest()
    {
        RecoveredState state = Replayed(
            new AcceptWrite(3, One, First, [Batch(2), Batch(3)]), new DecidedWrite(4, One, new Slot(2)), new SnapshotWrite(5, One, Snapshot(2)));

        Assert.Equal([Batch(3)], state.Log);
        Assert.Equal((2, 3), (state.Decided.Value, state.Last.Value));
        RecoveredState again = LogReplay.Replay(state, [new AcceptWrite(1, One, First, [Batch(4)])]);
        Assert.Equal([Batch(3), Batch(4)], again.Log);
        Assert.Equal(Snapshot(2), again.Snapshot);
    }

    [Fact]
    public void Replay_SnapshotInstalled_KeepsTheLogOnlyIfItGoesOnThere()
    {
        RecoveredState goesOn = Replayed(new AcceptWrite(3, One, First, [Batch(2), Batch(3)]), new SnapshotWrite(4, One, Snapshot(2)));
        RecoveredState otherLog = Replayed(new AcceptWrite(3, One, First, [Batch(2, 3)]), new SnapshotWrite(4, One, Snapshot(3)));
        RecoveredState ahead = Replayed(new SnapshotWrite(3, One, Snapshot(9)));

        Assert.Equal([Batch(3)], goesOn.Log);
        Assert.Equal((2, 3), (goesOn.Decided.Value, goesOn.Last.Value));
        Assert.Empty(otherLog.Log);
        Assert.Equal((3, 3), (otherLog.Decided.Value, otherLog.Last.Value));
        Assert.Equal((9, 9), (ahead.Decided.Value, ahead.Last.Value));
        Assert.Equal((First, First), (ahead.Promised, ahead.Accepted));
    }

    [Fact]
    public void Add_RecordsAboutMembersThatCannotFollow_AreRefusedByName()
    {
        ImmutableArray<Member> members = StopSigns.Members(1, 4);
        AssertRefused(new ConfigurationWrite(3, Two, new ReplicaId(1), members, true), "before the stop-sign that names it is decided");
        AssertRefused(new ConfigurationWrite(3, Two, new ReplicaId(1), members, false), "before the stop-sign that names it is decided");
        AssertRefused(new ConfigurationWrite(3, One, new ReplicaId(1), members, false), "entered after configuration 1 (promised 1.1.1)");
        AssertRefused(new ConfigurationWrite(3, default, new ReplicaId(1), members, false), "configuration 0 is entered after configuration 1");
        AssertRefused(new PromiseWrite(3, Two, Second), "configuration 2 comes after configuration 1");
        AssertRefused(new LearnWrite(3, One, [Batch(2)]), "does not follow slot 0");
        AssertRefused(new LearnWrite(3, One, []), "nothing learned");
        AssertRefused(new AcceptWrite(3, One, First, [StopSigns.Batch(2, 3, 4)]), "in configuration 1");
        AssertRefused(new AcceptWrite(3, One, First, [StopSigns.Batch(2, 2, 4), Batch(3)]), "1 batches behind it");
        AssertRefusedAfter([new AcceptWrite(3, One, First, [StopSigns.Batch(2, 2, 4)])], new AcceptWrite(4, One, First, [Batch(3)]), "behind the stop-sign");
        AssertRefusedAfter([new AcceptWrite(3, One, First, [StopSigns.Batch(2, 2, 4)])], new SyncWrite(4, One, Second, new Slot(2), [Batch(3)]), "behind the stop-sign");
        AssertRefusedAfter([new SnapshotWrite(3, One, Snapshot(3))], new SnapshotWrite(4, One, Snapshot(3)), "snapshot of slot 3 comes after one of slot 3");
        AssertRefusedAfter(
            [new SnapshotWrite(3, One, Snapshot(3) with { Configuration = Two, Members = members })], new PromiseWrite(4, One, Second), "which has ended");
        AssertRefusedAfter(
            [new SnapshotWrite(3, One, Snapshot(3) with { Configuration = Two, Members = members })],
            new ConfigurationWrite(4, Two, new ReplicaId(1), StopSigns.Members(1), true),
            "before the stop-sign that names it is decided");
    }

    [Fact]
    public void Add_VoteOfALearner_IsRefused()
    {
        var replay = new LogReplay();
        replay.Add(new ConfigurationWrite(1, One, new ReplicaId(9), StopSigns.Members(1), false));

        LogReplayException refused = Assert.Throws<LogReplayException>(() => replay.Add(new PromiseWrite(2, One, First)));
        Assert.Contains("a learner of configuration 1 votes", refused.Message, StringComparison.Ordinal);
        Assert.Throws<LogReplayException>(() => replay.Add(new ConfigurationWrite(2, One, new ReplicaId(9), StopSigns.Members(9), true)));
        Assert.Throws<LogReplayException>(() => replay.Add(new ConfigurationWrite(2, One, new ReplicaId(8), StopSigns.Members(8), false)));
    }

    [Fact]
    public void Add_LearnerUnderANewId_GoesOnAsThatOne()
    {
        var replay = new LogReplay();
        replay.Add(new ConfigurationWrite(1, One, new ReplicaId(9), StopSigns.Members(1), false));
        replay.Add(new ConfigurationWrite(2, One, new ReplicaId(8), StopSigns.Members(1), false));

        RecoveredState state = replay.ToState();
        Assert.Equal((new ReplicaId(8), false, false), (state.Self, state.IsVoter, state.HasLeft));
    }

    [Fact]
    public void Add_AcceptInABallotTheLogWasNotBroughtTo_IsRefused()
    {
        LogReplay replay = Started();
        replay.Add(new PromiseWrite(3, One, Second));

        LogReplayException refused = Assert.Throws<LogReplayException>(() => replay.Add(new AcceptWrite(4, One, Second, [Batch(2)])));

        Assert.Contains("Record 4 of the replica (AcceptWrite 4)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_SyncBehindDecided_IsRefused()
    {
        LogReplay replay = Started();
        replay.Add(new DecidedWrite(3, One, new Slot(1)));

        Assert.Throws<LogReplayException>(() => replay.Add(new SyncWrite(4, One, Second, Slot.None, [])));
        Assert.Throws<LogReplayException>(() => replay.Add(new DecidedWrite(4, One, new Slot(1))));
    }

    /// <summary>With quadratic work this would take hours: it would not end. Linear, it takes about a second.</summary>
    [Fact]
    public void Add_AMillionRecords_Ends()
    {
        LogReplay replay = Started();
        for (int slot = 2; slot < 1_000_000; slot++)
        {
            replay.Add(new AcceptWrite(slot + 1, One, First, [Batch(slot)]));
        }

        RecoveredState state = replay.ToState();

        Assert.Equal(999_999, state.Last.Value);
    }

    private static EntryBatch Batch(long first, int count = 1) => new(new Slot(first), count, EntryKind.Commands, new byte[] { (byte)first });

    private static LogReplay Started()
    {
        var replay = new LogReplay();
        replay.Add(new PromiseWrite(1, One, First));
        replay.Add(new SyncWrite(2, One, First, Slot.None, [Batch(1)]));
        return replay;
    }

    private static SnapshotInfo Snapshot(long slot) => new(new Slot(slot), One, StopSigns.Members(1), 10, 20);

    private static RecoveredState Replayed(params LogWrite[] writes)
    {
        LogReplay replay = Started();
        foreach (LogWrite write in writes)
        {
            replay.Add(write);
        }

        return replay.ToState();
    }

    private static void AssertRefusedAfter(LogWrite[] before, LogWrite write, string reason)
    {
        LogReplay replay = Started();
        foreach (LogWrite first in before)
        {
            replay.Add(first);
        }

        LogReplayException refused = Assert.Throws<LogReplayException>(() => replay.Add(write));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(LogWrite write, string reason)
    {
        LogReplayException refused = Assert.Throws<LogReplayException>(() => Started().Add(write));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }
}
