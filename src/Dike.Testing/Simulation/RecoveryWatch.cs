using System.Collections.Immutable;
using Dike.Testing.Checkers;

namespace Dike.Testing.Simulation;

/// <summary>
/// How long groups stand still after they lost their leader to a crash or a partition: from the fault to the next command that was called after it and acknowledged.
/// </summary>
internal sealed class RecoveryWatch
{
    private readonly SimulatedWorld _world;
    private readonly SortedDictionary<int, long> _since = [];
    private readonly List<long> _timesMs = [];

    public RecoveryWatch(SimulatedWorld world)
    {
        _world = world;
        world.Workload.Ended += OnEnded;
        foreach (PlannedFault fault in world.Plan.Faults)
        {
            if (fault.Kind is FaultKind.Crash or FaultKind.PartialPartition)
            {
                world.Time.At(fault.AtMs * 1_000, () => OnFault(fault));
            }
        }
    }

    public ImmutableArray<long> TimesMs => [.. _timesMs];

    private void OnFault(PlannedFault fault)
    {
        for (int group = 1; group <= _world.Plan.Groups; group++)
        {
            if (fault.Kind == FaultKind.PartialPartition || _world.Observer.LeaderOf(group) == fault.Node)
            {
                _since.TryAdd(group, _world.Time.Now);
            }
        }
    }

    private void OnEnded(Operation operation)
    {
        int group = _world.GroupOf(operation.Key);
        if (operation.Kind == OperationKind.Command && operation.End == OperationEnd.Done && _since.TryGetValue(group, out long since) && operation.CalledAt >= since)
        {
            _since.Remove(group);
            _timesMs.Add((operation.ReturnedAt - since) / 1_000);
        }
    }
}
