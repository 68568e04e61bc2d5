namespace Dike.Wire;

/// <summary>Asks the cluster to create a ring.</summary>
internal sealed record CreateRing(long Correlation, string Name, string Machine, int Partitions, int Replicas, int TimeoutMs) : Frame
{
    public override FrameKind Kind => FrameKind.CreateRing;

    public static CreateRing Read(ref WireReader reader) => new(
        reader.Int64(),
        reader.String(FrameLimits.MaxNameBytes),
        reader.String(FrameLimits.MaxNameBytes),
        reader.Int32(),
        reader.Int32(),
        reader.Int32());

    public override void Write(WireWriter writer)
    {
        writer.Int64(Correlation);
        writer.String(Name);
        writer.String(Machine);
        writer.Int32(Partitions);
        writer.Int32(Replicas);
        writer.Int32(TimeoutMs);
    }

    public override string? Invalid()
    {
        if (Partitions < 1 || Partitions > FrameLimits.MaxPartitions)
        {
            return $"{Partitions} partitions, expected 1 to {FrameLimits.MaxPartitions}";
        }

        if (Replicas is not (1 or 3 or 5))
        {
            return $"{Replicas} replicas, expected 1, 3 or 5";
        }

        return TimeoutMs < 1
            ? $"the timeout {TimeoutMs} ms must be 1 or more"
            : FrameLimits.InvalidName(Name, "ring name") ?? FrameLimits.InvalidName(Machine, "machine name");
    }
}

/// <summary>The answer: <paramref name="Status"/> Done, Rejected (with the directory's code and message) or an error of the call to the directory.</summary>
internal sealed record RingCreated(long Correlation, CallStatus Status, Outcome Outcome, string Code, string Message) : Frame
{
    public override FrameKind Kind => FrameKind.RingCreated;

    public static RingCreated Read(ref WireReader reader) => new(
        reader.Int64(),
        (CallStatus)reader.Byte(),
        (Outcome)reader.Byte(),
        reader.String(FrameLimits.MaxCodeBytes),
        reader.String(FrameLimits.MaxMessageBytes));

    public override void Write(WireWriter writer)
    {
        writer.Int64(Correlation);
        writer.Byte((byte)Status);
        writer.Byte((byte)Outcome);
        writer.String(FrameLimits.Shorten(Code, FrameLimits.MaxCodeBytes));
        writer.String(FrameLimits.Shorten(Message, FrameLimits.MaxMessageBytes));
    }

    public override string? Invalid() =>
        Status is CallStatus.Rejected && Code.Length == 0 ? "a rejection has no code" : CallResult.InvalidStatus(Status, Outcome);
}
