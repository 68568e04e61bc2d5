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
        var sound = new ConfirmRead(One, Sound, 1);
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Round", sound with { Round = 0 });
    }

    [Fact]
    public void ReadConfirmed_EachUnsoundField_IsNamed()
    {
        var sound = new ReadConfirmed(One, Sound, 1);
        AssertSound(sound);
        AssertBallot(ballot => sound with { Ballot = ballot }, "Ballot");
        AssertNamed("Round", sound with { Round = 0 });
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
