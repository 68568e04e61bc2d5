using Dike.Node.Groups;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Shards;

/// <summary>The groups that have a replica on this node, in the order in which they were opened. Owned by the shard.</summary>
internal sealed class GroupTable
{
    private readonly Dictionary<int, GroupHost> _byNumber = [];
    private readonly List<GroupHost> _ordered = [];

    /// <summary>All of them, in the order in which they were opened.</summary>
    public IReadOnlyList<GroupHost> All => _ordered;

    /// <summary>The directory's group, or null: this node came back empty and was not admitted to it yet.</summary>
    public GroupHost? Directory => Find(GroupId.Directory.Value);

    public GroupHost? Find(int number) => _byNumber.GetValueOrDefault(number);

    public void Add(GroupHost host)
    {
        bool isNew = _byNumber.TryAdd(host.Description.Group.Value, host);
        Invariant.Require(isNew, $"group {host.Description.Group.Value} is open");
        _ordered.Add(host);
    }

    /// <summary>Gives every group the same input.</summary>
    public void StepAll<T>(Action<GroupCore, T, Moment, GroupOutputs> step, T input, in Moment now)
    {
        foreach (GroupHost host in _ordered)
        {
            host.Step(step, input, now);
        }
    }
}
