using System.Collections.Immutable;

namespace Dike.Paxos.Tests.Messages;

/// <summary>What each message refuses whatever the receiver's state: a sound one passes, each unsound field is named.</summary>
public sealed class InvalidTests
{
    private static readonly ConfigurationId One = ConfigurationId.First;
    private static readonly Ballot Sound = new(3, 2, new ReplicaId(1));
    private static readonly Ballot Ownerless = new(3, 2, ReplicaId.None);
    private static readonly Ballot Numberless = new(0, 2, new ReplicaId(1));
    private static readonly Ballot Boundless = new(long.MaxValue, 2, new ReplicaId(1));
    private static readonly Slot Negative = new(-1);
    private static readonly Slot Boundary = new(long.MaxValue);
    private static readonly ImmutableArray<EntryBatch> Batches = [Batch(3, 2), Batch(5, 1)];

    [Fact]
    public void Prepare_EachUnsoundField_IsNamed()
    {
        var sound = new Prepare(One, Sound, 1);
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Nonce", sound with { Nonce = 0 }, sound with { Nonce = long.MaxValue });
    }

    [Fact]
    public void Promise_EachUnsoundField_IsNamed()
    {
        var sound = new Promise(One, Sound, 1, Ballot.None, new Slot(2), new Slot(2));
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Nonce", sound with { Nonce = -1 });
        AssertNamed("AcceptedBallot", sound with { AcceptedBallot = Ownerless });
        AssertNamed("Last", sound with { Last = Negative }, sound with { Last = Boundary });
        AssertNamed("Decided", sound with { Decided = Negative }, sound with { Decided = new Slot(3) });
    }

    [Fact]
    public void PullLog_EachUnsoundField_IsNamed()
    {
        var sound = new PullLog(One, Sound, 1, Slot.None);
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Nonce", sound with { Nonce = 0 });
        AssertNamed("After", sound with { After = Negative }, sound with { After = Boundary });
    }

    [Fact]
    public void LogChunk_EachUnsoundField_IsNamed()
    {
        var sound = new LogChunk(One, Sound, 1, new Slot(2), Batches, new Slot(9));
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Nonce", sound with { Nonce = 0 });
        AssertNamed("After", sound with { After = Negative });
        AssertNamed("Last", sound with { Last = Negative });
        AssertNamed("batch", sound with { After = new Slot(1) });
        AssertBatches(batches => sound with { Batches = batches });
    }

    [Fact]
    public void AcceptSync_EachUnsoundField_IsNamed()
    {
        var sound = new AcceptSync(One, Sound, 1, 1, new Slot(1), new Slot(2), Batches, new Slot(9));
        AssertSound(sound);
        AssertSound(sound with { Batches = [] });
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Nonce", sound with { Nonce = 0 });
        AssertNamed("Session", sound with { Session = 0 });
        AssertNamed("Keep", sound with { Keep = Negative }, sound with { Keep = new Slot(3) });
        AssertNamed("Decided", sound with { Decided = Negative });
        AssertNamed("batch", sound with { After = new Slot(3) });
        AssertBatches(batches => sound with { Batches = batches });
    }

    [Fact]
    public void Accept_EachUnsoundField_IsNamed()
    {
        var sound = new Accept(One, Sound, 1, 1, Batches, Slot.None);
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Session", sound with { Session = 0 });
        AssertNamed("Sequence", sound with { Sequence = 0 });
        AssertNamed("Decided", sound with { Decided = Negative });
        AssertBatches(batches => sound with { Batches = batches });
    }

    [Fact]
    public void Accepted_EachUnsoundField_IsNamed()
    {
        var sound = new Accepted(One, Sound, 1, new Slot(2), new Slot(2));
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Session", sound with { Session = 0 });
        AssertNamed("Last", sound with { Last = Negative });
        AssertNamed("Decided", sound with { Decided = Negative }, sound with { Decided = new Slot(3) });
    }

    [Fact]
    public void Decide_EachUnsoundField_IsNamed()
    {
        var sound = new Decide(One, Sound, 1, 1, Slot.None);
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Session", sound with { Session = 0 });
        AssertNamed("Sequence", sound with { Sequence = 0 });
        AssertNamed("Decided", sound with { Decided = Negative });
    }

    [Fact]
    public void Refuse_EachUnsoundField_IsNamed()
    {
        var sound = new Refuse(One, Sound, Ballot.None);
        AssertSound(sound);
        AssertBallot(ballot => sound with { Asked = ballot }, "Asked");
        AssertNamed("Promised", sound with { Promised = Ownerless }, sound with { Promised = Boundless });
    }

    [Fact]
    public void AskPrepare_EachUnsoundField_IsNamed()
    {
        var sound = new AskPrepare(One, Ballot.None);
        AssertSound(sound);
        AssertNamed("Promised", sound with { Promised = Ownerless }, sound with { Promised = Numberless }, sound with { Promised = Boundless });
    }

    [Fact]
    public void ConfirmRead_EachUnsoundField_IsNamed()
    {
        var sound = new ConfirmRead(One, Sound, 1, true);
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Round", sound with { Round = 0 });
    }

    [Fact]
    public void ReadConfirmed_EachUnsoundField_IsNamed()
    {
        var sound = new ReadConfirmed(One, Sound, 1, true);
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Round", sound with { Round = 0 });
    }

    [Fact]
    public void Probe_EachUnsoundField_IsNamed()
    {
        var sound = new Probe(One, 1, Ballot.None);
        AssertSound(sound);
        AssertNamed("Nonce", sound with { Nonce = 0 }, sound with { Nonce = long.MaxValue });
        AssertNamed("Promised", sound with { Promised = Ownerless }, sound with { Promised = Boundless });
    }

    [Fact]
    public void ProbeAnswer_EachUnsoundField_IsNamed()
    {
        var sound = new ProbeAnswer(One, 1, Sound, Ballot.None, Slot.None, Sound, true);
        AssertSound(sound);
        AssertSound(sound with { Followed = Ballot.None, IsAlive = false });
        AssertNamed("Nonce", sound with { Nonce = 0 });
        AssertNamed("Promised", sound with { Promised = Ownerless });
        AssertNamed("AcceptedBallot", sound with { AcceptedBallot = Numberless });
        AssertNamed("Last", sound with { Last = Negative }, sound with { Last = Boundary });
        AssertNamed("Followed", sound with { Followed = Ballot.None }, sound with { Followed = Ownerless, IsAlive = false });
    }

    [Fact]
    public void HandOver_EachUnsoundField_IsNamed()
    {
        var sound = new HandOver(One, Sound, new ReplicaId(2), 1);
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("To", sound with { To = ReplicaId.None });
        AssertNamed("Number", sound with { Number = 0 });
    }

    [Fact]
    public void AskDecided_EachUnsoundField_IsNamed()
    {
        var sound = new AskDecided(One, Sound, 1, 1);
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Session", sound with { Session = 0 });
        AssertNamed("Round", sound with { Round = 0 });
    }

    [Fact]
    public void DecidedIs_EachUnsoundField_IsNamed()
    {
        var sound = new DecidedIs(One, Sound, 1, 1, Slot.None);
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Session", sound with { Session = 0 });
        AssertNamed("Round", sound with { Round = 0 });
        AssertNamed("Through", sound with { Through = Negative }, sound with { Through = Boundary });
    }

    [Fact]
    public void Learn_EachUnsoundField_IsNamed()
    {
        var sound = new Learn(One, Slot.None, 7);
        AssertSound(sound);
        AssertNamed("After", sound with { After = Negative }, sound with { After = Boundary });
    }

    [Fact]
    public void LearnChunk_EachUnsoundField_IsNamed()
    {
        var sound = new LearnChunk(One, new Slot(2), Batches, new Slot(5), ReplicaId.None);
        AssertSound(sound);
        AssertSound(sound with { Batches = [] });
        AssertSound(sound with { Batches = [StopSigns.Batch(3, 2, 1, 4), Batch(4, 1), StopSigns.Batch(5, 3, 4)] });
        AssertNamed("After", sound with { After = Negative });
        AssertNamed("Decided", sound with { Decided = Negative }, sound with { Decided = Boundary });
        AssertNamed("Batches", sound with { Decided = new Slot(4) });
        AssertNamed("batch", sound with { Batches = [new EntryBatch(new Slot(3), 1, EntryKind.StopSign, new byte[] { 1 })] });
        AssertBatches(batches => sound with { Batches = batches });
    }

    [Fact]
    public void OfferSnapshot_EachUnsoundField_IsNamed()
    {
        var snapshot = new SnapshotInfo(new Slot(9), One, StopSigns.Members(1, 2), 5, 6);
        var sound = new OfferSnapshot(One, Sound, 1, snapshot);
        AssertSound(sound);
        AssertSound(sound with { Ballot = Ballot.None, Nonce = 0 });
        AssertNamed("Ballot", sound with { Ballot = Ownerless }, sound with { Ballot = Boundless });
        AssertNamed("Nonce", sound with { Nonce = 0 }, sound with { Ballot = Ballot.None });
        AssertNamed("Snapshot", sound with { Snapshot = null! }, sound with { Snapshot = snapshot with { Slot = Slot.None } }, sound with { Snapshot = snapshot with { Bytes = -1 } });
        AssertNamed("Snapshot", sound with { Snapshot = snapshot with { Members = [] } }, sound with { Snapshot = snapshot with { Members = StopSigns.Members(2, 1) } });
        AssertNamed("Snapshot", sound with { Snapshot = snapshot with { Configuration = default } });
    }

    [Fact]
    public void Superseded_EachUnsoundField_IsNamed()
    {
        var sound = new Superseded(new ConfigurationId(3), new ConfigurationId(2));
        AssertSound(sound);
        AssertNamed("Asked", sound with { Asked = default }, sound with { Asked = new ConfigurationId(3) });
    }

    /// <summary>A vote for anything behind a stop-sign, or for one that skips a configuration, is nonsense in every message that carries votes.</summary>
    [Fact]
    public void StopSign_NotTheLastOrNotOfTheNextConfiguration_IsRefusedInVotes()
    {
        ImmutableArray<EntryBatch>[] unsound =
        [
            [StopSigns.Batch(3, 2, 1), Batch(4, 1)],
            [StopSigns.Batch(3, 3, 1)],
            [StopSigns.Batch(3, 1, 1)],
            [new EntryBatch(new Slot(3), 1, EntryKind.StopSign, ReadOnlyMemory<byte>.Empty)],
            [StopSigns.Batch(3, 2, 1) with { Count = 2 }],
        ];
        AssertSound(new Accept(One, Sound, 1, 1, [Batch(3, 1), StopSigns.Batch(4, 2, 1)], Slot.None));
        foreach (ImmutableArray<EntryBatch> batches in unsound)
        {
            Assert.NotNull(new Accept(One, Sound, 1, 1, batches, Slot.None).Invalid());
            Assert.NotNull(new AcceptSync(One, Sound, 1, 1, new Slot(2), new Slot(2), batches, Slot.None).Invalid());
            Assert.NotNull(new LogChunk(One, Sound, 1, new Slot(2), batches, new Slot(9)).Invalid());
        }
    }

    /// <summary>A new message without a test here fails this one.</summary>
    [Fact]
    public void Kinds_EachHasItsTest()
    {
        string[] tested = [.. typeof(InvalidTests).GetMethods().Select(method => method.Name.Split('_')[0])];
        Assert.All(Enum.GetNames<MessageKind>(), kind => Assert.Contains(kind, tested));
    }

    private static EntryBatch Batch(long first, int count) => new(new Slot(first), count, EntryKind.Commands, new byte[] { 1 });

    private static void AssertSound(PeerMessage message) => Assert.Null(message.Invalid());

    private static void AssertNamed(string name, params PeerMessage[] messages)
    {
        foreach (PeerMessage message in messages)
        {
            Assert.StartsWith(name, message.Invalid(), StringComparison.Ordinal);
        }
    }

    private static void AssertBallot(Func<Ballot, PeerMessage> with, string name) =>
        AssertNamed(name, with(Ownerless), with(Numberless), with(Boundless), with(Ballot.None));

    private static void AssertBatches(Func<ImmutableArray<EntryBatch>, PeerMessage> with)
    {
        Assert.NotNull(with(default).Invalid());
        Assert.NotNull(with([Batch(3, 2), Batch(6, 1)]).Invalid());
        Assert.NotNull(with([Batch(3, 2), Batch(4, 1)]).Invalid());
        Assert.NotNull(with([Batch(3, 0)]).Invalid());
        Assert.NotNull(with([Batch(0, 1)]).Invalid());
        Assert.NotNull(with([Batch(long.MaxValue - 1, int.MaxValue)]).Invalid());
        Assert.NotNull(with([null!]).Invalid());
    }
}
