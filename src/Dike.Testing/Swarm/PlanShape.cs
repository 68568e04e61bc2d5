using System.Collections.Immutable;
using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>
/// The sizes of a plan, drawn before its faults. Holds what keeps a drawn plan fair: the nodes that may lose what they had synced are a minority of every group,
/// chosen once per plan, so that one good copy of everything is always left and no majority is ever broken for good.
/// </summary>
/// <param name="Nodes">Nodes of the cluster.</param>
/// <param name="Replicas">Replicas per group.</param>
/// <param name="Groups">Partitions of the ring.</param>
/// <param name="Clients">Clients.</param>
/// <param name="Commands">Calls in all.</param>
/// <param name="SnapshotEverySlots">Slots between snapshots.</param>
/// <param name="UntilMs">When the faults end.</param>
/// <param name="ChangesMembers">Whether the plan may change the members of groups.</param>
/// <param name="Damageable">The nodes that may lose synced data.</param>
internal sealed record PlanShape(
    int Nodes, int Replicas, int Groups, int Clients, int Commands, int SnapshotEverySlots, long UntilMs, bool ChangesMembers, ImmutableArray<int> Damageable)
{
    /// <summary>Before this the cluster is founded and its ring made.</summary>
    public const long WarmUpMs = 2_000;

    private const int MinSnapshotSlots = 8;

    private const int MaxSnapshotSlots = 32;

    /// <summary>How often each log wraps in a run in which every command is decided.</summary>
    private const int Wraps = 3;

    /// <summary>Of ten calls, at least so many are commands.</summary>
    private const int CommandsOfTenCalls = 6;

    private const double ShareThatChangesMembers = 0.6;

    /// <summary>The share of fully replicated plans (nothing to grow into) that change members; they shrink, and so have no damage.</summary>
    private const double ShareThatShrinks = 0.5;

    /// <summary>Draws the sizes.</summary>
    public static PlanShape Draw(PlanLimits limits, DeterministicRandom random)
    {
        int drawnNodes = 1 + (2 * random.Next(3));
        int nodes = limits.Nodes ?? (limits.Profile is PlanProfile.PartialPartitions or PlanProfile.Members ? Math.Max(3, drawnNodes) : drawnNodes);
        int replicas = DrawReplicas(nodes, limits.Profile, random.NextDouble());
        int groups = 1 + random.Next(4);
        bool isIdle = limits.Profile == PlanProfile.Idle;
        int clients = isIdle ? 1 + random.Next(2) : 2 + random.Next(7);
        int commands = isIdle ? 180 + random.Next(21) : 180 + random.Next(121);
        int longestSnapshot = commands * CommandsOfTenCalls / 10 / (Wraps * groups);
        int snapshot = random.Next(MinSnapshotSlots, Math.Clamp(longestSnapshot, MinSnapshotSlots, MaxSnapshotSlots) + 1);
        long until = isIdle ? 120_000 : 100 * (long)FaultDraw.Magnitude(random, 200, 1_200);
        bool canGrow = nodes > replicas;
        double willingness = random.NextDouble();
        bool changesMembers = nodes > 1 && !limits.Without.Contains(FaultKind.MembershipChange)
            && (limits.Profile == PlanProfile.Members ? canGrow || willingness < ShareThatShrinks : willingness < ShareThatChangesMembers);
        int[] order = [.. Enumerable.Range(0, nodes)];
        random.Shuffle(order.AsSpan());
        int damageable = changesMembers && !canGrow ? 0 : (replicas - 1) / 2;
        return new PlanShape(nodes, replicas, groups, clients, commands, snapshot, until, changesMembers, [.. order.Take(damageable).Order()]);
    }

    // Mostly as many as tolerate a failure: a single replica only shows what one node alone may do wrong.
    private static int DrawReplicas(int nodes, PlanProfile profile, double draw) => nodes switch
    {
        1 => 1,
        3 => draw < 0.1 && profile != PlanProfile.PartialPartitions ? 1 : 3,
        _ => draw switch
        {
            < 0.1 when profile != PlanProfile.PartialPartitions => 1,
            < 0.6 => 3,
            _ => 5,
        },
    };
}
