using System.Buffers;
using Dike.Node.Directory;
using Dike.Node.Groups;
using Dike.Node.Identity;
using Dike.Node.Liveness;
using Dike.Node.Network;
using Dike.Node.Replies;
using Dike.Node.Runtime;
using Dike.Node.Shards;
using Dike.Node.Tests.Groups;
using Dike.Paxos;
using Dike.Storage;
using Dike.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dike.Node.Tests.Shards;

/// <summary>
/// Whole shards wired to each other in memory, one tick every 50 ms of virtual time. Frames are bytes, as on a socket, and arrive within the tick they were
/// sent in; every append is synced before the next turn. Nodes crash, come back and lose their directories. Counts what is sent.
/// </summary>
internal sealed class ShardCluster
{
    public const int TicksPerSecond = 20;

    private readonly ClusterMembership _membership;
    private readonly Shard?[] _shards;
    private readonly ulong[] _incarnations;
    private readonly ulong[] _boots;
    private readonly List<ShardInput>[] _inboxes;
    private readonly SyncingStore[] _stores;
    private readonly Dictionary<(int From, int To), long> _openLinks = [];
    private readonly Answers _answers = new();
    private long _nowMs = 1000;
    private long _calls;
    private long _links;

    public ShardCluster(int count)
    {
        FoundingMember[] all = [.. Enumerable.Range(0, count).Select(index => new FoundingMember($"node-{index}", (ulong)index + 1, new ReplicaId((uint)index + 1)))];
        _membership = new ClusterMembership(new Guid("01020304-0506-4708-890a-0b0c0d0e0f10"), "c", [.. all]);
        Nodes = [.. all.Select(member => member.Node)];
        _incarnations = [.. all.Select(member => member.Incarnation)];
        _boots = new ulong[count];
        _inboxes = [.. all.Select(_ => new List<ShardInput>())];
        _stores = [.. all.Select(_ => new SyncingStore())];
        _shards = new Shard?[count];
        for (int node = 0; node < count; node++)
        {
            Start(node);
        }

        // The directory gets its leader.
        Run(2 * TicksPerSecond);
    }

    public List<string> Nodes { get; }

    /// <summary>How many frames of each kind were sent, and how many bytes their bodies had.</summary>
    public SortedDictionary<FrameKind, (long Frames, long Bytes)> Sent { get; } = [];

    /// <summary>How many records were appended on all nodes.</summary>
    public long Records => _stores.Sum(store => store.Position.Value);

    /// <summary>Creates a ring and runs until each of its groups has a leader that all nodes know.</summary>
    public void CreateRing(string name, int partitions, int? replicas = null)
    {
        Assert.Equal(CallStatus.Done, CallAt(LeaderOf(GroupId.Directory), CreateRingCall(name, partitions, replicas ?? Nodes.Count)).Status);
        RunUntil(() => HasLeaders(name, partitions), $"leaders of all groups of ring {name}");
    }

    /// <summary>The node whose replica leads a group; there must be one.</summary>
    public int LeaderOf(GroupId group)
    {
        RunUntil(() => FindLeader(group) >= 0, $"a leader of group {group.Value}");
        return FindLeader(group);
    }

    /// <summary>The node whose replica leads a group and can reach a quorum, or -1.</summary>
    public int FindLeader(GroupId group) => Array.FindIndex(_shards, shard => shard?.Groups.Find(group.Value) is { Core: { IsLeader: true, LeaderNode: not null } });

    /// <summary>The replica of a group on a node, or null.</summary>
    public GroupCore? Find(int node, GroupId group) => _shards[node]?.Groups.Find(group.Value)?.Core;

    /// <summary>Gives an input to a node and lets time pass for as long as it takes to be handled.</summary>
    public void Post(int node, ShardInput input) => _inboxes[node].Add(input);

    /// <summary>Gives an order to the leader of a group.</summary>
    public void Order(GroupId group, Action<GroupCore, Moment, GroupOutputs> order) => Post(LeaderOf(group), new GroupOrder(group, order));

    /// <summary>Sends a call to a node and lets time pass until it is answered.</summary>
    public CallResult CallAt(int node, Call call)
    {
        _answers.Results.Clear();
        Post(node, new CallReceived(new CallTicket(_answers, ++_calls), call with { Correlation = _calls }));
        RunUntil(() => _answers.Results.Count > 0, $"the answer to {call.Method:x} at {Nodes[node]}");
        return Assert.Single(_answers.Results);
    }

    /// <summary>The process of a node is gone; what it had synced is still there.</summary>
    public void Crash(int node)
    {
        _shards[node] = null;
        _inboxes[node].Clear();
        for (int peer = 0; peer < Nodes.Count; peer++)
        {
            if (_openLinks.Remove((node, peer), out long incoming) && _openLinks.Remove((peer, node), out long outgoing))
            {
                Post(peer, new LinkClosed(node, LinkDirection.Incoming, incoming, "it crashed"));
                Post(peer, new LinkClosed(node, LinkDirection.Outgoing, outgoing, "it crashed"));
            }
        }

        Run(1);
    }

    /// <summary>Starts a node that is down on what it had synced.</summary>
    public void Start(int node)
    {
        Assert.Null(_shards[node]);
        _shards[node] = Make(node);
        for (int peer = 0; peer < Nodes.Count; peer++)
        {
            if (peer != node && _shards[peer] is not null)
            {
                Link(node, peer);
                Link(peer, node);
            }
        }
    }

    /// <summary>A node that is down loses its directory: its next start is that of another incarnation. Returns what it had.</summary>
    public NodeDisk Wipe(int node, ulong incarnation)
    {
        var lost = new NodeDisk(_incarnations[node], _boots[node], _stores[node]);
        Put(node, new NodeDisk(incarnation, 0, new SyncingStore()));
        return lost;
    }

    /// <summary>Gives a node that is down another directory.</summary>
    public void Put(int node, NodeDisk disk)
    {
        Assert.Null(_shards[node]);
        (_incarnations[node], _boots[node], _stores[node]) = (disk.Incarnation, disk.Boot, (SyncingStore)disk.Store);
    }

    /// <summary>Lets time pass until something is so, for at most 20 seconds.</summary>
    public void RunUntil(Func<bool> condition, string what)
    {
        for (int tick = 0; tick < 20 * TicksPerSecond && !condition(); tick++)
        {
            Run(1);
        }

        Assert.True(condition(), $"{what} did not come in 20 s");
    }

    /// <summary>Runs until nothing but heartbeats was sent for a second.</summary>
    public void Settle()
    {
        for (int second = 0; second < 20; second++)
        {
            Sent.Clear();
            Run(TicksPerSecond);
            if (Sent.Keys.All(kind => kind == FrameKind.Heartbeat))
            {
                return;
            }
        }

        Assert.Fail($"after 20 s these are still sent: {string.Join(", ", Sent)}");
    }

    public void Run(int ticks)
    {
        for (int tick = 0; tick < ticks; tick++)
        {
            _nowMs += 1000 / TicksPerSecond;
            for (int node = 0; node < _shards.Length; node++)
            {
                Turn(node, isTick: true);
            }

            while (_inboxes.Any(inbox => inbox.Count > 0))
            {
                for (int node = 0; node < _shards.Length; node++)
                {
                    Turn(node, isTick: false);
                }
            }
        }
    }

    private void Turn(int node, bool isTick)
    {
        if (_shards[node] is not { } shard)
        {
            return;
        }

        ShardInput[] inputs = [.. _inboxes[node]];
        _inboxes[node].Clear();
        LogPosition before = _stores[node].Position;
        shard.Turn(inputs, isTick, new Moment(DateTime.UnixEpoch.Ticks + _nowMs * TimeSpan.TicksPerMillisecond, _nowMs, (ulong)_nowMs));
        if (_stores[node].Position != before)
        {
            _inboxes[node].Add(new PositionSynced(_stores[node].Position));
        }
    }

    private bool HasLeaders(string ring, int partitions) =>
        _shards.All(shard => shard is null || (shard.Routes.Rings.FirstOrDefault(route => route.Name == ring) is { } found
            && found.Partitions.Length == partitions
            && found.Partitions.All(partition => partition.Leader is not null)));

    private void Link(int from, int to)
    {
        long link = ++_links;
        _openLinks[(from, to)] = link;
        Post(from, new LinkOpened(to, _incarnations[to], LinkDirection.Outgoing, link, new MemoryLink((kind, body) => Deliver(from, to, link, kind, body))));
        Post(to, new LinkOpened(from, _incarnations[from], LinkDirection.Incoming, link, null));
    }

    private void Deliver(int from, int to, long link, FrameKind kind, byte[] body)
    {
        (long frames, long bytes) = Sent.GetValueOrDefault(kind);
        Sent[kind] = (frames + 1, bytes + body.Length);
        if (_openLinks.GetValueOrDefault((from, to)) != link)
        {
            return; // Into a connection that has ended.
        }

        _inboxes[to].Add(kind switch
        {
            FrameKind.PeerMessages => new PeerMessagesReceived(from, link, PeerEnvelope.ReadAll(body)),
            FrameKind.Heartbeat => new HeartbeatReceived(from, link, Heartbeat.Read(body)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a frame of this test"),
        });
    }

    private Call CreateRingCall(string name, int partitions, int replicas)
    {
        var recorder = new CallRecorder();
        _ = recorder.DirectoryMachine("d").CreateRingAsync(name, "Ledger", partitions, replicas, Nodes, [.. _incarnations]);
        var id = new CommandId(DateTime.UnixEpoch.Ticks, 1, (ulong)_calls + 1);
        return new Call(0, 0, DirectoryMachine.WireName, recorder.Method.Tag, false, Consistency.Linearizable, id, 0, 1, 5000, "d", recorder.Arguments);
    }

    private Shard Make(int node)
    {
        var shard = new Shard(new ShardSetup
        {
            Identity = new NodeIdentity(Nodes[node], _incarnations[node], ++_boots[node]),
            Membership = _membership,
            Store = _stores[node],
            Recovered = JournalReplay.Run(_stores[node]).Groups,
            Machines = new StateMachineCollection().Add<Ledger>(),
            GroupOptions = new GroupOptions(),
            ElectionTimeout = TimeSpan.FromMilliseconds(500),
            TargetFrameBytes = 1 << 20,
            Marks = new NoMarks(),
            Snapshots = new NoSnapshots(),
            Replies = new NoReplies(),
            AddressOf = _ => "",
            Logger = NullLogger.Instance,
        });
        shard.Start(new Moment(DateTime.UnixEpoch.Ticks + _nowMs * TimeSpan.TicksPerMillisecond, _nowMs, 1));
        return shard;
    }

    private sealed class SyncingStore : ILogStore
    {
        private readonly List<LogRecord> _records = [];

        public LogPosition Position => new(_records.Count);

        public LogPosition SyncedUpTo => Position;

        public void Recover(Action<LogRecord> visit) => _records.ForEach(visit);

        public void Start(Action<LogPosition> onSynced, Action<Exception> onFailed)
        {
        }

        public LogPosition Append(ReadOnlySpan<LogRecord> records)
        {
            _records.AddRange(records);
            return Position;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class MemoryLink(Action<FrameKind, byte[]> deliver) : IPeerLink
    {
        public bool Send(FrameKind kind, Action<WireWriter> writeBody)
        {
            var output = new ArrayBufferWriter<byte>();
            writeBody(new WireWriter(output));
            deliver(kind, output.WrittenSpan.ToArray());
            return true;
        }

        public void Abort(string reason) => Assert.Fail($"a link was cut: {reason}");
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

/// <summary>What a data directory of a node in memory holds.</summary>
/// <param name="Incarnation">Who it belongs to.</param>
/// <param name="Boot">How often it was started.</param>
/// <param name="Store">Its log.</param>
internal sealed record NodeDisk(ulong Incarnation, ulong Boot, ILogStore Store);
