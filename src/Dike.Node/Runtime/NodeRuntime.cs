using Dike.Node.Diagnostics;
using Dike.Node.Founding;
using Dike.Node.Identity;
using Dike.Paxos;
using Dike.Transport;

namespace Dike.Node.Runtime;

/// <summary>
/// The life of a node: data directory, listener, membership (from disk or founded), then everything a member has. It ends once, as planned, as a crash
/// would, or because something failed that nobody can repair while it runs. Owned by <see cref="DikeNode"/>.
/// </summary>
internal sealed class NodeRuntime : IAsyncDisposable
{
    /// <summary>How many election timeouts a planned stop waits for the hand-over of what this node leads.</summary>
    private const int HandOverTimeouts = 2;

    private readonly DikeNodeOptions _options;
    private readonly NodeFiles _files;
    private readonly NodeParts _parts;
    private readonly FrameListener _listener;
    private readonly CancellationTokenSource _founding = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Task _joining = Task.CompletedTask;
    private Task? _ending;
    private MemberRuntime? _member;
    private Exception? _failure;

    private NodeRuntime(DikeNodeOptions options, NodeFiles files, DikeListener listener)
    {
        _options = options;
        _files = files;
        _parts = new NodeParts(options, files, () => Volatile.Read(ref _member)?.Shard.Routes ?? RoutingTable.Empty, Fail);
        Address = listener.Address;
        AdvertisedAddress = options.Node.Advertise ?? listener.Address;
        _parts.Addresses.Set(files.Identity.Name, AdvertisedAddress);
        NodeLog.Started(_parts.Logger, files.Identity.Name, files.Identity.Incarnation, files.Identity.Boot, Address, files.Directory.Location);
        _listener = FrameListener.Start(
            listener.Socket,
            listener.Address,
            _parts.Limits,
            _parts.Acceptor.OnAccepted,
            trouble => NodeLog.AcceptTrouble(_parts.Logger, files.Identity.Name, trouble));
    }

    public string Address { get; }

    public string AdvertisedAddress { get; }

    /// <summary>The cluster this node belongs to, or empty while it belongs to none.</summary>
    public Guid ClusterId => _files.Membership?.ClusterId ?? Guid.Empty;

    public Task Ready => _ready.Task;

    public Task Completion => _completion.Task;

    /// <summary>Brings a node up; what was begun is undone if it cannot.</summary>
    public static async Task<NodeRuntime> StartAsync(DikeNodeOptions options, CancellationToken cancellationToken)
    {
        OptionsCheck.Validate(options);
        cancellationToken.ThrowIfCancellationRequested();
        // The port first: a port in use must not have cost the data directory a boot.
        DikeListener listener = options.Node.Listener ?? DikeListener.Bind(options.Node.Listen);
        NodeFiles? files = null;
        NodeRuntime? runtime = null;
        try
        {
            files = NodeFiles.Open(options);
            runtime = new NodeRuntime(options, files, listener);
            runtime.Begin();
            return runtime;
        }
        catch
        {
            if (runtime is not null)
            {
                await runtime.DisposeAsync().ConfigureAwait(false);
            }

            files?.Dispose();
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Ends the node, once; every further call waits for the first.</summary>
    public Task EndAsync(string reason, bool isPlanned)
    {
        lock (_gate)
        {
            return _ending ??= Task.Run(() => EndCoreAsync(reason, isPlanned));
        }
    }

    /// <summary>Ends the node as planned.</summary>
    public async ValueTask DisposeAsync() => await EndAsync("as planned", isPlanned: true).ConfigureAwait(false);

    private void Begin()
    {
        if (_files.Membership is { } known)
        {
            Join(known);
        }
        else if (_options.Cluster.Seeds.Count == 0)
        {
            NodeIdentity self = _files.Identity;
            var alone = new ClusterMembership(Guid.NewGuid(), _options.Cluster.Name, [new FoundingMember(self.Name, self.Incarnation, new ReplicaId(1))]);
            _files.Found(alone);
            NodeLog.Founded(_parts.Logger, self.Name, alone.ToString());
            Join(alone);
        }
        else
        {
            _joining = JoinFoundedAsync();
        }
    }

    private async Task JoinFoundedAsync()
    {
        try
        {
            var founder = new Founder(_parts.Local, _files, _parts.Limits, _parts.Logger);
            Join(await founder.RunAsync(_founding.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_founding.IsCancellationRequested)
        {
            // The node is stopped before there was a cluster.
        }
#pragma warning disable CA1031 // Whatever it was: nobody awaits the joining before the end, so what is not noted here would leave a node that waits for ever.
        catch (Exception error)
#pragma warning restore CA1031
        {
            NodeLog.NodeRefused(_parts.Logger, _files.Identity.Name, error.Message);
            NoteFailure(error);
            _ = EndAsync("it was refused", isPlanned: true);
        }
    }

    private void Join(ClusterMembership membership)
    {
        _parts.Local.Roster = new Roster(_files.Directory, membership, _files.Identity);
        MemberRuntime member = MemberRuntime.Open(_parts, membership, Fail);
        Volatile.Write(ref _member, member);
        // From here on members and clients are let in; what they send waits for the shard. Before the links are dialled, because their greetings name the cluster.
        _parts.Local.Membership = membership;
        member.Start();
        _ready.TrySetResult();
    }

    /// <summary>Something failed that nobody can repair while the node runs: it says so and ends as a crash would. Called on any thread.</summary>
    private void Fail(Exception error, bool isStorage)
    {
        string name = _files.Identity.Name;
        Exception reason = isStorage
            ? Refusal.Storage($"Node '{name}' has stopped because its journal in '{_files.Directory.Location}' failed: {error.Message} Check the disk, then start it again.", error)
            : error;
        bool isFirst = NoteFailure(reason);
        if (isFirst && isStorage)
        {
            NodeLog.StoreFailed(_parts.Logger, name, error);
        }
        else if (isFirst)
        {
            NodeLog.ShardFailed(_parts.Logger, name, error);
        }

        _parts.Queue.End();
        _ = EndAsync("it failed", isPlanned: false);
    }

    private async Task EndCoreAsync(string reason, bool isPlanned)
    {
        if (isPlanned && Volatile.Read(ref _member) is { } leading)
        {
            // While everything still runs: a follower that is told so leads at once, one that is not waits for the election timeout first.
            await leading.HandOverAsync(HandOverTimeouts * _options.ElectionTimeout).ConfigureAwait(false);
        }

        // The port first: nobody new is let in.
        await _listener.DisposeAsync().ConfigureAwait(false);
        await _founding.CancelAsync().ConfigureAwait(false);
        if (!isPlanned)
        {
            _parts.Acceptor.AbortAll(reason);
        }

        try
        {
            await _joining.ConfigureAwait(false);
            if (_member is { } member)
            {
                await (isPlanned ? member.DisposeAsync().AsTask() : member.AbortAsync(reason)).ConfigureAwait(false);
            }

            await _parts.Acceptor.CloseAllAsync(reason).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            // The last records could not be written: whoever waits for the end of the node has to know.
            Fail(error, isStorage: true);
        }
        finally
        {
            _files.Dispose();
            _founding.Dispose();
            NodeLog.Stopped(_parts.Logger, _files.Identity.Name, reason);
            Complete();
        }
    }

    private void Complete()
    {
        _ready.TrySetCanceled();
        if (Volatile.Read(ref _failure) is { } failure)
        {
            _completion.TrySetException(failure);
        }
        else
        {
            _completion.TrySetResult();
        }

        // Nobody has to look at them: the failure is in the log.
        _ = (_ready.Task.Exception, _completion.Task.Exception);
    }

    /// <summary>Keeps the first failure: what fails after it is its consequence. True if this is the first.</summary>
    private bool NoteFailure(Exception failure)
    {
        bool isFirst = Interlocked.CompareExchange(ref _failure, failure, null) is null;
        _ready.TrySetException(failure);
        return isFirst;
    }
}
