using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using Dike.Node.Groups;
using Dike.Node.Shards;
using Dike.Paxos;
using Dike.Storage;
using Dike.Testing.Checkers;

namespace Dike.Testing.Simulation;

/// <summary>
/// Looks at every node between its turns and at every disk when it syncs, and tells the checkers what it sees. It changes nothing. The first thing that must not be ends the run.
/// </summary>
internal sealed class RunObserver
{
    private readonly SimulatedWorld _world;
    private readonly AgreementChecker _agreement;
    private readonly SortedDictionary<(int Group, int Node), SeenReplica> _seen = [];
    private readonly SortedDictionary<(int Group, int Node), DiskView> _disks = [];
    private readonly List<WitnessEntry> _log = [];
    private readonly Dictionary<(int Group, long Slot), ulong> _decided = [];
    private readonly HashSet<(int Group, uint Configuration)> _configured = [];
    private readonly SortedDictionary<int, (int Node, Epoch Epoch)> _leaders = [];
    private readonly Dictionary<(int Group, CommandId Command), int> _replies = [];

    public RunObserver(SimulatedWorld world)
    {
        _world = world;
        _agreement = new AgreementChecker(!world.Plan.Faults.Any(fault => fault.Kind == FaultKind.ClockDriftBeyondBound));
    }

    // A greater number at each start is all that the rules want of a boot; a wiped node counts its own from 1 again.
    private long _starts;

    public string? Failure { get; private set; }

    /// <summary>The decided commands of all groups, in the order in which they became known.</summary>
    public IReadOnlyList<WitnessEntry> Log => _log;

    public int LeaderChanges { get; private set; }

    /// <summary>The node that leads a group, or -1.</summary>
    public int LeaderOf(int group) => _leaders.TryGetValue(group, out (int Node, Epoch Epoch) leader) && _world.Nodes[leader.Node].IsAlive ? leader.Node : -1;

    public void Fail(string failure) => Failure ??= failure;

    /// <summary>A node starts from its disk.</summary>
    public void Starting(SimulatedNode node, Dictionary<GroupId, RecoveredState> recovered)
    {
        node.Store.Durable = record => OnDurable(node, record);
        foreach (KeyValuePair<GroupId, RecoveredState> pair in recovered.OrderBy(pair => pair.Key.Value))
        {
            int group = pair.Key.Value;
            RecoveredState state = pair.Value;
            DiskView disk = DiskOf(group, node);
            if (disk.Promised != state.Promised || disk.Accepted != state.Accepted || disk.Configuration != state.Configuration || disk.Last != state.Last)
            {
                Fail(string.Create(CultureInfo.InvariantCulture, $"group {group}, {node.Name}: the disk held {disk}, recovery says promised {state.Promised}, accepted {state.Accepted} through {state.Last} in {state.Configuration}."));
            }
        }

        foreach ((int Group, int Node) key in _seen.Keys.Where(key => key.Node == node.Index).ToArray())
        {
            _seen.Remove(key);
        }

        if (recovered.Count == 0)
        {
            foreach ((int Group, int Node) key in _disks.Keys.Where(key => key.Node == node.Index).ToArray())
            {
                _disks.Remove(key);
            }
        }
    }

    /// <summary>A node ended and lost so many records that were not synced.</summary>
    /// <param name="node">The node.</param>
    /// <param name="records">How many.</param>
    /// <param name="spoiledBy">The fault that made it so, or null.</param>
    public void Lost(SimulatedNode node, int records, FaultKind? spoiledBy)
    {
        _world.Trace.Note(node.Index, TraceEvent.Lost, records);
        if (records > 0 && spoiledBy is { } kind)
        {
            _world.Probes.Fired(kind);
        }

        if (records > 0 && spoiledBy != FaultKind.LostWrites)
        {
            // However the crash came about: writes that were appended and not synced are gone.
            _world.Probes.Fired(FaultKind.LostWrites);
        }
    }

    /// <summary>A reply delegate starts.</summary>
    public void ReplyStarted(int group, CommandId command)
    {
        int runs = _replies[(group, command)] = _replies.GetValueOrDefault((group, command)) + 1;
        if (runs > 1)
        {
            Fail($"The reply delegate of {command} was started {runs} times.");
        }
    }

    /// <summary>A node's turn has ended: looks at all its groups.</summary>
    public void AfterTurn(SimulatedNode node)
    {
        foreach (GroupHost host in node.Shard.Groups.All)
        {
            if (host.IsHalted)
            {
                Fail($"{node.Name} has halted group {host.Description.Group}: {host.HaltedBy?.Message}");
                return;
            }

            Look(node, host.Description.Group.Value, host.Core);
        }

        Failure ??= _agreement.Failure;
    }

    /// <summary>What is known of a replica; one that is met for the first time since it started, or under another id, is told to the checkers as one that starts.</summary>
    private SeenReplica Meet(SimulatedNode node, int group, GroupCore core)
    {
        ReplicaId id = core.Members.Here.Id;
        if (!_seen.TryGetValue((group, node.Index), out SeenReplica? seen) || seen.Id != id)
        {
            // A replica that is admitted anew goes on under another id, from what it has learned: outside it is another replica that starts.
            _seen[(group, node.Index)] = seen = new SeenReplica(id)
            {
                // What it tells of first lies at the start of its log, not where it is by now.
                Configuration = seen?.Configuration ?? ConfigurationId.First,
                Decided = seen?.Decided ?? Slot.None,
            };
            _agreement.Started(new ObservedReplica(group, node.Index, id), ++_starts, DiskOf(group, node).ToVote(), Slot.None);
        }

        return seen;
    }

    private void Look(SimulatedNode node, int group, GroupCore core)
    {
        SeenReplica seen = Meet(node, group, core);
        if (core.Decided == seen.Decided && core.LeadsIn == seen.LeadsIn)
        {
            seen.Configuration = core.Members.Configuration;
            return;
        }

        var replica = new ObservedReplica(group, node.Index, core.Members.Here.Id);
        Configure(group, core);
        if (core.LeadsIn is { } ballot && seen.LeadsIn != ballot)
        {
            Led(replica, core.Members.Configuration, ballot);
        }

        seen.LeadsIn = core.LeadsIn;
        ConfigurationId configuration = seen.Configuration;
        while (seen.Decided < core.Decided)
        {
            if (core.BatchAt(seen.Decided + 1) is not { } batch)
            {
                if (core.Snapshot is not { } snapshot || snapshot.Slot <= seen.Decided)
                {
                    Fail(string.Create(CultureInfo.InvariantCulture, $"group {group}, {node.Name}: slot {seen.Decided + 1} is decided and neither in the log nor in a snapshot."));
                    break;
                }

                // It was brought there by a snapshot; others have told what was decided before.
                seen.Decided = snapshot.Slot;
                configuration = snapshot.Configuration.CompareTo(configuration) > 0 ? snapshot.Configuration : configuration;
                _agreement.Installed(replica, snapshot.Slot);
                continue;
            }

            seen.Decided = batch.Last;
            Decided(replica, configuration, batch);
            if (batch.Kind == EntryKind.StopSign && StopSign.Of(batch).Next is var next && next.CompareTo(configuration) > 0)
            {
                configuration = next;
            }
        }

        seen.Configuration = core.Members.Configuration;
        if (core.Members.Role == ReplicaRole.Voter && configuration.CompareTo(seen.Configuration) > 0)
        {
            Fail(string.Create(CultureInfo.InvariantCulture, $"{replica}: it votes in configuration {seen.Configuration} although it has decided the stop-sign that leads to {configuration}."));
        }
    }

    private void Configure(int group, GroupCore core)
    {
        if (_configured.Add((group, core.Members.Configuration.Value)))
        {
            _agreement.Configured(group, core.Members.Configuration, [.. core.Members.Current.Select(member => member.Id)]);
        }
    }

    private void Led(ObservedReplica replica, ConfigurationId configuration, Ballot ballot)
    {
        var epoch = new Epoch(configuration, ballot);
        _agreement.Led(replica, epoch);
        bool isFirst = !_leaders.TryGetValue(replica.Group, out (int Node, Epoch Epoch) before);
        if (isFirst || epoch.CompareTo(before.Epoch) > 0)
        {
            // A candidate may collect its last promise late and lead for a moment although a higher ballot has a leader already: that one counts.
            LeaderChanges += !isFirst && before.Node != replica.Node ? 1 : 0;
            _leaders[replica.Group] = (replica.Node, epoch);
        }

        _world.Trace.Note(replica.Node, TraceEvent.Led, replica.Group, ballot.Number);
    }

    private void Decided(ObservedReplica replica, ConfigurationId configuration, EntryBatch batch)
    {
        ulong hash = XxHash3.HashToUInt64(batch.Payload.Span, ((long)batch.Kind << 32) | (uint)batch.Count);
        _agreement.Decided(replica, configuration, new ObservedBatch(batch.First, batch.Count, hash, batch.Kind == EntryKind.StopSign));
        _world.Trace.Note(replica.Node, TraceEvent.Decided, ((long)replica.Group << 40) | batch.First.Value, (long)hash);
        if (_decided.TryGetValue((replica.Group, batch.First.Value), out ulong known))
        {
            if (known != hash)
            {
                Fail(string.Create(CultureInfo.InvariantCulture, $"group {replica.Group}, {SimulatedNode.NameOf(replica.Node)}: slot {batch.First} is decided with another value than elsewhere ({batch})."));
            }

            return;
        }

        _decided.Add((replica.Group, batch.First.Value), hash);
        if (replica.Group != 0 && batch.Kind == EntryKind.Commands)
        {
            Witness(replica.Group, batch);
        }
    }

    private void Witness(int group, EntryBatch batch)
    {
        LogBatch decoded = BatchCodec.Decode(batch.Payload);
        LogEntry[] entries = decoded.Entries;
        for (int index = 0; index < entries.Length; index++)
        {
            if (entries[index].Kind == LogEntryKind.Command)
            {
                LogEntry entry = entries[index];
                string method = SimulatedCalls.NameOf(entry.Method);
                long argument = entry.Arguments.Length >= sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(entry.Arguments.Span[^sizeof(long)..]) : 0;
                _log.Add(new WitnessEntry(
                    group,
                    batch.First.Value + index,
                    entry.CommandId,
                    entry.Key,
                    method,
                    argument,
                    _world.Time.Now,
                    decoded.Header.LogTime,
                    decoded.Header.SessionExpiry,
                    entry.AnsweredUpTo));
            }
        }
    }

    private void OnDurable(SimulatedNode node, LogRecord record)
    {
        DiskView disk = DiskOf(record.Group.Value, node);
        disk.Apply(record.Write);
        if (_seen.TryGetValue((record.Group.Value, node.Index), out SeenReplica? seen))
        {
            _agreement.Synced(new ObservedReplica(record.Group.Value, node.Index, seen.Id), disk.ToVote());
        }
    }

    private DiskView DiskOf(int group, SimulatedNode node)
    {
        if (!_disks.TryGetValue((group, node.Index), out DiskView? disk))
        {
            _disks[(group, node.Index)] = disk = new DiskView();
        }

        return disk;
    }

    private sealed class SeenReplica(ReplicaId id)
    {
        public ReplicaId Id => id;

        public Slot Decided { get; set; }

        public ConfigurationId Configuration { get; set; }

        public Ballot? LeadsIn { get; set; }
    }
}
