using System.Collections.Immutable;
using System.Globalization;
using Dike.Client;
using Dike.Node.Groups;
using Dike.Testing.Checkers;
using Dike.Wire;

namespace Dike.Testing.Simulation;

/// <summary>
/// Runs one plan: a whole cluster with its clients, in one thread, under virtual time. First it lets the cluster come up, then the faults have their time, then everything is
/// healed, and the cluster must make progress, converge and answer everybody. The checkers look on from outside all the time and judge the histories at the end.
/// </summary>
internal sealed class Simulator
{
    private const long LongestStartUs = 30_000_000;
    private const long LongestSettlingUs = 60_000_000;
    private const int FewestAcknowledged = 100;
    private const int MostComparisons = 2;

    private readonly SimulatedWorld _world;
    private readonly FaultDriver _faults;
    private readonly RecoveryWatch _recovery;

    private Simulator(FaultPlan plan, Action<string>? trace)
    {
        _world = new SimulatedWorld(plan, trace);
        _faults = new FaultDriver(_world);
        _recovery = new RecoveryWatch(_world);
    }

    /// <summary>Runs <paramref name="plan"/> to its end.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="trace">Takes a readable line per event, or null to only hash them.</param>
    public static RunResult Run(FaultPlan plan, Action<string>? trace = null) => new Simulator(plan, trace).Run();

    /// <summary>Runs <paramref name="plan"/> in a world that was made wrong on purpose: a simulation that finds nothing there finds nothing anywhere.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="spoil">Changes the world before anything happens in it.</param>
    public static RunResult RunSpoiled(FaultPlan plan, Action<SimulatedWorld> spoil)
    {
        var simulator = new Simulator(plan, null);
        spoil(simulator._world);
        return simulator.Run();
    }

    private RunResult Run()
    {
        string? failure = ComeUp() ?? Suffer() ?? Heal() ?? Judge();
        FaultPlan plan = _world.Plan;
        return new RunResult(
            plan,
            failure,
            failure is null ? WhyInvalid() : null,
            _world.Trace.Hash,
            _world.Time.Now / 1_000,
            _world.Time.Handled,
            _world.Workload.Acknowledged,
            _world.Observer.LeaderChanges,
            _recovery.TimesMs,
            _world.Probes.ToDictionary());
    }

    /// <summary>Starts all nodes, and creates the ring as users do.</summary>
    private string? ComeUp()
    {
        _world.DrawKeys();
        foreach (SimulatedNode node in _world.Nodes)
        {
            _world.Time.In(_world.Random.Next(200_000), () => _world.Revive(node));
        }

        bool isCreated = false;
        void Create() => _world.Clients[0].Begin(
            new CreateRingRequest(SimulatedWorld.Ring, "simulated", _world.Plan.Groups, _world.Plan.Replicas) { Timeout = TimeSpan.FromSeconds(5) },
            (reply, error) =>
            {
                isCreated = error is null && reply is RingCreated;
                if (!isCreated)
                {
                    _world.Time.In(200_000, Create);
                }
            });
        _world.Time.In(1_000_000, Create);
        bool Leads() => Enumerable.Range(1, _world.Plan.Groups).All(group => _world.Observer.LeaderOf(group) >= 0);
        return _world.Time.Run(LongestStartUs, () => _world.Failure is not null || (isCreated && Leads()))
            ? _world.Failure
            : "The cluster did not come up within 30 s, before any fault.";
    }

    private string? Suffer()
    {
        long start = _world.Time.Now;
        _faults.Schedule(start);
        foreach (SimulatedClient client in _world.Clients)
        {
            _world.Workload.Go(client);
        }

        _world.Time.Run(start + (_world.Plan.FaultsUntilMs * 1_000), () => _world.Failure is not null);
        return _world.Failure;
    }

    private string? Heal()
    {
        _world.Trace.Say(-1, "the faults are over");
        _faults.HealAll();
        long healed = _world.Time.Now;
        if (!_world.Time.Run(healed + LongestSettlingUs, () => _world.Failure is not null || (_world.Workload.IsDone && HaveSettled())))
        {
            return Stuck();
        }

        // Bulk state has been moved by now; what is left of healing must be quick.
        return _world.Failure ?? Progress();
    }

    /// <summary>Every group acknowledges a fresh command within four election timeouts, and its replicas hold the same.</summary>
    private string? Progress()
    {
        long started = _world.Time.Now;
        int waiting = _world.Plan.Groups;
        for (int group = 1; group <= _world.Plan.Groups; group++)
        {
            string key = _world.Keys.First(candidate => _world.GroupOf(candidate) == group);
            _world.Workload.Extra(_world.Clients[0], key, nameof(SimulatedMachine.Add), OperationKind.Command, operation => waiting -= operation.End == OperationEnd.Done ? 1 : 0);
        }

        long limit = (long)(ConvergenceChecker.RecoveryTimeouts * SimulatedWorld.ElectionTimeout.TotalMicroseconds);
        if (!_world.Time.Run(started + limit, () => _world.Failure is not null || waiting == 0))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{waiting} groups did not acknowledge a command within {limit / 1_000} ms although nothing is wrong any more.");
        }

        return _world.Failure ?? Compare();
    }

    private string? Compare()
    {
        int waiting = _world.Plan.Groups;
        string? difference = null;
        for (int group = 1; group <= _world.Plan.Groups; group++)
        {
            Compare(group, MostComparisons, failure =>
            {
                difference ??= failure;
                waiting--;
            });
        }

        bool isOver = _world.Time.Run(_world.Time.Now + 30_000_000, () => _world.Failure is not null || waiting == 0);
        return _world.Failure ?? difference ?? (isOver ? null : "The replicas of a group could not be compared within 30 s.");
    }

    private void Compare(int group, int left, Action<string?> end) => _world.Clients[0].Begin(
        new CompareRequest(SimulatedWorld.Ring, group - 1) { Timeout = TimeSpan.FromSeconds(5) },
        (reply, error) =>
        {
            if (left > 0 && reply is ReplicasCompared { Status: CallStatus.Done } partial && partial.Checks.Any(check => check.StateHash is null))
            {
                // A snapshot has carried a replica past the slot of the comparison: it has nothing to show there, but it must at the next.
                Compare(group, left - 1, end);
            }
            else if (reply is ReplicasCompared { Status: CallStatus.Done } compared)
            {
                end(Difference(group, compared.Checks) is { } difference ? $"{difference} {Describe(group)}" : null);
            }
            else
            {
                end(string.Create(CultureInfo.InvariantCulture, $"The replicas of group {group} could not be compared: {error?.Message}"));
            }
        });

    private string Describe(int group) => string.Join(
        "; ",
        _world.Nodes.Where(node => node.IsAlive).Select(node => node.Shard.Groups.Find(group) is { } host
            ? string.Create(CultureInfo.InvariantCulture, $"{node.Name} decided {host.Core.Decided} applied {host.Core.Applied} {host.Core.QuarantineReason ?? host.Core.StalledReason}")
            : $"{node.Name} has no replica"));

    private static string? Difference(int group, ImmutableArray<ReplicaCheck> checks)
    {
        if (checks.Any(check => check.StateHash is null))
        {
            return string.Create(CultureInfo.InvariantCulture, $"group {group}: {string.Join(", ", checks.Where(check => check.StateHash is null).Select(check => check.Node))} did not reach the slot of the others.");
        }

        return checks.Select(check => (check.Slot, check.StateHash)).Distinct().Count() > 1
            ? string.Create(CultureInfo.InvariantCulture, $"group {group}: the replicas differ: {string.Join("; ", checks.Select(check => $"{check.Node} {check.StateHash}"))}.")
            : null;
    }

    private string? Judge()
    {
        _world.End();
        return WitnessChecker.Check(_world.Workload.Operations, _world.Observer.Log, _world.GroupOf)
            ?? (_world.Plan.Seed % 100 == 0 ? LinearizabilityChecker.Check(_world.Workload.Operations) : null);
    }

    /// <summary>Every node runs, every group has a leader, and all its members are voters that hold what it has decided.</summary>
    private bool HaveSettled()
    {
        foreach (SimulatedNode node in _world.Nodes)
        {
            if (!node.IsAlive)
            {
                return false;
            }
        }

        for (int group = 1; group <= _world.Plan.Groups; group++)
        {
            if (_world.Observer.LeaderOf(group) is not (>= 0 and int leader) || _world.Nodes[leader].Shard.Groups.Find(group) is not { Core: { IsLeader: true } core } || !core.HasSettled)
            {
                return false;
            }
        }

        return true;
    }

    private static string Unrest(GroupCore core) => core switch
    {
        { IsLeader: false } or { HasSettled: true } => "",
        { Members.Keeper.IsBusy: true } => $" (wants other members than {string.Join(",", core.Members.Current.Select(member => $"{member.Id}@{member.Node}/{member.Incarnation}"))}: {core.Members.Keeper.Obstacle})",
        _ => " (not quiet)",
    };

    private string Stuck()
    {
        string nodes = string.Join("; ", _world.Nodes.Select(node => node.IsAlive
            ? $"{node.Name}: {string.Join(", ", node.Shard.Groups.All.Select(host => $"group {host.Description.Group.Value} {host.Core.Members.Role}{(host.Core.IsLeader ? " leads" : "")}{(host.Core.IsQuiet ? "" : " busy")} c{host.Core.Members.Configuration} decided {host.Core.Decided} applied {host.Core.Applied}{Unrest(host.Core)}"))}"
            : $"{node.Name}: down"));
        return $"The cluster did not settle within 60 s after the faults. {nodes}. Open calls: {_world.Clients.Sum(client => client.Open)}.";
    }

    private string? WhyInvalid()
    {
        if (_world.Workload.Acknowledged < Math.Min(FewestAcknowledged, _world.Plan.Commands))
        {
            return string.Create(CultureInfo.InvariantCulture, $"only {_world.Workload.Acknowledged} commands were acknowledged");
        }

        FaultKind? silent = _world.Plan.Faults.Select(fault => fault.Kind).Distinct().Cast<FaultKind?>().FirstOrDefault(kind => _world.Probes.Of(kind!.Value) == 0);
        if (silent is { } never)
        {
            return $"{never} never fired";
        }

        OperationKind[] kinds = Enum.GetValues<OperationKind>();
        return kinds.Any(kind => _world.Workload.CountOf(kind) == 0) ? "a read level was not used" : null;
    }
}
