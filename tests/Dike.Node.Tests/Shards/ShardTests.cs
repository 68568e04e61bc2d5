using Dike.Node.Directory;
using Dike.Node.Groups;
using Dike.Node.Identity;
using Dike.Node.Liveness;
using Dike.Node.Network;
using Dike.Node.Replies;
using Dike.Node.Shards;
using Dike.Node.Tests.Groups;
using Dike.Paxos;
using Dike.Storage;
using Dike.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dike.Node.Tests.Shards;

/// <summary>A shard under a clock and a disk that the test moves by hand: what leaves it, and when.</summary>
public sealed class ShardTests : IAsyncDisposable
{
    private static readonly Ballot Ballot = new(5, 3, new ReplicaId(1));
    private readonly ManualStore _store = new();
    private readonly RecordingLink _link = new();
    private readonly Answers _answers = new();
    private long _nowMs = 1000;
    private ulong _heartbeats;

    [Fact]
    public void Turn_PrepareWhileTheSyncIsHeld_PromiseLeavesOnlyAfterIt()
    {
        Shard shard = Follower();

        Receive(shard, new Prepare(ConfigurationId.First, Ballot, 1));
        Assert.Contains(_store.Writes, write => write is PromiseWrite);
        Assert.DoesNotContain(_link.Messages, message => message is Promise);

        Sync(shard);
        Assert.Contains(_link.Messages, message => message is Promise { Nonce: 1 });
    }

    [Fact]
    public void Turn_AcceptSyncWhileTheSyncIsHeld_AcceptedLeavesOnlyAfterIt()
    {
        Shard shard = Follower();
        Receive(shard, new Prepare(ConfigurationId.First, Ballot, 1));
        Sync(shard);

        Receive(shard, new AcceptSync(ConfigurationId.First, Ballot, 1, 1, Slot.None, Slot.None, [new EntryBatch(Slot.First, 1, EntryKind.EpochStart, default)], Slot.None));
        Turn(shard, isTick: true);
        Assert.DoesNotContain(_link.Messages, message => message is Accepted);

        Sync(shard);
        Assert.Contains(_link.Messages, message => message is Accepted accepted && accepted.Last == Slot.First);
    }

    [Fact]
    public void Turn_CommandWhileTheSyncIsHeld_AnswerLeavesOnlyAfterIt()
    {
        Shard shard = Make(members: 1, self: 0);
        Tick(shard, 40);
        Turn(shard, isTick: false, new CallReceived(new CallTicket(_answers, 7), CreateRing()));
        Turn(shard, isTick: true);
        Assert.Empty(_answers.Results);

        Sync(shard);
        CallResult result = Assert.Single(_answers.Results);
        Assert.Equal(CallStatus.Done, result.Status);
        Assert.Equal(7, result.Correlation);
    }

    [Fact]
    public void Turn_CallForAGroupThatIsNotHere_AnsweredAsUnknown()
    {
        Shard shard = Make(members: 1, self: 0);

        Turn(shard, isTick: false, new CallReceived(new CallTicket(_answers, 7), CreateRing() with { Group = 99 }));

        Assert.Equal(CallStatus.UnknownGroup, Assert.Single(_answers.Results).Status);
    }

    [Fact]
    public void Turn_MessagesOfAReplacedLink_AreDropped()
    {
        Shard shard = Follower();
        Turn(shard, false, new LinkOpened(0, 1, LinkDirection.Incoming, 22, null));

        Receive(shard, new Prepare(ConfigurationId.First, Ballot, 1), link: 11);

        Assert.Empty(_store.Writes);
    }

    [Fact]
    public void Turn_MemberIsSilentForTheElectionTimeout_ItsLinkIsCut()
    {
        _link.MayBeCut = true;
        Shard shard = Follower();
        Assert.Empty(_link.Cuts);

        for (int tick = 0; tick <= 11; tick++)
        {
            Turn(shard, isTick: true);
        }

        Assert.Contains("silent", Assert.Single(_link.Cuts), StringComparison.Ordinal);
    }

    [Fact]
    public void Turn_AppendIsNotSynced_HeartbeatsEndAfterTheElectionTimeoutAndComeBackWithTheSync()
    {
        Shard shard = Follower();
        Receive(shard, new Prepare(ConfigurationId.First, Ballot, 1));
        Ticks(shard, 10);
        Assert.NotEmpty(_link.Heartbeats);
        _link.Heartbeats.Clear();

        // The member goes on to be heard: a link that is cut or made anew is no reason for a heartbeat either.
        Ticks(shard, 20);
        Turn(shard, false, new LinkOpened(0, 1, LinkDirection.Outgoing, 20, _link), new LinkOpened(0, 1, LinkDirection.Incoming, 11, null));
        Ticks(shard, 5);
        Assert.Empty(_link.Heartbeats);

        Sync(shard);
        Ticks(shard, 1);
        Assert.True(Assert.Single(_link.Heartbeats).IsStalled);
    }

    [Fact]
    public void Turn_NewLink_FirstHeartbeatTellsWhatTheBuildRunsAndTheTime()
    {
        Shard shard = Follower();

        Heartbeat first = _link.Heartbeats[0];
        Assert.Equal([new MachineBuild("Ledger", 2, 3), new MachineBuild("dike.directory", 1, 1)], first.Build!.Machines);
        Assert.Equal(DateTime.UnixEpoch.Ticks + 1001 * TimeSpan.TicksPerMillisecond, first.UtcTicks);
        Ticks(shard, 1);
        Assert.True(_link.Heartbeats[^1].Counter > first.Counter);
    }

    [Fact]
    public void Turn_MemberSpeaksForAnothersReplica_IsDropped()
    {
        Shard shard = Follower();
        var forged = new PeerEnvelope(GroupId.Directory, new ReplicaId(3), new ReplicaId(2), new Prepare(ConfigurationId.First, Ballot with { Owner = new ReplicaId(3) }, 1));

        Turn(shard, false, new PeerMessagesReceived(0, 11, [forged]));

        Assert.Empty(_store.Writes);
    }

    [Fact]
    public void Start_IncarnationIsNotInTheMembership_NoGroupAndSoNoVote()
    {
        Shard shard = Make(members: 3, self: 1, incarnation: 99);
        Connect(shard);

        Receive(shard, new Prepare(ConfigurationId.First, Ballot, 1));
        Ticks(shard, 40);
        Sync(shard);

        Assert.Empty(shard.Groups.All);
        Assert.Empty(_store.Writes);
        Assert.Empty(_link.Messages);
    }

    [Fact]
    public void Start_RecoveredPromise_RefusesALowerBallot()
    {
        var recovered = RecoveredState.Empty with { Promised = Ballot with { Number = 9 } };
        Shard shard = Make(members: 3, self: 1, recovered: new() { [GroupId.Directory] = recovered });
        Connect(shard);

        Receive(shard, new Prepare(ConfigurationId.First, Ballot, 1));
        Sync(shard);

        Assert.DoesNotContain(_link.Messages, message => message is Promise);
    }

    [Fact]
    public void Turn_GroupHalts_WhoWaitsIsAnsweredInTheSameTurnAndLaterCallsAtOnce()
    {
        Shard shard = Make(members: 1, self: 0);
        Tick(shard, 40);
        Turn(shard, isTick: false, new CallReceived(new CallTicket(_answers, 7), CreateRing("Ledger")));
        Tick(shard, 40);
        Assert.Equal(CallStatus.Done, Assert.Single(_answers.Results).Status);
        _answers.Results.Clear();
        var caller = new Caller(DateTime.UnixEpoch.Ticks, 2);
        Turn(shard, isTick: false, Received(8, caller.Command(Ledger.Add, 1)), Received(9, caller.Command(Ledger.Exhaust, 1)));
        Assert.Empty(_answers.Results);

        Sync(shard);
        Assert.Equal([8, 9], _answers.Results.Select(result => result.Correlation));
        Assert.All(_answers.Results, result => Assert.Equal((CallStatus.LeadershipLost, Outcome.Unknown), (result.Status, result.Outcome)));

        _answers.Results.Clear();
        Turn(shard, isTick: false, Received(10, caller.Command(Ledger.Add, 1)), Received(11, Calls.Query(Ledger.Read)));
        Tick(shard, 2);
        Assert.Equal([10, 11], _answers.Results.Select(result => result.Correlation));
        Assert.All(_answers.Results, result => Assert.Equal((CallStatus.NotLeader, Outcome.NotApplied), (result.Status, result.Outcome)));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    // Member 1 of 3, linked to member 0, whose replica 1 asks.
    private Shard Follower()
    {
        Shard shard = Make(members: 3, self: 1);
        Connect(shard);
        return shard;
    }

    private void Connect(Shard shard)
    {
        Turn(shard, false, new LinkOpened(0, 1, LinkDirection.Outgoing, 10, _link), new LinkOpened(0, 1, LinkDirection.Incoming, 11, null));
        Turn(shard, false, new HeartbeatReceived(0, 11, new Heartbeat { Boot = 1, Counter = ++_heartbeats, ReceiverBoot = 1, Heard = 0b111, Connected = 0b111 }));
    }

    // The member is heard before each tick.
    private void Ticks(Shard shard, int count)
    {
        for (int tick = 0; tick < count; tick++)
        {
            Turn(shard, true, new HeartbeatReceived(0, 11, new Heartbeat { Boot = 1, Counter = ++_heartbeats, ReceiverBoot = 1, Heard = 0b111, Connected = 0b111 }));
        }
    }

    private void Receive(Shard shard, PeerMessage message, long link = 11) =>
        Turn(shard, false, new PeerMessagesReceived(0, link, [new PeerEnvelope(GroupId.Directory, new ReplicaId(1), new ReplicaId(2), message)]));

    private CallReceived Received(long correlation, Call call) => new(new CallTicket(_answers, correlation), call with { Correlation = correlation });

    private void Tick(Shard shard, int turns)
    {
        for (int turn = 0; turn < turns; turn++)
        {
            Sync(shard);
            Turn(shard, isTick: true);
        }
    }

    private void Sync(Shard shard) => Turn(shard, false, new PositionSynced(_store.Position));

    private void Turn(Shard shard, bool isTick, params ShardInput[] inputs)
    {
        _nowMs += isTick ? 50 : 1;
        shard.Turn(inputs, isTick, new Moment(DateTime.UnixEpoch.Ticks + _nowMs * TimeSpan.TicksPerMillisecond, _nowMs, (ulong)_nowMs));
    }

    private Shard Make(int members, int self, ulong? incarnation = null, Dictionary<GroupId, RecoveredState>? recovered = null)
    {
        FoundingMember[] all = [.. Enumerable.Range(0, members).Select(index => new FoundingMember($"node-{index}", (ulong)index + 1, new ReplicaId((uint)index + 1)))];
        StateMachineCollection machines = new StateMachineCollection().Add<Ledger>();
        var shard = new Shard(new ShardSetup
        {
            Identity = new NodeIdentity($"node-{self}", incarnation ?? all[self].Incarnation, 1),
            Membership = new ClusterMembership(Guid.NewGuid(), "c", [.. all]),
            Store = _store,
            Recovered = recovered ?? [],
            Machines = machines,
            GroupOptions = new GroupOptions(),
            ElectionTimeout = TimeSpan.FromMilliseconds(500),
            TargetFrameBytes = 1 << 16,
            Marks = new NoMarks(),
            Snapshots = new NoSnapshots(),
            Replies = new NoReplies(),
            AddressOf = _ => "",
            Logger = NullLogger.Instance,
        });
        shard.Start(new Moment(DateTime.UnixEpoch.Ticks, _nowMs, 1));
        return shard;
    }

    private static Call CreateRing(string machine = "M")
    {
        var recorder = new CallRecorder();
        _ = recorder.DirectoryMachine("d").CreateRingAsync("r", machine, 1, 1, ["node-0"], [1]);
        return new Call(
            7, 0, DirectoryMachine.WireName, recorder.Method.Tag, false, Consistency.Linearizable, new CommandId(DateTime.UnixEpoch.Ticks, 1, 1), 0, 1, 5000, "d", recorder.Arguments);
    }

    private sealed class ManualStore : ILogStore
    {
        public List<LogWrite> Writes { get; } = [];

        public LogPosition Position => new(Writes.Count);

        public LogPosition SyncedUpTo => default;

        public void Recover(Action<LogRecord> visit)
        {
        }

        public void Start(Action<LogPosition> onSynced, Action<Exception> onFailed)
        {
        }

        public LogPosition Append(ReadOnlySpan<LogRecord> records)
        {
            foreach (LogRecord record in records)
            {
                Writes.Add(record.Write);
            }

            return Position;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class RecordingLink : IPeerLink
    {
        public List<PeerMessage> Messages { get; } = [];

        public List<Heartbeat> Heartbeats { get; } = [];

        public bool Send(FrameKind kind, Action<WireWriter> writeBody)
        {
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            writeBody(new WireWriter(output));
            if (kind == FrameKind.PeerMessages)
            {
                Messages.AddRange(PeerEnvelope.ReadAll(output.WrittenSpan).Select(envelope => envelope.Message).OfType<PeerMessage>());
            }
            else if (kind == FrameKind.Heartbeat)
            {
                Heartbeats.Add(Heartbeat.Read(output.WrittenSpan));
            }

            return true;
        }

        public bool MayBeCut { get; set; }

        public List<string> Cuts { get; } = [];

        public void Abort(string reason)
        {
            Assert.True(MayBeCut, $"the link was cut: {reason}");
            Cuts.Add(reason);
        }
    }

    private sealed class Answers : IAnswerSink
    {
        public List<CallResult> Results { get; } = [];

        public void Answer(Frame answer) => Results.Add((CallResult)answer);
    }

    private sealed class NoReplies : IReplyRunner
    {
        public void Run(GroupId group, ReplyWork work) => Assert.Fail("no delegate was expected");
    }
}
