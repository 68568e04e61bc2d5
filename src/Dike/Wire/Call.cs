namespace Dike.Wire;

/// <summary>
/// A command or query for one key. <paramref name="AnsweredUpTo"/>: all sequences up to it have been answered to this session.
/// <paramref name="TimeoutMs"/>: what remains of the caller's deadline when the frame was written. <paramref name="Attempt"/>: 1 for the first.
/// </summary>
internal sealed record Call(
    long Correlation,
    int Group,
    string Machine,
    uint Method,
    bool IsQuery,
    Consistency Consistency,
    CommandId CommandId,
    ulong AnsweredUpTo,
    int Attempt,
    int TimeoutMs,
    string Key,
    ReadOnlyMemory<byte> Arguments) : Frame
{
    /// <summary>No body is larger than this plus machine, key and arguments.</summary>
    public const int FixedBodyBytes = 96;

    public override FrameKind Kind => FrameKind.Call;

    /// <summary>For a stale query, how old its answer may be, in milliseconds; 0 if the caller set no bound.</summary>
    public int MaxStalenessMs { get; init; }

    public static Call Read(ref WireReader reader)
    {
        var call = new Call(
            reader.Int64(),
            reader.Int32(),
            reader.String(FrameLimits.MaxNameBytes),
            reader.UInt32(),
            reader.Bool(),
            (Consistency)reader.Byte(),
            new CommandId(reader.Int64(), reader.UInt64(), reader.UInt64()),
            reader.UInt64(),
            reader.Int32(),
            reader.Int32(),
            reader.String(KeyRing.MaxKeyBytes),
            reader.Bytes(int.MaxValue));
        return call with { MaxStalenessMs = reader.Int32() };
    }

    public override void Write(WireWriter writer)
    {
        writer.Int64(Correlation);
        writer.Int32(Group);
        writer.String(Machine);
        writer.UInt32(Method);
        writer.Bool(IsQuery);
        writer.Byte((byte)Consistency);
        writer.Int64(CommandId.SessionStart);
        writer.UInt64(CommandId.SessionNonce);
        writer.UInt64(CommandId.Sequence);
        writer.UInt64(AnsweredUpTo);
        writer.Int32(Attempt);
        writer.Int32(TimeoutMs);
        writer.String(Key);
        writer.Bytes(Arguments.Span);
        writer.Int32(MaxStalenessMs);
    }

    public override string? Invalid()
    {
        if (Group < 0)
        {
            return $"the group {Group} is negative";
        }

        if (Consistency is not (Consistency.Linearizable or Consistency.Stale))
        {
            return $"the consistency {(int)Consistency} is unknown";
        }

        if (Attempt < 1 || TimeoutMs < 1)
        {
            return $"attempt {Attempt} and timeout {TimeoutMs} ms must be 1 or more";
        }

        if (MaxStalenessMs < 0 || (MaxStalenessMs > 0 && (!IsQuery || Consistency != Consistency.Stale)))
        {
            return $"a bound of {MaxStalenessMs} ms belongs to stale queries only and is 0 or more";
        }

        return InvalidId() ?? FrameLimits.InvalidName(Machine, "machine name") ?? KeyRing.Invalid(Key);
    }

    private string? InvalidId()
    {
        if (IsQuery)
        {
            return CommandId.Sequence != 0 || AnsweredUpTo != 0 ? "a query has a sequence number" : null;
        }

        if (CommandId.Sequence == 0 || CommandId.SessionStart < 0)
        {
            return $"the command id {CommandId} has no sequence number or starts before the calendar";
        }

        return AnsweredUpTo >= CommandId.Sequence ? $"sequence {CommandId.Sequence} claims to be answered already (up to {AnsweredUpTo})" : null;
    }
}
