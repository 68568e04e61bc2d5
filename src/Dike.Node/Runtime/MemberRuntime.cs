using System.Collections.Immutable;
using Dike.Node.Diagnostics;
using Dike.Node.Groups;
using Dike.Node.Identity;
using Dike.Node.Network;
using Dike.Node.Replies;
using Dike.Node.Shards;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Runtime;

/// <summary>
/// What a node has once it belongs to a cluster: the journal, the shard with all groups, the links to the other members. Made after the membership is
/// durable, so nothing of it exists for a node that was refused.
/// </summary>
internal sealed class MemberRuntime : IAsyncDisposable
{
    private readonly NodeStore _store;
    private readonly ShardLoop _loop;
    private readonly ImmutableArray<PeerDialer> _dialers;
    private readonly CancellationTokenSource _dialing = new();
    private readonly CancellationTokenSource _replies;
    private readonly ApplyMarks _marks;
    private readonly SnapshotRunner _snapshots;
    private readonly ShardQueue _queue;
    private Task _links = Task.CompletedTask;

    private MemberRuntime(NodeStore store, ApplyMarks marks, SnapshotRunner snapshots, ShardQueue queue, Shard shard, ShardLoop loop, ImmutableArray<PeerDialer> dialers, CancellationTokenSource replies)
    {
        _store = store;
        _marks = marks;
        _snapshots = snapshots;
        _queue = queue;
        Shard = shard;
        _loop = loop;
        _dialers = dialers;
        _replies = replies;
    }

    public Shard Shard { get; }

    /// <summary>Opens the journal, recovers every group's state from it, and makes the shard; nothing runs yet.</summary>
    /// <exception cref="DikeStorageException">The journal is damaged, belongs to another node, or cannot be read.</exception>
    public static MemberRuntime Open(NodeParts parts, ClusterMembership membership, Action<Exception, bool> onFailed)
    {
        var identity = new StoreIdentity(membership.ClusterId, parts.Files.Identity.Name, parts.Files.Identity.Incarnation);
        NodeStore? store = null;
        try
        {
            store = parts.Options.OpenStore(parts.Files.Directory, identity, parts.Logger);
            (Dictionary<GroupId, RecoveredState> recovered, long records) = JournalReplay.Run(store.Log);
            NodeLog.Recovered(parts.Logger, identity.NodeName, records, recovered.Count);
            store.Log.Start(position => parts.Queue.Post(new PositionSynced(position)), error => onFailed(error, true));
            return Make(parts, membership, store, recovered, onFailed);
        }
        catch (Exception error) when (error is IOException or LogReplayException)
        {
            store?.Abandon();
            throw Refusal.Storage($"The journal in '{parts.Files.Directory.Location}' cannot be used: {error.Message}", error);
        }
    }

    /// <summary>Starts the shard and the links.</summary>
    public void Start()
    {
        _loop.Start();
        _links = Task.WhenAll(_dialers.Select(dialer => dialer.RunAsync(_dialing.Token)));
    }

    /// <summary>Hands over what this node leads; gives up after <paramref name="patience"/>: then the others elect.</summary>
    public async Task HandOverAsync(TimeSpan patience)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Post(new HandOverAsked(done.SetResult));
        await Task.WhenAny(done.Task, Task.Delay(patience)).ConfigureAwait(false);
    }

    /// <summary>Ends as planned: the turn that runs is finished, what was appended is synced.</summary>
    public async ValueTask DisposeAsync()
    {
        await _replies.CancelAsync().ConfigureAwait(false);
        await _loop.EndAsync().ConfigureAwait(false);
        await _snapshots.EndAsync().ConfigureAwait(false);
        await _store.Log.DisposeAsync().ConfigureAwait(false);
        _marks.Stopped();
        await EndLinksAsync().ConfigureAwait(false);
    }

    /// <summary>Ends as a crash would: links are cut first, what is not synced is dropped.</summary>
    public async Task AbortAsync(string reason)
    {
        foreach (PeerDialer dialer in _dialers)
        {
            dialer.Abort(reason);
        }

        await _replies.CancelAsync().ConfigureAwait(false);
        // The turn that runs may still append, but nothing of it leaves: the sockets are cut. What the journal has not begun to write is dropped.
        await _loop.EndAsync().ConfigureAwait(false);
        await _snapshots.EndAsync().ConfigureAwait(false);
        _store.Abandon();
        await EndLinksAsync().ConfigureAwait(false);
    }

    private async Task EndLinksAsync()
    {
        await _dialing.CancelAsync().ConfigureAwait(false);
        await _links.ConfigureAwait(false);
        _dialing.Dispose();
        _replies.Dispose();
    }

    private static MemberRuntime Make(
        NodeParts parts, ClusterMembership membership, NodeStore store, Dictionary<GroupId, RecoveredState> recovered, Action<Exception, bool> onFailed)
    {
        DikeNodeOptions options = parts.Options;
        string name = parts.Files.Identity.Name;
        var replies = new CancellationTokenSource();
        var marks = new ApplyMarks(parts.Files.Directory, parts.Files.Identity, parts.Queue);
        var snapshots = new SnapshotRunner(name, SnapshotFiles.Open(parts.Files.Directory), parts.Queue, parts.Logger, error => onFailed(error, true));
        var shard = new Shard(new ShardSetup
        {
            Identity = parts.Files.Identity,
            Membership = membership,
            Store = store.Log,
            Recovered = recovered,
            Machines = options.StateMachines,
            GroupOptions = GroupOptionsOf(options),
            ElectionTimeout = options.ElectionTimeout,
            TargetFrameBytes = ChunkBytes(options),
            Marks = marks,
            Snapshots = snapshots,
            Replies = new ReplyRunner(name, options.Services, parts.Loggers, parts.Logger, parts.Queue, replies.Token),
            AddressOf = parts.Addresses.Find,
            Logger = parts.Logger,
        });
        var loop = new ShardLoop(name, shard, parts.Queue, options.HeartbeatInterval, error => onFailed(error, error is IOException));
        ImmutableArray<PeerDialer> dialers =
            [.. parts.Local.Seeds.Select(seed => new PeerDialer(seed, parts.Acceptor, parts.Addresses, parts.Limits, parts.Boots, parts.Logger))];
        return new MemberRuntime(store, marks, snapshots, parts.Queue, shard, loop, dialers, replies);
    }

    private static GroupOptions GroupOptionsOf(DikeNodeOptions options) => new()
    {
        Paxos = new PaxosOptions
        {
            ElectionTimeoutTicks = (int)Math.Ceiling(options.ElectionTimeout / options.HeartbeatInterval),
            MaxChunkBytes = ChunkBytes(options),
        },
        MaxInFlight = options.Limits.MaxInFlight,
        MaxCommandBytes = options.Limits.MaxCommandBytes,
        MaxBatchBytes = ChunkBytes(options),
    };

    /// <summary>A quarter of a frame, so that what was gathered and the largest single message behind it fit into one frame together.</summary>
    private static int ChunkBytes(DikeNodeOptions options) => Math.Min(1 << 20, options.Limits.MaxFrameBytes / 4);
}
