using System.Buffers;
using MemoryPack;

namespace Dike.Node.Tests.Groups;

/// <summary>
/// A machine written by hand, with a handler for every way in which one can end. Its state is a number and the list of tokens it was given,
/// so that a command executed twice, or lost, shows.
/// </summary>
internal sealed class Ledger : IStateMachine<Ledger>
{
    public const uint Add = 1;
    public const uint Divide = 2;
    public const uint AddThenThrow = 3;
    public const uint AddThenReject = 4;
    public const uint Append = 5;
    public const uint Forget = 6;
    public const uint Draw = 7;
    public const uint AddFrom = 8;
    public const uint AddThen = 9;
    public const uint RejectThen = 10;
    public const uint Exhaust = 11;
    public const uint Poison = 12;
    public const uint TellVersion = 13;
    public const uint Read = 20;
    public const uint ReadTokens = 21;
    public const uint ReadThrows = 22;
    public const uint ReadTooMuch = 23;
    public const uint ReadUndeclared = 24;

    public long Value { get; set; }

    public List<long> Tokens { get; } = [];

    static MachineContract IStateMachine<Ledger>.Contract => LedgerContract.PerKey;

    static Ledger IStateMachine<Ledger>.Create() => new();

    static void IStateMachine<Ledger>.Invoke(Ledger machine, ref MachineCall call) => Invoke(machine, ref call);

    static void IStateMachine<Ledger>.Export(Ledger machine, ref MemoryPackWriter<ArrayBufferWriter<byte>> writer) => machine.Export(ref writer);

    static void IStateMachine<Ledger>.Import(Ledger machine, ref MemoryPackReader reader) => machine.Import(ref reader);

    public static void Invoke(Ledger machine, ref MachineCall call)
    {
        switch (call.Method)
        {
            case Read:
                call.EndOfArguments();
                call.Complete(machine.Value, Encode);
                return;
            case ReadTokens:
                call.EndOfArguments();
                call.Complete(machine.Tokens.ToArray(), EncodeAll);
                return;
            case ReadThrows:
                call.EndOfArguments();
                throw new InvalidOperationException("a query that throws");
            case ReadTooMuch:
                // Above the greatest length of an array, so it fails on every machine however much memory that has.
                call.Complete((long)new byte[call.Arguments.ReadUnmanaged<int>()].Length, Encode);
                return;
            case ReadUndeclared:
                call.UnknownMethod();
                return;
            case Forget:
                call.EndOfArguments();
                call.Context.Forget();
                call.Complete();
                return;
            case TellVersion:
                call.EndOfArguments();
                call.Complete((long)call.Context.Version, Encode);
                return;
            case Draw:
                call.EndOfArguments();
                machine.Value = call.Context.Random.NextInt64() ^ call.Context.Time.UtcTicks;
                call.Complete(machine.Value, Encode);
                return;
            default:
                long n = call.Arguments.ReadUnmanaged<long>();
                call.EndOfArguments();
                machine.Change(n, ref call);
                return;
        }
    }

    public void Export(ref MemoryPackWriter<ArrayBufferWriter<byte>> writer)
    {
        if (Value == long.MinValue)
        {
            throw new NotSupportedException("this state cannot be exported");
        }

        writer.WriteUnmanaged(Value);
        EncodeAll(ref writer, [.. Tokens]);
    }

    public void Import(ref MemoryPackReader reader)
    {
        Value = reader.ReadUnmanaged<long>();
        int count = reader.ReadUnmanaged<int>();
        for (int i = 0; i < count; i++)
        {
            Tokens.Add(reader.ReadUnmanaged<long>());
        }
    }

    private void Change(long n, ref MachineCall call)
    {
        switch (call.Method)
        {
            case Add:
                call.Complete(Value += n, Encode);
                return;
            case Divide:
                call.Complete(n == 0 ? Reply.Reject<long>("division-by-zero", "the divisor must not be 0") : Reply.With(Value /= n), Encode);
                return;
            case AddThenThrow:
                Value += n;
                Tokens.Add(n);
                throw new InvalidOperationException("thrown after a change");
            case AddThenReject:
                Value += n;
                Tokens.Add(n);
                call.Complete(Reply.Reject<long>("refused", "rejected after a change"), Encode);
                return;
            case Append:
                Tokens.Add(n);
                call.Complete((long)Tokens.Count, Encode);
                return;
            case AddFrom:
                long sum = Value += n;
                call.Complete(Reply.From(_ => sum * 10), Encode);
                return;
            case AddThen:
                call.Complete(Reply.With(Value += n).Then(_ => { }), Encode);
                return;
            case RejectThen:
                call.Complete(Reply.Reject<long>("refused").Then(_ => { }), Encode);
                return;
            case Exhaust:
                Value += n;
                throw new InsufficientExecutionStackException("no stack on this replica");
            case Poison:
                Value = long.MinValue;
                call.Complete();
                return;
            default:
                call.UnknownMethod();
                return;
        }
    }

    private static void Encode(ref MemoryPackWriter<ArrayBufferWriter<byte>> writer, long value) => writer.WriteUnmanaged(value);

    private static void EncodeAll(ref MemoryPackWriter<ArrayBufferWriter<byte>> writer, long[] values)
    {
        writer.WriteUnmanaged(values.Length);
        foreach (long value in values)
        {
            writer.WriteUnmanaged(value);
        }
    }
}

/// <summary>The same machine with one state per partition.</summary>
internal sealed class SharedLedger : IStateMachine<SharedLedger>
{
    public Ledger Ledger { get; } = new();

    static MachineContract IStateMachine<SharedLedger>.Contract => LedgerContract.PerPartition;

    static SharedLedger IStateMachine<SharedLedger>.Create() => new();

    static void IStateMachine<SharedLedger>.Invoke(SharedLedger machine, ref MachineCall call) => Ledger.Invoke(machine.Ledger, ref call);

    static void IStateMachine<SharedLedger>.Export(SharedLedger machine, ref MemoryPackWriter<ArrayBufferWriter<byte>> writer) => machine.Ledger.Export(ref writer);

    static void IStateMachine<SharedLedger>.Import(SharedLedger machine, ref MemoryPackReader reader) => machine.Ledger.Import(ref reader);
}

internal static class LedgerContract
{
    public static MachineContract PerKey { get; } = Make(StateScope.Key);

    public static MachineContract PerPartition { get; } = Make(StateScope.Partition);

    private static MachineContract Make(StateScope scope) => new(
        "Ledger",
        scope,
        3,
        2,
        "tokens:long[], value:long",
        "00",
        Command(Ledger.Add, "Add"),
        Command(Ledger.Divide, "Divide"),
        Command(Ledger.AddThenThrow, "AddThenThrow"),
        Command(Ledger.AddThenReject, "AddThenReject"),
        Command(Ledger.Append, "Append"),
        Command(Ledger.Forget, "Forget"),
        Command(Ledger.Draw, "Draw"),
        Command(Ledger.AddFrom, "AddFrom"),
        Command(Ledger.AddThen, "AddThen"),
        Command(Ledger.RejectThen, "RejectThen"),
        Command(Ledger.Exhaust, "Exhaust"),
        Command(Ledger.Poison, "Poison"),
        Command(Ledger.TellVersion, "TellVersion"),
        new MethodContract(Ledger.Read, "Read", true, Consistency.Linearizable, "() -> long"),
        new MethodContract(Ledger.ReadTokens, "ReadTokens", true, Consistency.Linearizable, "() -> long[]"),
        new MethodContract(Ledger.ReadThrows, "ReadThrows", true, Consistency.Linearizable, "() -> long"),
        new MethodContract(Ledger.ReadTooMuch, "ReadTooMuch", true, Consistency.Linearizable, "(int) -> long"),
        new MethodContract(Ledger.ReadUndeclared, "ReadUndeclared", true, Consistency.Linearizable, "() -> long"));

    private static MethodContract Command(uint tag, string name) => new(tag, name, false, Consistency.Linearizable, "(long) -> long");
}
