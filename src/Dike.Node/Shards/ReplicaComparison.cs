using Dike.Node.Groups;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Shards;

/// <summary>
/// One comparison of a group's replicas, on its leader: all hash their state at the same slot of the log, and each answer is a row.
/// A member that does not answer in time is a row without a hash: not compared, never equal.
/// </summary>
internal sealed class ReplicaComparison
{
    private readonly IAnswerSink _sink;
    private readonly long _correlation;
    private readonly Dictionary<string, ReplicaCheck> _rows = new(StringComparer.Ordinal);

    public ReplicaComparison(ulong checkId, GroupDescription group, IAnswerSink sink, CompareReplicas request, long nowMs)
    {
        CheckId = checkId;
        Group = group;
        // Some of the asker's time is left for the way back: rows that are there must not be lost with those that are not.
        DeadlineMs = nowMs + request.TimeoutMs * 3L / 4;
        _sink = sink;
        _correlation = request.Correlation;
    }

    public ulong CheckId { get; }

    public GroupDescription Group { get; }

    public long DeadlineMs { get; }

    public bool IsComplete => _rows.Count == Group.Members.Length;

    public bool IsAskedBy(object owner) => ReferenceEquals(_sink, owner);

    public bool Has(string node) => _rows.ContainsKey(node);

    public void Add(string node, long slot, string stateHash)
    {
        Invariant.Require(Group.Members.Any(member => member.Node == node));
        _rows.TryAdd(node, new ReplicaCheck(node, slot, stateHash));
    }

    /// <summary>Answers with one row per member, in the order of their names.</summary>
    public void Finish()
    {
        IEnumerable<ReplicaCheck> rows = Group.Members
            .Select(member => member.Node)
            .Order(StringComparer.Ordinal)
            .Select(node => _rows.GetValueOrDefault(node) ?? new ReplicaCheck(node, null, null));
        _sink.Answer(new ReplicasCompared(_correlation, CallStatus.Done, "", [.. rows]));
    }
}
