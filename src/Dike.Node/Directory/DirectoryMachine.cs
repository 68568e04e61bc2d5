namespace Dike.Node.Directory;

/// <summary>
/// The cluster's directory: which rings exist and which node runs which group. Group 0, written with this SDK and replicated on all members like any
/// other machine. Every node follows its own replica and runs what the directory gives it: nothing depends on the process that took the request.
/// </summary>
[StateMachine("dike.directory", Scope = StateScope.Partition)]
internal sealed partial class DirectoryMachine
{
    /// <summary>The wire name of the machine.</summary>
    public const string WireName = "dike.directory";

    private readonly List<DirectoryRing> _rings = [];
    private long _version;
    private int _lastGroup;

    /// <summary>Grows by one with every change.</summary>
    public long Version => _version;

    public IReadOnlyList<DirectoryRing> Rings => _rings;

    /// <summary>Creates a ring, or does nothing if it exists with the same numbers.</summary>
    /// <param name="name">The ring's name.</param>
    /// <param name="machine">The wire name of its machine.</param>
    /// <param name="partitions">How many partitions, fixed for good.</param>
    /// <param name="replicas">How many replicas each has.</param>
    /// <param name="nodes">The members of the cluster, in ordinal order.</param>
    /// <param name="incarnations">The incarnation of each of them.</param>
    /// <returns>Nothing, or a rejection that names both sides of a contradiction.</returns>
    [Command]
    public Reply CreateRing(string name, string machine, int partitions, int replicas, List<string> nodes, List<ulong> incarnations)
    {
        DirectoryRing? known = _rings.Find(ring => ring.Name == name);
        if (known is not null)
        {
            return RingRule.Contradiction(known, machine, partitions, replicas) is { } contradiction
                ? Reply.Reject("ring-exists", contradiction)
                : Reply.Done;
        }

        if (RingRule.Invalid(name, partitions, replicas, nodes.Count) is { } reason)
        {
            return Reply.Reject("bad-ring", reason);
        }

        if (incarnations.Count != nodes.Count)
        {
            return Reply.Reject("bad-ring", "A ring needs one incarnation per node.");
        }

        List<DirectoryGroup> groups = Placement.Place(_rings, nodes, incarnations, partitions, replicas, _lastGroup + 1);
        _rings.Add(new DirectoryRing(name, machine, replicas, groups));
        _lastGroup += partitions;
        _version++;
        return Reply.Done;
    }
}
