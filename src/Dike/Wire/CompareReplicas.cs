using System.Collections.Immutable;

namespace Dike.Wire;

/// <summary>Asks for the state hash of every replica of a group at one slot. Sent to the group's leader.</summary>
internal sealed record CompareReplicas(long Correlation, int Group, int TimeoutMs) : Frame
{
    public override FrameKind Kind => FrameKind.CompareReplicas;

    public static CompareReplicas Read(ref WireReader reader) => new(reader.Int64(), reader.Int32(), reader.Int32());

    public override void Write(WireWriter writer)
    {
        writer.Int64(Correlation);
        writer.Int32(Group);
        writer.Int32(TimeoutMs);
    }

    public override string? Invalid()
    {
        string? wrong = Group < 0 ? $"the group {Group} is negative" : null;
        return wrong ?? (TimeoutMs < 1 ? $"the timeout {TimeoutMs} ms must be 1 or more" : null);
    }
}

/// <summary>The answer.</summary>
internal sealed record ReplicasCompared(long Correlation, CallStatus Status, string Message, ImmutableArray<ReplicaCheck> Checks) : Frame
{
    public override FrameKind Kind => FrameKind.ReplicasCompared;

    public static ReplicasCompared Read(ref WireReader reader)
    {
        long correlation = reader.Int64();
        var status = (CallStatus)reader.Byte();
        string message = reader.String(FrameLimits.MaxMessageBytes);
        ImmutableArray<ReplicaCheck>.Builder checks =
            ImmutableArray.CreateBuilder<ReplicaCheck>(reader.Count(sizeof(uint) + sizeof(byte), FrameLimits.MaxMembers));
        for (int left = checks.Capacity; left > 0; left--)
        {
            string node = reader.String(FrameLimits.MaxNameBytes);
            checks.Add(reader.Bool() ? new ReplicaCheck(node, reader.Int64(), reader.String(FrameLimits.MaxHashBytes)) : new ReplicaCheck(node, null, null));
        }

        return new ReplicasCompared(correlation, status, message, checks.MoveToImmutable());
    }

    public override void Write(WireWriter writer)
    {
        writer.Int64(Correlation);
        writer.Byte((byte)Status);
        writer.String(FrameLimits.Shorten(Message, FrameLimits.MaxMessageBytes));
        writer.UInt32((uint)Checks.Length);
        foreach (ReplicaCheck check in Checks)
        {
            writer.String(check.Node);
            bool isCompared = check.Slot is not null && check.StateHash is not null;
            writer.Bool(isCompared);
            if (isCompared)
            {
                writer.Int64(check.Slot!.Value);
                writer.String(check.StateHash!);
            }
        }
    }

    public override string? Invalid()
    {
        string? wrong = CallResult.InvalidStatus(Status, Outcome.Unknown);
        foreach (ReplicaCheck check in Checks)
        {
            wrong ??= FrameLimits.InvalidName(check.Node, "node name");
            wrong ??= check.Slot < 0 ? $"the slot {check.Slot} is negative" : null;
            wrong ??= check.StateHash is "" ? "a state hash is empty" : null;
        }

        return wrong;
    }
}
