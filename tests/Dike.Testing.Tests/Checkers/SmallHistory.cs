using CsCheck;
using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

/// <summary>Random histories of up to six overlapping calls on one key, about half of them linearizable: a real execution in which some answers were changed.</summary>
internal static class SmallHistory
{
    private static readonly string[] Methods =
        [nameof(ModelMethod.Add), nameof(ModelMethod.Swap), nameof(ModelMethod.Read), nameof(ModelMethod.Read), nameof(ModelMethod.AddFrom), nameof(ModelMethod.RejectAfterWrite)];

    private static readonly Gen<Draft> Drafts = Gen.Select(
        Gen.Int[0, 5], Gen.Int[0, 2], Gen.Int[0, 9], Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[0, 11], Gen.Int[0, 11],
        (method, argument, call, effect, rest, end, change) => new Draft(Methods[method], argument, call, call + effect, call + effect + rest, end, change));

    public static Gen<Operation[]> Any { get; } = Drafts.Array[1, 6].Select(Execute);

    private static Operation[] Execute(Draft[] drafts)
    {
        var model = new SequentialModel();
        return [.. drafts.OrderBy(draft => draft.EffectAt).Select((draft, index) => Operate(model, draft, index + 1))];
    }

    private static Operation Operate(SequentialModel model, Draft draft, int number)
    {
        bool isCommand = draft.Method != nameof(ModelMethod.Read);
        bool isApplied = draft.End is not (0 or 1);
        ModelStep step = isApplied ? model.Execute("a", SequentialModel.Parse(draft.Method)!.Value, draft.Argument) : default;
        OperationEnd end = draft.End switch
        {
            0 => OperationEnd.NotApplied,
            1 or 2 => OperationEnd.Unknown,
            3 => OperationEnd.Open,
            4 when isCommand && step.End == OperationEnd.Done => OperationEnd.Applied,
            _ => step.End,
        };
        long value = end == OperationEnd.Done ? step.Value + (draft.Change < 2 ? draft.Change + 1 : 0) : 0;
        return new Operation(
            number,
            number,
            isCommand ? OperationKind.Command : OperationKind.LinearizableQuery,
            "a",
            draft.Method,
            draft.Argument,
            isCommand ? new CommandId(1, (ulong)number, 1) : null,
            draft.CalledAt,
            end == OperationEnd.Open ? long.MaxValue : draft.ReturnedAt,
            end,
            value,
            0,
            0);
    }

    private sealed record Draft(string Method, long Argument, long CalledAt, long EffectAt, long ReturnedAt, int End, int Change);
}
