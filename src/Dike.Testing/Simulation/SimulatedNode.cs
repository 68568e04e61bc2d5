using System.Collections.Immutable;
using Dike.Node.Groups;
using Dike.Node.Identity;
using Dike.Node.Runtime;
using Dike.Node.Shards;
using Dike.Paxos;
using Dike.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dike.Testing.Simulation;

/// <summary>
/// One node of the simulated cluster: the production shard with everything in it, on a simulated disk, network and clock. It lives from a start to a stop or a crash and keeps
/// between them what a data directory keeps: journal, identity, the incarnations of the others, marks. Its turns are events of the virtual time.
/// </summary>
internal sealed class SimulatedNode
{
    /// <summary>How many half seconds a crash that shall spoil writes waits for some.</summary>
    private const int LongestImpending = 12;

    private readonly SimulatedWorld _world;
    private readonly DeterministicRandom _random;
    private readonly List<ShardInput> _inbox = [];
    private readonly List<ShardInput> _turn = [];
    private readonly SortedSet<ulong> _superseded = [];
    private readonly ulong[] _incarnations;
    private Shard? _shard;
    private CrashPoint? _crashPoint;
    private bool _isInTurn;
    private bool _isTurnDue;
    private bool _isTickDue;

    public SimulatedNode(SimulatedWorld world, int index, DeterministicRandom random)
    {
        _world = world;
        Index = index;
        _random = random;
        Name = NameOf(index);
        Incarnation = IncarnationOf(index, 0);
        Clock = new NodeClock(world.Time);
        Store = new SimulatedStore(world.Time, random);
        _incarnations = [.. world.Membership.Members.Select(member => member.Incarnation)];
    }

    public int Index { get; }

    public string Name { get; }

    public ulong Incarnation { get; private set; }

    public ulong Boot { get; private set; }

    public NodeClock Clock { get; }

    public SimulatedStore Store { get; }

    public SimulatedMarks Marks { get; private set; } = new();

    /// <summary>Its snapshots, on its disk.</summary>
    public MemorySnapshotStore Snapshots { get; private set; } = new();

    public bool IsAlive => _shard is not null;

    /// <summary>How often the directory was lost.</summary>
    public int Wipes { get; private set; }

    /// <summary>Until when it stands still, in virtual microseconds.</summary>
    public long PausedUntil { get; set; }

    /// <summary>The running shard.</summary>
    public Shard Shard => _shard ?? throw new InvalidOperationException($"{Name} does not run.");

    public int Waiting => _inbox.Count;

    public static string NameOf(int index) => $"n{index}";

    /// <summary>The incarnation of a node's n-th directory; small and readable, which real ones are not.</summary>
    public static ulong IncarnationOf(int index, int wipes) => (ulong)(((index + 1) * 1000) + wipes);

    /// <summary>Whether this node lets another in: the rule of the production roster, on a simulated disk.</summary>
    public bool Admits(SimulatedNode other)
    {
        if (_incarnations[other.Index] == other.Incarnation)
        {
            return true;
        }

        if (_superseded.Contains(other.Incarnation))
        {
            return false;
        }

        _superseded.Add(_incarnations[other.Index]);
        _incarnations[other.Index] = other.Incarnation;
        return true;
    }

    /// <summary>Starts from what the disk holds. A damaged journal is refused, and the operator replaces the directory.</summary>
    public void Start()
    {
        Invariant.Require(!IsAlive, $"{Name} runs");
        Dictionary<GroupId, RecoveredState> recovered;
        try
        {
            recovered = JournalReplay.Run(Store).Groups;
        }
        catch (LogDamagedException)
        {
            _world.Trace.Say(Index, "the journal is damaged: the start is refused, the directory is replaced");
            Wipe();
            recovered = [];
        }

        Boot++;
        PausedUntil = 0;
        _world.Trace.Note(Index, TraceEvent.Started, (long)Incarnation, (long)Boot);
        _world.Observer.Starting(this, recovered);
        ulong boot = Boot;
        Store.Start(position => OnSynced(boot, position), error => _world.Time.In(0, () => Die(boot, error.Message)));
        _incarnations[Index] = Incarnation;
        Marks.Begin((group, mark) => Post(new MarkSaved(group, mark)));
        _shard = new Shard(MakeSetup(recovered));
        _inbox.Clear();
        Step(() => Shard.Start(Now()));
        if (IsAlive)
        {
            _world.Network.Join(this);
            _isTurnDue = false;
            Tick(boot);
        }
    }

    /// <summary>An input for the next turn; lost if the node does not run.</summary>
    public void Post(ShardInput input)
    {
        if (IsAlive)
        {
            _inbox.Add(input);
            ScheduleTurn();
        }
    }

    /// <summary>Dies at the next point of the kind, or after a while if none comes.</summary>
    public void CrashAt(CrashPoint point)
    {
        // What shall be lost at a crash must have been appended and not synced: so the process dies right behind an append.
        _crashPoint = Store.SpoiledBy is null ? point : CrashPoint.AfterAppend;
        Impend(Boot, LongestImpending);
    }

    /// <summary>Ends without a word.</summary>
    public void Die(string reason) => Die(Boot, reason);

    /// <summary>Ends as planned: what was appended is synced first.</summary>
    public void Stop()
    {
        if (IsAlive)
        {
            Marks.StopClean();
            End("stopped", losesUnsynced: false);
        }
    }

    /// <summary>The directory is lost; only while the node does not run.</summary>
    public void Wipe()
    {
        Invariant.Require(!IsAlive, $"{Name} runs");
        Store.Wipe();
        Marks = new SimulatedMarks();
        Snapshots = new MemorySnapshotStore();
        Wipes++;
        Incarnation = IncarnationOf(Index, Wipes);
        Boot = 0;
        _superseded.Clear();
    }

    /// <summary>Where the process dies if a plan says so; outside its turns there is nothing half done, and it lives on to its next turn.</summary>
    public void Reach(CrashPoint point)
    {
        if (_crashPoint == point && _isInTurn)
        {
            throw new SimulatedCrash();
        }
    }

    public Moment Now() => new(Clock.UtcTicks, Clock.MonotonicMs, (ulong)_random.NextInt64());

    public ImmutableArray<ulong> Incarnations => [.. _incarnations];

    private ShardSetup MakeSetup(Dictionary<GroupId, RecoveredState> recovered) => new()
    {
        Identity = new NodeIdentity(Name, Incarnation, Boot),
        Membership = _world.Membership,
        Store = new CrashingStore(Store, this),
        Recovered = recovered,
        Machines = _world.Machines,
        GroupOptions = _world.GroupOptions,
        ElectionTimeout = SimulatedWorld.ElectionTimeout,
        TargetFrameBytes = 256 << 10,
        Marks = Marks,
        Snapshots = new SimulatedSnapshots(_world, this, Snapshots, Boot),
        Replies = new SimulatedReplies(_world, this, Boot),
        AddressOf = static name => $"{name}:1",
        Logger = NullLogger.Instance,
    };

    /// <summary>A crash that shall spoil writes waits longer for one: without any it would show nothing.</summary>
    private void Impend(ulong boot, int left) => _world.Time.In(500_000, () =>
    {
        if (boot == Boot && _crashPoint is not null)
        {
            if (Store.SpoiledBy is not null && left > 0)
            {
                Impend(boot, left - 1);
            }
            else
            {
                Die(boot, "killed");
            }
        }
    });

    private void OnSynced(ulong boot, LogPosition position)
    {
        if (boot == Boot && IsAlive)
        {
            if (_crashPoint == CrashPoint.AfterSync)
            {
                Die(boot, "killed after a sync");
                return;
            }

            _world.Trace.Note(Index, TraceEvent.Synced, position.Value);
            Post(new PositionSynced(position));
        }
    }

    private void Tick(ulong boot)
    {
        if (boot != Boot || !IsAlive)
        {
            return;
        }

        _isTickDue = true;
        ScheduleTurn();
        _world.Time.In(Clock.ToVirtualUs((long)SimulatedWorld.HeartbeatInterval.TotalMilliseconds), () => Tick(boot));
    }

    private void ScheduleTurn()
    {
        if (!_isTurnDue)
        {
            _isTurnDue = true;
            ulong boot = Boot;
            _world.Time.At(Math.Max(PausedUntil, _world.Time.Now + 10 + _random.Next(30)), () => Turn(boot));
        }
    }

    private void Turn(ulong boot)
    {
        if (boot != Boot || !IsAlive)
        {
            return;
        }

        _isTurnDue = false;
        if (_world.Time.Now < PausedUntil)
        {
            ScheduleTurn();
            return;
        }

        _turn.Clear();
        _turn.AddRange(_inbox);
        _inbox.Clear();
        bool isTick = _isTickDue;
        _isTickDue = false;
        _world.Trace.Note(Index, TraceEvent.Turn, _turn.Count, isTick ? 1 : 0);
        Step(() => Shard.Turn(_turn, isTick, Now()));
    }

    private void Step(Action step)
    {
        ulong boot = Boot;
        _isInTurn = true;
        try
        {
            step();
        }
        catch (SimulatedCrash)
        {
            Die(boot, "killed within a turn");
            return;
        }
        catch (IOException error)
        {
            // As in production: after a failed write nobody knows what is on disk, so the process ends.
            Die(boot, error.Message);
            return;
        }
        finally
        {
            _isInTurn = false;
        }

        _world.Observer.AfterTurn(this);
    }

    private void Die(ulong boot, string reason)
    {
        if (boot == Boot && IsAlive)
        {
            _world.Trace.Note(Index, TraceEvent.Crashed);
            End(reason, losesUnsynced: true);
        }
    }

    private void End(string reason, bool losesUnsynced)
    {
        _shard = null;
        _crashPoint = null;
        _inbox.Clear();
        if (losesUnsynced)
        {
            FaultKind? spoiledBy = Store.SpoiledBy;
            _world.Observer.Lost(this, Store.Crash(losesAll: _random.Next(4) == 0), spoiledBy);
        }
        else
        {
            Store.Flush();
        }

        _world.Trace.Note(Index, TraceEvent.Stopped);
        _world.Network.Leave(Index);
        _world.NodeEnded(this, reason);
    }
}
