using System.Collections.Immutable;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Liveness;

/// <summary>What one node tells another every interval: that it works, and whom it hears. Lists travel only when they changed or the link is new.</summary>
/// <param name="Boot">The sender's start; a heartbeat of an earlier one never counts.</param>
/// <param name="Counter">Grows with every heartbeat of a boot: duplicates and old ones never count.</param>
/// <param name="Heard">Bit i: the sender hears member i of the membership.</param>
/// <param name="Groups">What the sender leads and has halted, or null if nothing changed since its last heartbeat on this link.</param>
internal sealed record Heartbeat(ulong Boot, ulong Counter, uint Heard, GroupReport? Groups)
{
    public void Write(WireWriter writer)
    {
        writer.UInt64(Boot);
        writer.UInt64(Counter);
        writer.UInt32(Heard);
        writer.Bool(Groups is not null);
        if (Groups is not null)
        {
            WriteGroups(writer, Groups.Led);
            WriteGroups(writer, Groups.Halted);
        }
    }

    /// <exception cref="InvalidFrameException">The body is not a heartbeat.</exception>
    public static Heartbeat Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        ulong boot = reader.UInt64();
        ulong counter = reader.UInt64();
        uint heard = reader.UInt32();
        GroupReport? groups = reader.Bool() ? new GroupReport(ReadGroups(ref reader), ReadGroups(ref reader)) : null;
        reader.End();
        return boot >= 1 && counter >= 1
            ? new Heartbeat(boot, counter, heard, groups)
            : throw new InvalidFrameException($"a heartbeat has boot {boot} and counter {counter}, both start at 1");
    }

    private static void WriteGroups(WireWriter writer, ImmutableArray<int> groups)
    {
        writer.UInt32((uint)groups.Length);
        foreach (int group in groups)
        {
            writer.Int32(group);
        }
    }

    private static ImmutableArray<int> ReadGroups(ref WireReader reader)
    {
        int count = reader.Count(sizeof(int));
        ImmutableArray<int>.Builder groups = ImmutableArray.CreateBuilder<int>(count);
        for (int index = 0; index < count; index++)
        {
            groups.Add(reader.Int32());
        }

        return groups.MoveToImmutable();
    }
}

/// <summary>The groups that a node leads, and those it has halted: for those it does not count as alive.</summary>
/// <param name="Led">Group numbers, ascending.</param>
/// <param name="Halted">Group numbers, ascending.</param>
internal sealed record GroupReport(ImmutableArray<int> Led, ImmutableArray<int> Halted)
{
    public static GroupReport Empty { get; } = new([], []);

    public bool IsSame(GroupReport other) => Led.AsSpan().SequenceEqual(other.Led.AsSpan()) && Halted.AsSpan().SequenceEqual(other.Halted.AsSpan());
}
