using System.Globalization;
using Dike.Paxos;

namespace Dike.Testing.Checkers;

/// <summary>
/// What one group's replicas may do with their votes: a promise never goes down, nor does what was accepted, nor the decided index, crash or not (invariants 1 and
/// 13 of protocol.md section 8); nothing is accepted below a promise (2); an epoch has one leader, of one boot, who owns it and is a member (6). Remembers
/// who has synced how much in which epoch, which is what a decision rests on (4). Owned by the <see cref="AgreementChecker"/>, one per group.
/// </summary>
internal sealed class VoteRules
{
    private readonly Dictionary<ReplicaId, (DurableVote Vote, long Boot)> _disks = [];
    private readonly Dictionary<Epoch, (ReplicaId Replica, long Boot)> _leaders = [];

    // Newest epoch first: that is nearly always the one in which a slot was just decided.
    private readonly SortedDictionary<Epoch, Dictionary<ReplicaId, Slot>> _synced = new(Comparer<Epoch>.Create(static (left, right) => right.CompareTo(left)));
    private readonly SortedDictionary<ConfigurationId, ReplicaId[]> _members = [];

    /// <summary>Takes note of a configuration's members.</summary>
    public string? OnConfigured(ConfigurationId configuration, IReadOnlyCollection<ReplicaId> members)
    {
        ReplicaId[] sorted = [.. members.Distinct().Order()];
        if (sorted.Length == 0 || sorted.Length != members.Count)
        {
            return $"configuration {configuration} has no members or the same twice";
        }

        if (_members.TryGetValue(configuration, out ReplicaId[]? known))
        {
            return known.AsSpan().SequenceEqual(sorted)
                ? null
                : $"configuration {configuration} has the members {string.Join(", ", known)} and the members {string.Join(", ", sorted)}";
        }

        _members.Add(configuration, sorted);
        return null;
    }

    public string? OnSynced(ReplicaId replica, DurableVote vote)
    {
        if (!_disks.TryGetValue(replica, out (DurableVote Vote, long Boot) disk))
        {
            return "it synced before it was started";
        }

        string? failure = CheckStep(disk.Vote, vote);
        _disks[replica] = (vote, disk.Boot);
        if (!IsLearned(disk.Vote, vote))
        {
            Count(replica, vote);
        }

        return failure;
    }

    public string? OnStarted(ReplicaId replica, long boot, DurableVote vote)
    {
        // The first report of a replica is held against an empty disk: what an admission wrote is allowed, a vote that contradicts itself is not.
        string? failure = _disks.TryGetValue(replica, out (DurableVote Vote, long Boot) disk) && boot <= disk.Boot
            ? string.Create(CultureInfo.InvariantCulture, $"boot {boot} follows boot {disk.Boot}")
            : CheckStep(disk.Vote, vote);
        _disks[replica] = (vote, boot);
        Count(replica, vote);
        return failure;
    }

    public string? OnLed(ReplicaId replica, Epoch epoch)
    {
        if (!_disks.TryGetValue(replica, out (DurableVote Vote, long Boot) disk))
        {
            return "it led before it was started";
        }

        if (epoch.Ballot.Owner != replica)
        {
            return $"it leads in {epoch}, which belongs to replica {epoch.Ballot.Owner}";
        }

        if (!IsMember(replica, epoch.Configuration))
        {
            return $"it leads in {epoch} and is no member";
        }

        (ReplicaId Replica, long Boot) leader = (replica, disk.Boot);
        if (_leaders.TryGetValue(epoch, out (ReplicaId Replica, long Boot) known) && known != leader)
        {
            return string.Create(CultureInfo.InvariantCulture, $"boot {disk.Boot} leads in {epoch}, in which boot {known.Boot} led");
        }

        _leaders[epoch] = leader;
        return null;
    }

    /// <summary>Whether a quorum of some configuration, up to <paramref name="latest"/>, has synced the log through <paramref name="slot"/> in one ballot.</summary>
    public bool HasQuorum(Slot slot, ConfigurationId latest)
    {
        foreach ((Epoch epoch, Dictionary<ReplicaId, Slot> lengths) in _synced)
        {
            if (epoch.Configuration.CompareTo(latest) > 0 || !_members.TryGetValue(epoch.Configuration, out ReplicaId[]? members))
            {
                continue;
            }

            int votes = 0;
            foreach (ReplicaId member in members)
            {
                votes += lengths.TryGetValue(member, out Slot length) && length >= slot ? 1 : 0;
            }

            if (votes > members.Length / 2)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsMember(ReplicaId replica, ConfigurationId configuration) =>
        _members.TryGetValue(configuration, out ReplicaId[]? members) && members.AsSpan().Contains(replica);

    private static bool IsLearned(DurableVote before, DurableVote after) =>
        after.Accepted == before.Accepted && after.Decided > before.Decided && after.Length == after.Decided && after.Length != before.Length;

    private static string? CheckStep(DurableVote before, DurableVote after)
    {
        int accepted = after.Accepted.CompareTo(before.Accepted);

        // What is decided may be learned from anybody, in place of whatever was accepted there: no vote is cast, so neither ballot nor length of the votes before say anything.
        bool hasLearned = IsLearned(before, after);
        bool hasWritten = !hasLearned && (accepted != 0 || after.Length != before.Length);
        return after switch
        {
            _ when after.Promised.CompareTo(before.Promised) < 0 => $"its promise went down from {before.Promised} to {after.Promised}",
            _ when accepted < 0 => $"what it accepted went back from {before.Accepted} to {after.Accepted}",
            _ when accepted == 0 && after.Length < before.Length && !hasLearned => $"its log in {after.Accepted} went back from slot {before.Length} to slot {after.Length}",
            _ when after.Decided < before.Decided => $"its decided index went back from {before.Decided} to {after.Decided}",
            _ when after.Accepted.CompareTo(after.Promised) > 0 => $"it accepted in {after.Accepted} above its promise {after.Promised}",
            _ when hasWritten && after.Accepted.CompareTo(before.Promised) < 0 => $"it accepted in {after.Accepted} below its promise {before.Promised}",
            _ => null,
        };
    }

    private void Count(ReplicaId replica, DurableVote vote)
    {
        if (!_synced.TryGetValue(vote.Accepted, out Dictionary<ReplicaId, Slot>? lengths))
        {
            _synced[vote.Accepted] = lengths = [];
        }

        if (!lengths.TryGetValue(replica, out Slot length) || vote.Length > length)
        {
            lengths[replica] = vote.Length;
        }
    }
}
