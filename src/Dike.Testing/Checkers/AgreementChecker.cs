using Dike.Paxos;

namespace Dike.Testing.Checkers;

/// <summary>
/// The invariants of protocol.md section 8 from outside: fed, while a run goes on, with what can be seen of every replica, and it compares the reports with each other
/// and with the past. It asks the core for nothing and trusts none of its own checks. Each call returns what is wrong, or null; the first failure also
/// stays in <see cref="Failure"/>. The caller reports a sync before anything that was done because of it.
/// </summary>
/// <param name="clocksKeepBound">Whether the run keeps clocks within the bound that leases rest on; beyond it nothing is claimed about leases.</param>
internal sealed class AgreementChecker(bool clocksKeepBound = true)
{
    private readonly Dictionary<int, Group> _groups = [];

    /// <summary>The first thing that was wrong, or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>The members of a configuration; before any of its replicas leads or decides in it.</summary>
    public string? Configured(int group, ConfigurationId configuration, IReadOnlyCollection<ReplicaId> members) =>
        Judge($"group {group}", Of(group).Votes.OnConfigured(configuration, members));

    /// <summary>A replica starts, for the first time or again.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="boot">Its node's boot number: greater at each start.</param>
    /// <param name="vote">What its disk says.</param>
    /// <param name="applied">The slot of the snapshot it starts from, or none.</param>
    public string? Started(ObservedReplica replica, long boot, DurableVote vote, Slot applied) =>
        Judge($"{replica}, boot {boot}", Of(replica.Group).Votes.OnStarted(replica.Id, boot, vote) ?? Of(replica.Group).Decisions.OnStarted(replica.Id, applied));

    /// <summary>A sync of a replica's records completed.</summary>
    public string? Synced(ObservedReplica replica, DurableVote vote) => Judge($"{replica}", Of(replica.Group).Votes.OnSynced(replica.Id, vote));

    /// <summary>A replica leads: it has the promises of a quorum.</summary>
    public string? Led(ObservedReplica replica, Epoch epoch) => Judge($"{replica}", Of(replica.Group).Votes.OnLed(replica.Id, epoch));

    /// <summary>A replica, being in <paramref name="configuration"/>, learned that a batch is decided; after a start and a snapshot from wherever it begins, then without gaps.</summary>
    public string? Decided(ObservedReplica replica, ConfigurationId configuration, ObservedBatch batch) =>
        Judge($"{replica}", Of(replica.Group).Decisions.OnDecided(replica.Id, configuration, batch));

    /// <summary>A replica replaced its state by a snapshot of <paramref name="slot"/>.</summary>
    public string? Installed(ObservedReplica replica, Slot slot) => Judge($"{replica}", Of(replica.Group).Decisions.OnInstalled(replica.Id, slot));

    /// <summary>A replica applied decided slots; in the same portions on every replica.</summary>
    public string? Applied(ObservedReplica replica, Slot first, int count, ulong outcomeHash) =>
        Judge($"{replica}", Of(replica.Group).Decisions.OnApplied(replica.Id, replica.Node, first, count, outcomeHash));

    /// <summary>A replica reports the hash of its state after <paramref name="slot"/>.</summary>
    public string? StateHashed(ObservedReplica replica, Slot slot, string hash) =>
        Judge($"{replica}", Of(replica.Group).Decisions.OnStateHashed(replica.Id, replica.Node, slot, hash));

    /// <summary>A node served lease reads of a group from <paramref name="from"/> to <paramref name="to"/>, in virtual microseconds; equal for a single read.</summary>
    public string? LeaseServed(int group, int node, long from, long to) =>
        clocksKeepBound ? Judge($"group {group}", Of(group).Leases.OnServed(node, from, to)) : null;

    private string? Judge(FormattableString where, string? failure)
    {
        if (failure is null)
        {
            return null;
        }

        string text = FormattableString.Invariant($"{FormattableString.Invariant(where)}: {failure}.");
        Failure ??= text;
        return text;
    }

    private Group Of(int group)
    {
        if (!_groups.TryGetValue(group, out Group? found))
        {
            _groups[group] = found = new Group();
        }

        return found;
    }

    private sealed class Group
    {
        public Group() => Decisions = new DecisionRules(Votes);

        public VoteRules Votes { get; } = new();

        public DecisionRules Decisions { get; }

        public LeaseRules Leases { get; } = new();
    }
}
