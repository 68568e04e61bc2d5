using System.Collections.Immutable;
using System.Globalization;
using Dike.Client;
using Dike.Testing.Checkers;
using Dike.Wire;

namespace Dike.Testing.Simulation;

/// <summary>
/// One client: the production core of it, on virtual sockets and timers, with a user who calls one method after the other and writes down what he asked and what he was told.
/// Retries, redirects and sessions are the core's own.
/// </summary>
internal sealed class SimulatedClient : IClientShell
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(3);

    private readonly SimulatedWorld _world;
    private readonly int _index;
    private readonly DeterministicRandom _random;
    private readonly SortedDictionary<string, SentCommand> _sent = new(StringComparer.Ordinal);
    private readonly ClientCore _core;
    private readonly SortedDictionary<long, ClientSession> _sessions = [];
    private readonly SortedDictionary<long, Action<Frame?, Exception?>> _calls = [];
    private readonly HashSet<CommandId> _doubled = [];
    private long _lastCall;
    private long _alarm = long.MaxValue;

    public SimulatedClient(SimulatedWorld world, int index, DeterministicRandom random)
    {
        _world = world;
        _index = index;
        _random = random;
        ImmutableArray<string> endpoints = [.. world.Membership.Members.Select(member => $"{member.Node}:1")];
        var settings = new ClientSettings(endpoints, CallTimeout, 64, 16 << 20, "simulation");
        _core = new ClientCore(settings, this, () => (ulong)_random.NextInt64());
    }

    public int Index => _index;

    /// <summary>Calls that have not ended.</summary>
    public int Open => _calls.Count;

    /// <summary>Until when the user is silent, in virtual microseconds.</summary>
    public long SilentUntil { get; set; }

    private TimeSpan Now => TimeSpan.FromMicroseconds(_world.Time.Now);

    /// <summary>Begins any call.</summary>
    public void Begin(CallRequest request, Action<Frame?, Exception?> end)
    {
        long id = ++_lastCall;
        _calls.Add(id, end);
        _core.Begin(id, request, Now);
        ArmTimer();
    }

    /// <summary>Calls a method of a key and writes down what comes of it.</summary>
    /// <param name="user">Who calls: each user waits for the end of one call before it makes the next.</param>
    /// <param name="key">The key.</param>
    /// <param name="method">The method.</param>
    /// <param name="kind">What is asked for.</param>
    /// <param name="argument">Its argument.</param>
    /// <param name="end">Takes what came of it.</param>
    public void Call(int user, string key, string method, OperationKind kind, long argument, Action<Operation> end)
    {
        TapedCall tape = SimulatedCalls.Tape(method, argument);
        long staleness = kind == OperationKind.BoundedQuery ? 200 + _random.Next(800) : 0;
        long calledAt = _world.Time.Now;
        long number = ++_world.Workload.LastOperation;
        Consistency consistency = kind is OperationKind.Command or OperationKind.LinearizableQuery ? Consistency.Linearizable : Consistency.Stale;
        var sent = new SentCommand();
        _sent[key] = sent;
        _world.Trace.Note(-1, TraceEvent.Called, ((long)_index << 32) | number, (long)kind);
        var request = new KeyedRequest(SimulatedWorld.Ring, tape.MachineName, tape.Method, consistency, key, tape.Arguments, null)
        {
            Timeout = CallTimeout,
            MaxStaleness = TimeSpan.FromMilliseconds(staleness),
        };
        Begin(request, (reply, error) =>
        {
            var result = reply as CallResult;
            CommandId? command = kind == OperationKind.Command ? sent.Id : null;
            OperationEnd how = EndOf(result, error);
            if (how == OperationEnd.NotApplied && command is { } id && _doubled.Contains(id))
            {
                // The client's core vouches for what it sent itself. What became of the copy that somebody else sent under the same id it cannot know.
                how = OperationEnd.Unknown;
            }

            long value = how == OperationEnd.Done && result is not null ? tape.Decode(result.Value) : 0;
            _world.Trace.Note(-1, TraceEvent.Returned, ((long)_index << 32) | number, ((long)how << 56) ^ value);
            end(new Operation(
                number, user, kind, key, method, argument, command, calledAt, _world.Time.Now, how, value, result?.Slot ?? 0, staleness * 1_000));
        });
    }

    /// <summary>A node ended: who was connected learns it, a moment later.</summary>
    public void NodeGone(int node)
    {
        foreach (KeyValuePair<long, ClientSession> session in _sessions.Where(session => session.Value.Node.Index == node).ToArray())
        {
            Drop(session.Key, "the node is gone");
        }
    }

    /// <summary>A frame from a node.</summary>
    public void Receive(long link, Frame frame)
    {
        if (_sessions.ContainsKey(link))
        {
            _core.OnFrame(link, frame, Now);
            ArmTimer();
        }
    }

    void IClientShell.Connect(long linkId, string address)
    {
        int node = int.Parse(address.AsSpan(1, address.IndexOf(':', StringComparison.Ordinal) - 1), CultureInfo.InvariantCulture);
        _world.Time.In(300 + _random.Next(700), () =>
        {
            SimulatedNode to = _world.Nodes[node];
            if (to.IsAlive)
            {
                _sessions[linkId] = new ClientSession(_world, this, linkId, to);
                _core.OnConnected(linkId, Now);
            }
            else
            {
                _core.OnDown(linkId, "nobody listens there", Now);
            }

            ArmTimer();
        });
    }

    bool IClientShell.Send(long linkId, Frame frame)
    {
        if (!_sessions.TryGetValue(linkId, out ClientSession? session))
        {
            return false;
        }

        if (frame is Call { IsQuery: false } call)
        {
            // One user has one call under way and different users call different keys, so the key tells which call it is. The next call of a key has a note of its own:
            // it may be sent before the end of this one is written down.
            _sent[call.Key].Id = call.CommandId;
            if (_world.Workload.MaybeDuplicate(this, call))
            {
                _doubled.Add(call.CommandId);
            }
        }

        if (_world.Workload.LosesFrame())
        {
            _world.Time.In(0, () => Drop(linkId, "the connection broke"));
            return true;
        }

        session.Send(frame);
        return true;
    }

    void IClientShell.Disconnect(long linkId, string address, string reason)
    {
        if (_sessions.Remove(linkId, out ClientSession? session))
        {
            session.Close();
        }
    }

    void IClientShell.Complete(long callId, Frame? reply, Exception? error)
    {
        if (_calls.Remove(callId, out Action<Frame?, Exception?>? end))
        {
            // Out of the core first: what follows may begin the next call.
            _world.Time.In(0, () => end(reply, error));
        }
    }

    private static OperationEnd EndOf(CallResult? result, Exception? error) => error switch
    {
        null when result is not null => OperationEnd.Done,
        CommandRejectedException => OperationEnd.Rejected,
        CommandFailedException => OperationEnd.Failed,
        DikeException { Outcome: Outcome.NotApplied } => OperationEnd.NotApplied,
        DikeException { Outcome: Outcome.Applied } => OperationEnd.Applied,
        _ => OperationEnd.Unknown,
    };

    private void Drop(long link, string reason)
    {
        if (_sessions.Remove(link, out ClientSession? session))
        {
            session.Close();
            _world.Time.In(200, () =>
            {
                _core.OnDown(link, reason, Now);
                ArmTimer();
            });
        }
    }

    private void ArmTimer()
    {
        if (_core.Due == TimeSpan.MaxValue)
        {
            return;
        }

        long due = Math.Max(_world.Time.Now, (long)_core.Due.TotalMicroseconds + 1);
        if (due < _alarm)
        {
            _alarm = due;
            _world.Time.At(due, () => OnTimer(due));
        }
    }

    private void OnTimer(long due)
    {
        if (due == _alarm)
        {
            _alarm = long.MaxValue;
            _core.Tick(Now);
            ArmTimer();
        }
    }

    /// <summary>The id under which a command was sent last.</summary>
    private sealed class SentCommand
    {
        public CommandId? Id { get; set; }
    }
}
