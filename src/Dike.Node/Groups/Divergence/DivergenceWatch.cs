using System.Collections.Immutable;
using System.Globalization;
using Dike.Paxos;

namespace Dike.Node.Groups.Divergence;

/// <summary>
/// Compares what the log came to on the members of a group, checkpoint by checkpoint. Replicas that applied the same slots must agree; where they do not, a handler,
/// a runtime or the hardware is not deterministic, and nothing that a replica of the minority says can be trusted. Owned by the <see cref="GroupCore"/>.
/// </summary>
internal sealed class DivergenceWatch(ReplicaId self, ImmutableArray<ReplicaId> members)
{
    /// <summary>How many checkpoints are kept, of this replica and of each other.</summary>
    public const int Capacity = 64;

    private readonly SortedDictionary<ReplicaId, SortedList<long, Checkpoint>> _reports = [];
    private readonly HashSet<ReplicaId> _told = [];
    private Slot _ignoredThrough;

    /// <summary>The group has other members now, or this replica another id. What those who left said counts no more.</summary>
    public void MembersAre(ReplicaId here, ImmutableArray<ReplicaId> present)
    {
        Invariant.Require(!present.IsDefaultOrEmpty, $"replica {here}");
        if (here != self && _reports.Remove(self, out SortedList<long, Checkpoint>? own))
        {
            _reports[here] = own;
        }

        (self, members) = (here, present);
        foreach (ReplicaId gone in _reports.Keys.Where(member => member != here && !present.Contains(member)).ToArray())
        {
            _reports.Remove(gone);
        }
    }

    /// <summary>Takes a checkpoint of this replica.</summary>
    /// <returns>Why this replica must stop, or null.</returns>
    public string? Passed(Checkpoint own, List<Difference> differences) => members.Length > 1 && Keep(self, own) ? Compare(own.Slot.Value, differences) : null;

    /// <summary>Takes the report of another member.</summary>
    /// <returns>As for <see cref="Passed"/>.</returns>
    public string? Reported(ReplicaId from, Checkpoint report, List<Difference> differences) =>
        from != self && members.Contains(from) && Keep(from, report) ? Compare(report.Slot.Value, differences) : null;

    /// <summary>
    /// A skip was decided at <paramref name="through"/>: between the slot that it names and its own, a replica that executed the command and one that did not rightly
    /// differ, so nothing of that stretch is compared.
    /// </summary>
    public void Ignore(Slot from, Slot through)
    {
        _ignoredThrough = through > _ignoredThrough ? through : _ignoredThrough;
        foreach (SortedList<long, Checkpoint> reports in _reports.Values)
        {
            foreach (long slot in reports.Keys.Where(slot => slot >= from.Value && slot <= through.Value).ToArray())
            {
                reports.Remove(slot);
            }
        }
    }

    private bool Keep(ReplicaId member, Checkpoint checkpoint)
    {
        if (checkpoint.Slot <= _ignoredThrough)
        {
            return false;
        }

        if (!_reports.TryGetValue(member, out SortedList<long, Checkpoint>? reports))
        {
            _reports.Add(member, reports = []);
        }

        // A report that comes twice, or again from a replica that reads its log anew, counts once: the last one.
        reports[checkpoint.Slot.Value] = checkpoint;
        if (reports.Count > Capacity)
        {
            reports.RemoveAt(0);
        }

        Invariant.Require(reports.Count <= Capacity, $"{reports.Count} reports of {member}");
        return true;
    }

    private string? Compare(long slot, List<Difference> differences)
    {
        if (Find(self, slot) is not { } own)
        {
            return null;
        }

        (ReplicaId Member, Checkpoint Report)[] known =
            [.. members.Select(member => (member, Find(member, slot))).Where(pair => pair.Item2 is not null).Select(pair => (pair.member, pair.Item2!.Value))];
        (ReplicaId Member, Checkpoint Report)[] others = [.. known.Where(pair => !AreEqual(pair.Report, own))];
        if (others.Length == 0)
        {
            return null;
        }

        foreach ((ReplicaId member, Checkpoint report) in others)
        {
            // Among those that differ from this replica: one without a state hash agrees with both sides, and must not count for the other.
            int agreeing = others.Count(pair => AreEqual(pair.Report, report));
            if (agreeing > members.Length / 2)
            {
                return $"This replica differs from {agreeing} of {members.Length} members, which agree with each other. {Evidence(own, member, report)} "
                    + "Its state cannot be trusted: it serves no more, and its log is intact. Keep its directory and the logs of the machine as evidence.";
            }
        }

        bool ownIsMajority = known.Length - others.Length > members.Length / 2;
        if (!ownIsMajority && known.Length == members.Length)
        {
            return $"The {members.Length} members of the group differ and no majority agrees. {Evidence(own, others[0].Member, others[0].Report)} "
                + "Nobody can say which state is right: the group stops. Keep all directories as evidence and look for what is not deterministic in the handlers.";
        }

        foreach ((ReplicaId member, Checkpoint report) in others)
        {
            if (_told.Add(member))
            {
                differences.Add(new Difference(member, Evidence(own, member, report)));
            }
        }

        return null;
    }

    private Checkpoint? Find(ReplicaId member, long slot) =>
        _reports.TryGetValue(member, out SortedList<long, Checkpoint>? reports) && reports.TryGetValue(slot, out Checkpoint found) ? found : null;

    // A state hash is computed at few slots only, and perhaps not by all: where one has none, the chain alone speaks.
    private static bool AreEqual(Checkpoint one, Checkpoint other) =>
        one.Chain == other.Chain && (one.StateHash is null || other.StateHash is null || one.StateHash == other.StateHash);

    private string Evidence(Checkpoint own, ReplicaId member, Checkpoint report)
    {
        long slot = own.Slot.Value;
        long lastEqual = _reports[self].Values
            .Where(earlier => earlier.Slot.Value < slot && Find(member, earlier.Slot.Value) is { } theirs && AreEqual(earlier, theirs))
            .Select(earlier => earlier.Slot.Value)
            .LastOrDefault();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"First differing range: slots {lastEqual + 1} to {slot}; here chain {own.Chain:x32}{State(own)}, at replica {member} chain {report.Chain:x32}{State(report)}.");
    }

    private static string State(Checkpoint checkpoint) =>
        checkpoint.StateHash is { } hash ? string.Create(CultureInfo.InvariantCulture, $" and state {hash:x32}") : "";
}
