using Dike.Node.Shards;

namespace Dike.Testing.Simulation;

/// <summary>Carries out a plan: begins each fault at its time, ends it at its end, and heals everything when the faults are over.</summary>
internal sealed class FaultDriver(SimulatedWorld world)
{
    private readonly DeterministicRandom _random = new((ulong)world.Plan.Seed, 4);
    private readonly GroupFaultDriver _groups = new(world);
    private readonly List<Action> _heal = [];
    private readonly FaultKind[,] _blockedBy = new FaultKind[world.Plan.Nodes, world.Plan.Nodes];

    public void Schedule(long offsetUs)
    {
        world.Network.Blocking = (from, to) => _blockedBy[from, to];
        foreach (PlannedFault fault in world.Plan.Faults)
        {
            world.Time.At(offsetUs + (fault.AtMs * 1_000), () => Begin(fault));
        }
    }

    /// <summary>Everything is as if nothing had ever been wrong, but for what the nodes hold.</summary>
    public void HealAll()
    {
        foreach (Action heal in _heal.ToArray())
        {
            heal();
        }

        _heal.Clear();
        for (int from = 0; from < world.Plan.Nodes; from++)
        {
            for (int to = 0; to < world.Plan.Nodes; to++)
            {
                world.Network[from, to].Heal();
            }
        }

        foreach (SimulatedNode node in world.Nodes)
        {
            node.PausedUntil = 0;
            node.Store.SlownessUs = 0;
            node.Store.IsFull = false;
            node.Store.FailsAt = 0;
            node.Store.SpoiledBy = null;
            node.Clock.SetRight();
            world.Revive(node);
        }

        world.Workload.BreakRate = 0;
        world.Workload.DuplicateRate = 0;
        world.Workload.IsInHurry = true;
    }

    private void Begin(PlannedFault fault)
    {
        world.Trace.Note(fault.Node, TraceEvent.FaultBegins, (long)fault.Kind, fault.Variant);
        switch (fault.Kind)
        {
            case FaultKind.Loss or FaultKind.Delay or FaultKind.Reorder or FaultKind.Duplicate or FaultKind.LateReplay or FaultKind.SlowLink or FaultKind.CloggedLink:
                BeginOnLinks(fault);
                break;
            case FaultKind.OneWayPartition:
                Block(fault, [(fault.Node, fault.Other)]);
                break;
            case FaultKind.PartialPartition:
                Block(fault, Both(PartitionGraph.Cuts(fault.Variant, world.Plan.Nodes, world.Observer.LeaderOf(1), _random)));
                break;
            case FaultKind.FullPartition:
                Block(fault, Sides(fault.Variant));
                break;
            case FaultKind.MembershipChange or FaultKind.LeadershipTransfer or FaultKind.Snapshot:
                _groups.Begin(fault);
                break;
            case FaultKind.DuplicateRequest:
                world.Workload.DuplicateRate = fault.Rate;
                EndLater(fault, () => world.Workload.DuplicateRate = 0);
                break;
            case FaultKind.SessionExpiry:
                Silence(fault);
                break;
            case FaultKind.MixedVersions:
                break; // Every node of this version of the simulation runs the same build; the plan is then invalid, because the fault never fires.
            default:
                BeginOnNodes(fault);
                break;
        }
    }

    private void BeginOnLinks(PlannedFault fault)
    {
        bool isEverywhere = fault.Node < 0;
        for (int from = 0; from < world.Plan.Nodes; from++)
        {
            for (int to = 0; to < world.Plan.Nodes; to++)
            {
                if (from != to && (isEverywhere || (from == fault.Node && (fault.Other < 0 || to == fault.Other)) || (to == fault.Node && fault.Other < 0)))
                {
                    Set(fault, world.Network[from, to]);
                }
            }
        }

        if (isEverywhere && fault.Kind == FaultKind.Loss)
        {
            world.Workload.BreakRate = fault.Rate / 10;
            EndLater(fault, () => world.Workload.BreakRate = 0);
        }
    }

    private void Set(PlannedFault fault, LinkConditions line)
    {
        (Action<double> set, double before) = fault.Kind switch
        {
            FaultKind.Loss => ((Action<double>)(value => line.Loss = value), line.Loss),
            FaultKind.Delay => (value => line.DelayMs = value, line.DelayMs),
            FaultKind.Reorder => (value => line.Reorder = value, line.Reorder),
            FaultKind.Duplicate => (value => line.Duplicate = value, line.Duplicate),
            FaultKind.LateReplay => (value => line.Replay = value, line.Replay),
            FaultKind.SlowLink => (value => line.Bandwidth = value, line.Bandwidth),
            _ => (value => line.CloggedUntil = (long)value, 0),
        };
        set(fault.Kind == FaultKind.CloggedLink ? world.Time.Now + (fault.LengthMs * 1_000) : fault.Rate);
        EndLater(fault, () => set(before));
    }

    private void BeginOnNodes(PlannedFault fault)
    {
        foreach (SimulatedNode node in world.Nodes)
        {
            if (fault.Node < 0 || node.Index == fault.Node)
            {
                BeginOn(fault, node);
            }
        }
    }

    private void BeginOn(PlannedFault fault, SimulatedNode node)
    {
        switch (fault.Kind)
        {
            case FaultKind.Crash when node.IsAlive:
                Down(fault, node, wipes: false);
                node.CrashAt((CrashPoint)(fault.Variant % 4));
                break;
            case FaultKind.CrashAll when node.IsAlive:
                Down(fault, node, wipes: false);
                node.Die("all nodes die at once");
                break;
            case FaultKind.WipedDisk when node.IsAlive && MayLose(node):
                Down(fault, node, wipes: true);
                node.Die("its disk is gone");
                break;
            case FaultKind.Restart when node.IsAlive:
                Down(fault, node, wipes: false);
                node.Post(new HandOverAsked(() => world.Time.In(0, node.Stop)));
                break;
            case FaultKind.Pause:
                world.Probes.Fired(fault.Kind);
                node.PausedUntil = world.Time.Now + (fault.LengthMs * 1_000);
                break;
            case FaultKind.SlowDisk:
                world.Probes.Fired(fault.Kind);
                node.Store.SlownessUs = (long)(fault.Rate * 1_000);
                EndLater(fault, () => node.Store.SlownessUs = 0);
                break;
            case FaultKind.FullDisk:
                world.Probes.Fired(fault.Kind);
                node.Store.IsFull = true;
                EndLater(fault, () => node.Store.IsFull = false);
                break;
            case FaultKind.DiskError:
                world.Probes.Fired(fault.Kind);
                node.Store.FailsAt = Math.Max(1, fault.Variant);
                break;
            case FaultKind.MisdirectedWrite or FaultKind.BitRot when MayLose(node):
                world.Probes.Fired(fault.Kind);
                node.Store.IsDamaged = true;
                break;
            case FaultKind.LostWrites or FaultKind.TornWrite:
                node.Store.SpoiledBy = fault.Kind;
                break;
            case FaultKind.ClockJump:
                world.Probes.Fired(fault.Kind);
                node.Clock.OffsetTicks += (long)(fault.Rate * TimeSpan.TicksPerSecond);
                break;
            case FaultKind.ClockDrift or FaultKind.ClockDriftBeyondBound:
                world.Probes.Fired(fault.Kind);
                node.Clock.Rate = fault.Rate;
                EndLater(fault, () => node.Clock.Rate = 1);
                break;
        }
    }

    /// <summary>The node will end; it is started again when the fault is over.</summary>
    private void Down(PlannedFault fault, SimulatedNode node, bool wipes) => world.WhenEnded(node.Index, _ =>
    {
        world.Probes.Fired(fault.Kind);
        if (wipes)
        {
            node.Wipe();
        }

        world.Time.In(Math.Max(1, fault.LengthMs) * 1_000, () => world.Revive(node));
    });

    /// <summary>A cluster may lose the data of one node at a time, and only if a majority is left that holds everything: more is what no replication survives.</summary>
    private bool MayLose(SimulatedNode node) =>
        world.Plan.Replicas >= 3 && world.Nodes.Count(other => other.IsAlive) > world.Plan.Nodes / 2 && HasCopies(node) && _groups.AreComplete();

    /// <summary>Whether each group on the node has two more members, so that one of them holds whatever it has decided.</summary>
    private static bool HasCopies(SimulatedNode node) => node.IsAlive && node.Shard.Groups.All.All(host => host.Core.Members.Current.Length >= 3);

    private void Silence(PlannedFault fault)
    {
        foreach (SimulatedClient client in world.Clients)
        {
            if (fault.Node < 0 || client == world.Clients[fault.Node % world.Clients.Count])
            {
                client.SilentUntil = Math.Max(client.SilentUntil, world.Time.Now + (fault.LengthMs * 1_000));
                world.Probes.Fired(fault.Kind);
            }
        }
    }

    private void Block(PlannedFault fault, IEnumerable<(int From, int To)> directions)
    {
        (int From, int To)[] blocked = [.. directions];
        foreach ((int from, int to) in blocked)
        {
            world.Network[from, to].Blocks++;
            _blockedBy[from, to] = fault.Kind;
        }

        EndLater(fault, () =>
        {
            foreach ((int from, int to) in blocked)
            {
                world.Network[from, to].Blocks--;
            }
        });
    }

    private static IEnumerable<(int From, int To)> Both(IEnumerable<(int One, int Other)> pairs) =>
        pairs.SelectMany(pair => new[] { (pair.One, pair.Other), (pair.Other, pair.One) });

    private IEnumerable<(int From, int To)> Sides(long side)
    {
        for (int from = 0; from < world.Plan.Nodes; from++)
        {
            for (int to = 0; to < world.Plan.Nodes; to++)
            {
                if (from != to && ((side >> from) & 1) != ((side >> to) & 1))
                {
                    yield return (from, to);
                }
            }
        }
    }

    private void EndLater(PlannedFault fault, Action end)
    {
        bool isOver = false;
        void EndOnce()
        {
            if (!isOver)
            {
                isOver = true;
                world.Trace.Note(fault.Node, TraceEvent.FaultEnds, (long)fault.Kind);
                end();
            }
        }

        _heal.Add(EndOnce);
        world.Time.In(fault.LengthMs * 1_000, EndOnce);
    }
}
