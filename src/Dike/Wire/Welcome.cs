namespace Dike.Wire;

/// <summary>The answer of the node to an acceptable <see cref="Hello"/>. <paramref name="Time"/> is the node's clock in ticks of UTC: clients start their session from it.</summary>
internal sealed record Welcome(Guid ClusterId, string NodeName, ulong Incarnation, ulong Boot, long Time, int MaxFrameBytes) : Frame
{
    public override FrameKind Kind => FrameKind.Welcome;

    public static Welcome Read(ref WireReader reader) => new(
        reader.Guid(), reader.String(FrameLimits.MaxNameBytes), reader.UInt64(), reader.UInt64(), reader.Int64(), reader.Int32());

    public override void Write(WireWriter writer)
    {
        writer.Guid(ClusterId);
        writer.String(NodeName);
        writer.UInt64(Incarnation);
        writer.UInt64(Boot);
        writer.Int64(Time);
        writer.Int32(MaxFrameBytes);
    }

    public override string? Invalid()
    {
        if (Time < 0 || Time > DateTime.MaxValue.Ticks)
        {
            return $"the time {Time} is not a time";
        }

        return MaxFrameBytes < FrameHeader.MinMaxFrameBytes
            ? $"the frame limit {MaxFrameBytes} is less than {FrameHeader.MinMaxFrameBytes}"
            : FrameLimits.InvalidName(NodeName, "node name");
    }
}

/// <summary>The last frame of a connection that is refused.</summary>
internal sealed record Refused(string Reason) : Frame
{
    public override FrameKind Kind => FrameKind.Refused;

    public static Refused Read(ref WireReader reader) => new(reader.String(FrameLimits.MaxMessageBytes));

    public override void Write(WireWriter writer) => writer.String(FrameLimits.Shorten(Reason, FrameLimits.MaxMessageBytes));

    public override string? Invalid() => Reason.Length == 0 ? "the reason is empty" : null;
}
