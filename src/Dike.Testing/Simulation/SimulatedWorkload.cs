using Dike.Testing.Checkers;
using Dike.Wire;

namespace Dike.Testing.Simulation;

/// <summary>What all clients do together: how many calls, of which kinds, on which keys, and what their users wrote down.</summary>
internal sealed class SimulatedWorkload(SimulatedWorld world)
{
    /// <summary>Users of calls besides those of the plan have numbers from here.</summary>
    private const int FirstExtraUser = 1_000;

    private readonly DeterministicRandom _random = new((ulong)world.Plan.Seed, 3);
    private readonly List<Operation> _operations = [];
    private int _begun;
    private int _extraUsers;

    public long LastOperation { get; set; }

    public IReadOnlyList<Operation> Operations => _operations;

    public int Acknowledged { get; private set; }

    /// <summary>Whether all calls were made and have ended.</summary>
    public bool IsDone => _begun >= world.Plan.Commands && world.Clients.All(client => client.Open == 0);

    /// <summary>The share of frames from clients with which their connection breaks.</summary>
    public double BreakRate { get; set; }

    /// <summary>The share of commands that are also sent to another node.</summary>
    public double DuplicateRate { get; set; }

    /// <summary>Whether the users make their remaining calls one right after the other: the faults are over, and what is left must not count against the time to settle.</summary>
    public bool IsInHurry { get; set; }

    /// <summary>Told of the end of every call.</summary>
    public event Action<Operation>? Ended;

    public int CountOf(OperationKind kind) => _operations.Count(operation => operation.Kind == kind && operation.End == OperationEnd.Done);

    /// <summary>A client makes its next call, and so on until all were made.</summary>
    public void Go(SimulatedClient client) => world.Time.In(_random.Next(30_000), () => Next(client));

    /// <summary>A call besides those of the plan.</summary>
    public void Extra(SimulatedClient client, string key, string method, OperationKind kind, Action<Operation> end) =>
        client.Call(FirstExtraUser + ++_extraUsers, key, method, kind, Argument(), operation =>
        {
            Add(operation);
            end(operation);
        });

    public bool LosesFrame()
    {
        bool loses = BreakRate > 0 && _random.NextDouble() < BreakRate;
        if (loses)
        {
            world.Probes.Fired(FaultKind.Loss);
        }

        return loses;
    }

    /// <summary>Perhaps another node gets the same request at the same time, from somebody who does not wait for the answer.</summary>
    /// <returns>Whether it does.</returns>
    public bool MaybeDuplicate(SimulatedClient client, Call call)
    {
        SimulatedNode? other = DuplicateRate > 0 && _random.NextDouble() < DuplicateRate ? world.Nodes[_random.Next(world.Nodes.Count)] : null;
        if (other is not { IsAlive: true })
        {
            return false;
        }

        world.Probes.Fired(FaultKind.DuplicateRequest);
        new ClientSession(world, client, -1, other).Send(call);
        return true;
    }

    private void Next(SimulatedClient client)
    {
        if (_begun >= world.Plan.Commands)
        {
            return;
        }

        if (client.SilentUntil > world.Time.Now)
        {
            world.Time.At(client.SilentUntil, () => Next(client));
            return;
        }

        _begun++;
        OperationKind kind = _random.Next(10) switch
        {
            < 6 => OperationKind.Command,
            < 8 => OperationKind.LinearizableQuery,
            8 => OperationKind.BoundedQuery,
            _ => OperationKind.LocalQuery,
        };
        string method = kind == OperationKind.Command ? SimulatedCalls.DrawCommand(_random) : nameof(SimulatedMachine.Read);
        string key = world.Keys[_random.Next(world.Keys.Length)];
        client.Call(client.Index, key, method, kind, Argument(), operation =>
        {
            Add(operation);
            long pause = IsInHurry ? 0 : world.Plan.FaultsUntilMs * 1_000 * world.Plan.Clients / Math.Max(1, world.Plan.Commands);
            world.Time.In(_random.Next((int)Math.Clamp(pause * 2, 1_000, 2_000_000_000)), () => Next(client));
        });
    }

    private void Add(Operation operation)
    {
        _operations.Add(operation);
        bool isAcknowledged = operation.Kind == OperationKind.Command && operation.End is OperationEnd.Done or OperationEnd.Rejected or OperationEnd.Failed;
        Acknowledged += isAcknowledged ? 1 : 0;
        Ended?.Invoke(operation);
    }

    private long Argument() => 1 + _random.Next(1_000_000);
}
