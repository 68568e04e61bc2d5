using System.Globalization;
using System.Text;
using Dike.Node.Groups;
using Dike.Node.Groups.Divergence;
using Dike.Paxos;
using Dike.Storage;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>
/// A group of n cores on one thread: network and logs in memory, virtual time, every choice from one seed. Checks on the way that an attempt is answered at most
/// once, that delegates start at most once, and that replicas which hash their state at the same slot find the same.
/// </summary>
internal sealed class GroupHarness
{
    private static readonly long Epoch = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private readonly Random _random;
    private readonly Dictionary<long, string> _hashes = [];
    private readonly HashSet<CommandId> _delegates = [];
    private ulong _lastCaller;
    private ulong _lastCheck;

    public GroupHarness(int nodes, int seed = 1, GroupOptions? options = null, MachineType? machine = null)
    {
        Seed = seed;
        _random = new Random(seed);
        Network = new HarnessNetwork(this);
        GroupMember[] members = [.. Enumerable.Range(1, nodes).Select(i =>
            new GroupMember(new ReplicaId((uint)i), (ushort)(nodes - i + 1), string.Create(CultureInfo.InvariantCulture, $"node-{i}")))];
        Nodes = [.. members.Select((member, index) => new HarnessNode(
            this,
            new GroupDescription(new GroupId(1), "ledger", 7, [.. members], member.Replica),
            machine ?? new MachineType<Ledger>(),
            options ?? new GroupOptions(),
            index))];
        foreach (HarnessNode node in Nodes)
        {
            Start(node);
        }
    }

    public int Seed { get; }

    public long NowMs { get; set; }

    public HarnessNode[] Nodes { get; }

    public HarnessNetwork Network { get; }

    /// <summary>Delegates that were started and whose end was not reported yet.</summary>
    public List<(HarnessNode Node, ulong Boot, ReplyWork Work)> Delegates { get; } = [];

    /// <summary>Delegates that were started, ever.</summary>
    public int DelegatesStarted => _delegates.Count;

    public List<StateCheckResult> StateChecks { get; } = [];

    /// <summary>Everything that came out, as text.</summary>
    public StringBuilder Trace { get; } = new();

    public HarnessNode? Leader => Nodes.FirstOrDefault(node => node.IsUp && node.Core.IsLeader);

    /// <summary>Log time as an unskewed node would propose it now.</summary>
    public long UtcTicks => Epoch + (NowMs * TimeSpan.TicksPerMillisecond);

    public HarnessNode Node(ReplicaId id) => Nodes[id.Value - 1];

    public Moment Now(HarnessNode node) => new(UtcTicks + node.ClockSkew.Ticks, NowMs, (ulong)_random.NextInt64());

    public Caller NewCaller() => new(UtcTicks, ++_lastCaller);

    public void Start(HarnessNode node)
    {
        node.Start();
        Connect(node);
    }

    /// <summary>Tells a node that has started and the others that they see each other.</summary>
    public void Connect(HarnessNode node)
    {
        foreach (HarnessNode peer in Nodes)
        {
            if (peer != node && peer.IsUp && node.IsUp && !Network.IsCut(peer.Id, node.Id))
            {
                peer.PeerChanged(node.Id, isUp: true);
                node.PeerChanged(peer.Id, isUp: true);
            }
        }
    }

    public void Crash(HarnessNode node)
    {
        node.Crash();
        foreach (HarnessNode peer in Nodes)
        {
            if (peer != node)
            {
                Network.Empty(node.Id, peer.Id);
                if (peer.IsUp)
                {
                    peer.PeerChanged(node.Id, isUp: false);
                }
            }
        }
    }

    /// <summary>Cuts a node off. With <paramref name="unnoticed"/>, it goes on to believe that its links are there, as with a half-open connection.</summary>
    public void Isolate(HarnessNode node, bool unnoticed = false)
    {
        foreach (HarnessNode peer in Nodes.Where(peer => peer != node))
        {
            Network.Cut(node.Id, peer.Id, unnoticed);
        }
    }

    public void HealAll()
    {
        foreach (HarnessNode one in Nodes)
        {
            foreach (HarnessNode other in Nodes.Where(other => other.Index > one.Index))
            {
                Network.Heal(one.Id, other.Id);
            }
        }
    }

    public void Collect(HarnessNode node, GroupOutputs outputs)
    {
        foreach ((CallTicket ticket, CallResult result) in outputs.Answers)
        {
            Trace.Append(CultureInfo.InvariantCulture, $"{NowMs} {node.Name} answers {result.Status} {result.Slot} {Convert.ToHexString(result.Value.Span)}\n");
            ((Attempt)ticket.Owner).Answer(result);
        }

        foreach (ReplyWork work in outputs.Replies)
        {
            Assert.True(_delegates.Add(work.CommandId), $"seed {Seed}: the delegate of {work.CommandId} was started twice");
            Delegates.Add((node, node.Boot, work));
        }

        foreach (StateCheckResult check in outputs.StateChecks)
        {
            Trace.Append(CultureInfo.InvariantCulture, $"{NowMs} {node.Name} hashes {check.Slot} {check.StateHash}\n");
            StateChecks.Add(check);
            if (!_hashes.TryAdd(check.Slot, check.StateHash))
            {
                Assert.True(_hashes[check.Slot] == check.StateHash, $"seed {Seed}: {node.Name} differs at slot {check.Slot}");
            }
        }
    }

    /// <summary>Brings what a node came to at a checkpoint to another one, if it reaches it.</summary>
    public void Tell(HarnessNode node, ReplicaId to, Checkpoint checkpoint)
    {
        HarnessNode peer = Node(to);
        if (peer.IsUp && !Network.IsCut(node.Id, to))
        {
            peer.HashReported(node.Id, checkpoint);
        }
    }

    /// <summary>Syncs and delivers until nothing moves any more.</summary>
    public void Settle()
    {
        for (int steps = 0; steps < 1_000_000; steps++)
        {
            bool moved = false;
            foreach (HarnessNode node in Nodes.Where(node => node.IsUp))
            {
                moved |= node.Sync();
            }

            if (!Network.DeliverOne(_ => 0) && !moved)
            {
                return;
            }
        }

        Assert.Fail($"seed {Seed}: the group does not come to rest");
    }

    public void TickAll()
    {
        NowMs += 50;
        foreach (HarnessNode node in Nodes.Where(node => node.IsUp))
        {
            node.Tick();
        }
    }

    /// <summary>Lets time pass until <paramref name="condition"/> holds.</summary>
    public void RunUntil(Func<bool> condition, int maxTicks = 400)
    {
        for (int tick = 0; tick < maxTicks; tick++)
        {
            Settle();
            if (condition())
            {
                return;
            }

            TickAll();
        }

        Assert.Fail($"seed {Seed}: the condition does not come true");
    }

    public HarnessNode ElectLeader()
    {
        RunUntil(() => Leader is { } leader && Nodes.All(node => !node.IsUp || node.Core.LeaderNode == leader.Name));
        return Leader!;
    }

    /// <summary>Sends a call to a node and lets time pass until it is answered.</summary>
    public CallResult CallAt(HarnessNode node, Call call)
    {
        var attempt = new Attempt(call);
        node.Submit(attempt);
        RunUntil(() => attempt.IsAnswered);
        return attempt.Result;
    }

    /// <summary>Sends a call to the leader, elected first if there is none.</summary>
    public CallResult CallLeader(Call call) => CallAt(ElectLeader(), call);

    /// <summary>Ends the delegates that wait, with their values.</summary>
    public void RunDelegates()
    {
        foreach ((HarnessNode node, ulong boot, ReplyWork work) in Delegates.ToArray())
        {
            if (work.Computation is { } computation && node.IsUp && node.Boot == boot)
            {
                Task<byte[]> value = computation.RunAsync(ReplyContext.ForTest(EmptyServices.Instance)).AsTask();
                Assert.True(value.IsCompletedSuccessfully);
                node.ReplyComputed(work.CommandId, value.GetAwaiter().GetResult(), null);
            }
        }

        Delegates.Clear();
    }

    /// <summary>Makes all replicas hash their state at one slot and says what they found.</summary>
    public string HashOfAll()
    {
        ulong id = ++_lastCheck;
        ElectLeader().RequestStateCheck(id);
        RunUntil(() => Nodes.All(node => !node.IsUp || node.Core.FindStateCheck(id) is not null));
        return Nodes.Where(node => node.IsUp).Select(node => node.Core.FindStateCheck(id)!.Value.StateHash).Distinct().Single();
    }

    private sealed class EmptyServices : IServiceProvider
    {
        public static EmptyServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
