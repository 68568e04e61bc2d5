using System.Collections.Immutable;
using Dike.Node;
using Dike.Node.Groups;
using Dike.Node.Identity;
using Dike.Paxos;

namespace Dike.Testing.Simulation;

/// <summary>Everything of one run: time, network, nodes, clients, and who looks on. Made from a plan; nothing in it depends on anything else.</summary>
internal sealed class SimulatedWorld
{
    public const string Ring = "simulated";

    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromMilliseconds(50);

    public static readonly TimeSpan ElectionTimeout = TimeSpan.FromMilliseconds(500);

    private readonly List<SimulatedNode> _nodes = [];
    private readonly List<SimulatedClient> _clients = [];
    private readonly SortedDictionary<int, Action<string>> _waiting = [];

    public SimulatedWorld(FaultPlan plan, Action<string>? lines)
    {
        Plan = plan;
        Time = new VirtualTime();
        Trace = new RunTrace(Time, lines);
        Random = new DeterministicRandom((ulong)plan.Seed, 1);
        Membership = new ClusterMembership(
            new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
            "simulation",
            [.. Enumerable.Range(0, plan.Nodes).Select(index => new FoundingMember(SimulatedNode.NameOf(index), SimulatedNode.IncarnationOf(index, 0), new ReplicaId((uint)index + 1)))]);
        GroupOptions = new GroupOptions
        {
            Paxos = new PaxosOptions { MaxChunkBytes = 2 << 10 },
            MaxBatchBytes = 4 << 10,
            SessionExpiry = TimeSpan.FromSeconds(30),
            CheckpointEverySlots = 16,
            SnapshotEverySlots = plan.SnapshotEverySlots,
            SnapshotBlockBytes = 512,
            SnapshotBytesPerTurn = 256,
        };
        Observer = new RunObserver(this);
        Workload = new SimulatedWorkload(this);
        Network = new SimulatedNetwork(Time, new DeterministicRandom((ulong)plan.Seed, 2), Trace, Probes, _nodes, plan.Nodes);
        for (int index = 0; index < plan.Nodes; index++)
        {
            _nodes.Add(new SimulatedNode(this, index, new DeterministicRandom((ulong)plan.Seed, 100 + (ulong)index)));
        }

        for (int index = 0; index < plan.Clients; index++)
        {
            _clients.Add(new SimulatedClient(this, index, new DeterministicRandom((ulong)plan.Seed, 200 + (ulong)index)));
        }
    }

    public FaultPlan Plan { get; }

    public VirtualTime Time { get; }

    public RunTrace Trace { get; }

    public DeterministicRandom Random { get; }

    public FaultProbes Probes { get; } = new();

    public RunObserver Observer { get; }

    public SimulatedWorkload Workload { get; }

    public SimulatedNetwork Network { get; }

    public ClusterMembership Membership { get; }

    public GroupOptions GroupOptions { get; }

    public StateMachineCollection Machines { get; } = new StateMachineCollection().Add<SimulatedMachine>();

    public IReadOnlyList<SimulatedNode> Nodes => _nodes;

    public IReadOnlyList<SimulatedClient> Clients => _clients;

    /// <summary>What ended the run before its time, or null.</summary>
    public string? Failure => Observer.Failure;

    /// <summary>All keys of the workload: a few per group, so that clients meet on them.</summary>
    public ImmutableArray<string> Keys { get; private set; } = [];

    /// <summary>The group of a key.</summary>
    public int GroupOf(string key) => KeyRing.PartitionOf(key, Plan.Groups) + 1;

    public void DrawKeys()
    {
        int perGroup = 2;
        var keys = new List<string>();
        var counts = new int[Plan.Groups + 1];
        for (int number = 0; keys.Count < perGroup * Plan.Groups; number++)
        {
            string key = FormattableString.Invariant($"k{number}");
            if (counts[GroupOf(key)] < perGroup)
            {
                counts[GroupOf(key)]++;
                keys.Add(key);
            }
        }

        Keys = [.. keys];
    }

    /// <summary>Tells <paramref name="then"/> once when the node ends.</summary>
    public void WhenEnded(int node, Action<string> then) => _waiting[node] = then;

    public void NodeEnded(SimulatedNode node, string reason)
    {
        foreach (SimulatedClient client in _clients)
        {
            client.NodeGone(node.Index);
        }

        if (_waiting.Remove(node.Index, out Action<string>? then))
        {
            then(reason);
        }
        else if (node.Wipes >= 0 && !_isEnding)
        {
            // A process that ended by itself, after a failed write, is started again by whoever looks after it.
            Time.In(300_000, () => Revive(node));
        }
    }

    private bool _isEnding;

    /// <summary>Starts a node that does not run.</summary>
    public void Revive(SimulatedNode node)
    {
        if (!node.IsAlive && !_isEnding)
        {
            node.Start();
        }
    }

    /// <summary>The run is over: nobody starts nodes any more.</summary>
    public void End() => _isEnding = true;
}
