using System.Collections.Immutable;

namespace Dike.Paxos.Tests;

public sealed class LogReplayTests
{
    private static readonly ConfigurationId One = ConfigurationId.First;
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

    private static void AssertRefused(LogWrite write, string reason)
    {
        LogReplayException refused = Assert.Throws<LogReplayException>(() => Started().Add(write));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }
}
