using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

/// <summary>
/// Makes good runs: one machine per group executes one call after the other, each at some instant between its call and its return, while five clients call as they
/// please. Answers get lost, commands take effect after their caller gave up, or are decided twice, stale queries see old slots. The same seed gives the same run.
/// </summary>
internal sealed class SequentialExecution
{
    private static readonly string[] Keys = ["a", "b", "c", "d"];

    private static readonly string[] Methods =
    [
        nameof(ModelMethod.Add), nameof(ModelMethod.Swap), nameof(ModelMethod.AddWithThen), nameof(ModelMethod.AddFrom), nameof(ModelMethod.RejectAfterWrite),
        nameof(ModelMethod.ThrowAfterWrite), nameof(ModelMethod.Read), nameof(ModelMethod.Read), nameof(ModelMethod.Read), nameof(ModelMethod.Read),
    ];

    private readonly Random _random;
    private readonly SequentialModel _model = new();
    private readonly List<Operation> _operations = [];
    private readonly List<WitnessEntry> _log = [];
    private readonly List<Operation> _late = [];
    private readonly Call?[] _clients = new Call?[5];
    private readonly long[] _slots = new long[3];
    private readonly Dictionary<string, List<(long Slot, long At, long Value)>> _versions = Keys.ToDictionary(key => key, _ => new List<(long, long, long)> { (0, 0, 0) });
    private long _now;
    private int _calls;

    private SequentialExecution(int seed) => _random = new Random(seed);

    public static RecordedRun Run(int seed, int calls)
    {
        var execution = new SequentialExecution(seed);
        while (execution._calls < calls)
        {
            execution.Step();
        }

        foreach (Call call in execution._clients.OfType<Call>())
        {
            execution._operations.Add(call.Operation);
        }

        return new RecordedRun([.. execution._operations], [.. execution._log]);
    }

    private void Step()
    {
        _now += _random.Next(3);
        if (_late.Count > 0 && _random.Next(10) == 0)
        {
            Execute(_late[^1]);
            _late.RemoveAt(_late.Count - 1);
        }

        int client = _random.Next(_clients.Length);
        Call? call = _clients[client];
        if (call is null)
        {
            _clients[client] = new Call(Begin(client));
        }
        else if (call.IsExecuted || _random.Next(15) == 0)
        {
            Return(call);
            _clients[client] = null;
        }
        else
        {
            call.Answer = Execute(call.Operation);
            call.IsExecuted = true;
        }
    }

    private Operation Begin(int client)
    {
        _calls++;
        string method = Methods[_random.Next(Methods.Length)];
        OperationKind kind = method != nameof(ModelMethod.Read) ? OperationKind.Command : (OperationKind)_random.Next(2, 5);
        return new Operation(
            _calls,
            client,
            kind,
            Keys[_random.Next(Keys.Length)],
            method,
            kind == OperationKind.Command ? _random.Next(1, 50) : 0,
            kind == OperationKind.Command ? new CommandId(1, (ulong)client, (ulong)_calls) : null,
            _now,
            long.MaxValue,
            OperationEnd.Open,
            0,
            0,
            kind == OperationKind.BoundedQuery ? _random.Next(20) : 0);
    }

    /// <summary>What the machine answers now, with the slot.</summary>
    private (OperationEnd End, long Value, long Slot) Execute(Operation operation)
    {
        int group = RecordedRun.GroupOf(operation.Key);
        List<(long Slot, long At, long Value)> versions = _versions[operation.Key];
        if (operation.Kind != OperationKind.Command)
        {
            int oldest = operation.Kind switch
            {
                OperationKind.LinearizableQuery => versions.Count - 1,
                OperationKind.BoundedQuery => versions.FindLastIndex(version => version.At <= Math.Max(0, operation.CalledAt - operation.MaxStaleness)),
                _ => 0,
            };
            return (OperationEnd.Done, versions[_random.Next(oldest, versions.Count)].Value, operation.Kind == OperationKind.LinearizableQuery ? _slots[group] : 0);
        }

        ModelStep step = _model.Execute(operation.Key, SequentialModel.Parse(operation.Method)!.Value, operation.Argument);
        Append(operation, group);
        long slot = _slots[group];
        versions.Add((slot, _now, step.State));
        if (_random.Next(10) == 0)
        {
            Append(operation, group);
        }

        return (step.End, step.Value, slot);
    }

    /// <summary>Decides a command in the next slot, or a few further on: those between hold no commands.</summary>
    private void Append(Operation operation, int group)
    {
        _slots[group] += _random.Next(5) == 0 ? 3 : 1;
        _log.Add(RecordedRun.Entry(operation, _slots[group], _now));
    }

    private void Return(Call call)
    {
        Operation operation = call.Operation with { ReturnedAt = _now };
        bool isLost = !call.IsExecuted || _random.Next(20) == 0;
        if (isLost && operation.Kind == OperationKind.Command && !call.IsExecuted && _random.Next(2) == 0)
        {
            _late.Add(operation);
        }
        else if (!call.IsExecuted && _random.Next(2) == 0)
        {
            _operations.Add(operation with { End = OperationEnd.NotApplied });
            return;
        }

        if (isLost)
        {
            _operations.Add(operation with { End = OperationEnd.Unknown });
            return;
        }

        (OperationEnd end, long value, long slot) = call.Answer;
        bool isValueLost = operation.Kind == OperationKind.Command && end == OperationEnd.Done && _random.Next(10) == 0;
        _operations.Add(operation with
        {
            End = isValueLost ? OperationEnd.Applied : end,
            Value = isValueLost ? 0 : value,
            Slot = _random.Next(2) == 0 ? slot : 0,
        });
    }

    private sealed class Call(Operation operation)
    {
        public Operation Operation { get; } = operation;

        public bool IsExecuted { get; set; }

        public (OperationEnd End, long Value, long Slot) Answer { get; set; }
    }
}
