using System.Buffers.Binary;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>A caller's session: makes commands with ids that count up, and queries.</summary>
internal sealed class Caller(long start, ulong nonce)
{
    public ulong LastSequence { get; private set; }

    public ulong AnsweredUpTo { get; set; }

    public Call Command(uint method, long argument, string key = "somekey", int timeoutMs = 5000) =>
        Make(method, Calls.Arguments(argument), false, new CommandId(start, nonce, ++LastSequence), AnsweredUpTo, key, timeoutMs);

    public Call CommandWithoutArgument(uint method, string key = "somekey") =>
        Make(method, default, false, new CommandId(start, nonce, ++LastSequence), AnsweredUpTo, key, 5000);

    private static Call Make(uint method, ReadOnlyMemory<byte> arguments, bool isQuery, CommandId id, ulong answeredUpTo, string key, int timeoutMs) =>
        new(0, 1, "Ledger", method, isQuery, Consistency.Linearizable, id, answeredUpTo, 1, timeoutMs, key, arguments);
}

internal static class Calls
{
    public static Call Query(uint method, string key = "somekey", Consistency consistency = Consistency.Linearizable, int timeoutMs = 5000) =>
        new(0, 1, "Ledger", method, true, consistency, CommandId.None, 0, 1, timeoutMs, key, default);

    public static byte[] Arguments(long argument)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, argument);
        return bytes;
    }

    public static long Value(CallResult result) => BinaryPrimitives.ReadInt64LittleEndian(result.Value.Span);

    public static long[] Values(CallResult result)
    {
        ReadOnlySpan<byte> bytes = result.Value.Span;
        long[] values = new long[BinaryPrimitives.ReadInt32LittleEndian(bytes)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(sizeof(int) + (i * sizeof(long)))..]);
        }

        return values;
    }
}

/// <summary>One attempt of a call at one node: the owner of its ticket.</summary>
internal sealed class Attempt(Call call)
{
    private CallResult? _result;

    public Call Call { get; } = call;

    public bool IsAnswered => _result is not null;

    public CallResult Result => _result ?? throw new InvalidOperationException($"{Call} has no answer");

    public void Answer(CallResult result)
    {
        Assert.Null(_result);
        _result = result;
    }
}
