using System.Globalization;
using Dike.Paxos;

namespace Dike.Testing.Checkers;

/// <summary>A batch of the log as it is reported: all that is compared of it.</summary>
/// <param name="First">Its first slot.</param>
/// <param name="Count">How many slots it covers.</param>
/// <param name="Hash">The hash of its bytes, its kind among them.</param>
/// <param name="IsStopSign">Whether it seals its configuration.</param>
internal readonly record struct ObservedBatch(Slot First, int Count, ulong Hash, bool IsStopSign = false)
{
    public Slot Last => First + (Count - 1);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{First}..{Last}] {Hash:x16}{(IsStopSign ? " stop-sign" : "")}");
}

/// <summary>
/// What one group may decide and apply: one entry per slot, for ever (invariants 3 and 5 of protocol.md section 8); only what a quorum has synced in one ballot (4);
/// nothing behind a stop-sign in its configuration (8); applied once, in order, without gaps, and nothing that is not decided (7); with equal outcomes
/// and equal state at equal slots (11). Owned by the <see cref="AgreementChecker"/>, one per group; the first report of a slot becomes the truth for all others.
/// </summary>
internal sealed class DecisionRules(VoteRules votes)
{
    private readonly List<ObservedBatch> _decided = [];
    private readonly SortedDictionary<ConfigurationId, Slot> _stopSigns = [];
    private readonly Dictionary<Slot, (int Count, ulong Hash, int Node)> _outcomes = [];
    private readonly Dictionary<Slot, (string Hash, int Node)> _states = [];
    private readonly Dictionary<ReplicaId, Position> _positions = [];

    private Slot LastDecided => _decided.Count == 0 ? Slot.None : _decided[^1].Last;

    /// <summary>A replica begins to run with the state after <paramref name="applied"/>: none, or that of its snapshot.</summary>
    public string? OnStarted(ReplicaId replica, Slot applied)
    {
        _positions[replica] = new Position { Applied = applied };
        return applied > LastDecided ? $"it starts with slot {applied} applied, decided is {LastDecided}" : null;
    }

    /// <summary>A replica replaces its state by a snapshot.</summary>
    public string? OnInstalled(ReplicaId replica, Slot slot)
    {
        if (!_positions.TryGetValue(replica, out Position? position))
        {
            return "it installed a snapshot before it was started";
        }

        if (slot <= position.Applied || slot > LastDecided)
        {
            return $"it installed a snapshot of slot {slot}, applied was {position.Applied}, decided is {LastDecided}";
        }

        (position.Applied, position.Decided) = (slot, Slot.None);
        return null;
    }

    public string? OnDecided(ReplicaId replica, ConfigurationId configuration, ObservedBatch batch)
    {
        if (!_positions.TryGetValue(replica, out Position? position))
        {
            return "it decided before it was started";
        }

        if (batch.Count < 1 || batch.First < Slot.First || (position.Decided != Slot.None && batch.First != position.Decided + 1))
        {
            return $"it decided {batch} after slot {position.Decided}";
        }

        position.Decided = batch.Last;
        bool isFirstReport = batch.First == LastDecided + 1;
        string? failure = CheckSame(configuration, batch) ?? CheckSeals(configuration, batch);

        // A replica that reads its old log again does so in its new configuration: only the first report of a stop-sign tells which one it seals.
        if (isFirstReport && batch.IsStopSign)
        {
            _stopSigns.TryAdd(configuration, batch.Last);
        }

        return failure;
    }

    public string? OnApplied(ReplicaId replica, int node, Slot first, int count, ulong outcomeHash)
    {
        if (!_positions.TryGetValue(replica, out Position? position))
        {
            return "it applied before it was started";
        }

        Slot last = first + (count - 1);
        if (count < 1 || first != position.Applied + 1)
        {
            return $"it applied [{first}..{last}] after slot {position.Applied}";
        }

        if (last > LastDecided)
        {
            return $"it applied [{first}..{last}], decided is {LastDecided}";
        }

        position.Applied = last;
        if (_outcomes.TryAdd(first, (count, outcomeHash, node)))
        {
            return null;
        }

        (int Count, ulong Hash, int Node) known = _outcomes[first];
        return known.Count == count && known.Hash == outcomeHash
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"slots [{first}..{last}] came to {outcomeHash:x16}, on node {known.Node} {known.Count} slots to {known.Hash:x16}");
    }

    public string? OnStateHashed(ReplicaId replica, int node, Slot slot, string hash)
    {
        if (!_positions.TryGetValue(replica, out Position? position) || position.Applied < slot)
        {
            return $"it reports a state of slot {slot}, which it has not applied";
        }

        if (_states.TryAdd(slot, (hash, node)) || _states[slot].Hash == hash)
        {
            return null;
        }

        return string.Create(CultureInfo.InvariantCulture, $"its state at slot {slot} is {hash}, that of node {_states[slot].Node} {_states[slot].Hash}");
    }

    private string? CheckSame(ConfigurationId configuration, ObservedBatch batch)
    {
        if (batch.First == LastDecided + 1)
        {
            // Recorded even if it should not have been decided: the next reports are then compared with what was really told.
            _decided.Add(batch);
            return votes.HasQuorum(batch.Last, configuration) ? null : $"it decided {batch}, which no quorum has synced in one ballot";
        }

        if (batch.First > LastDecided)
        {
            return $"it decided {batch}, but nobody decided what follows slot {LastDecided}";
        }

        ObservedBatch known = Covering(batch.First);
        return known == batch ? null : $"it decided {batch}, where {known} was decided";
    }

    private string? CheckSeals(ConfigurationId configuration, ObservedBatch batch)
    {
        foreach ((ConfigurationId seal, Slot stopSign) in _stopSigns)
        {
            if (configuration.CompareTo(seal) <= 0 && batch.Last > stopSign)
            {
                return $"it decided {batch} in configuration {configuration}, whose stop-sign is slot {stopSign}";
            }
        }

        return null;
    }

    private ObservedBatch Covering(Slot slot)
    {
        int low = 0;
        int high = _decided.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _decided[middle].Last < slot ? (middle + 1, high) : (low, middle);
        }

        return _decided[low];
    }

    private sealed class Position
    {
        public Slot Decided { get; set; }

        public Slot Applied { get; set; }
    }
}
