using System.Collections.Immutable;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Liveness;

/// <summary>The groups that a node leads, and those it has halted: for those it does not count as alive.</summary>
/// <param name="Led">Group numbers, ascending.</param>
/// <param name="Halted">Group numbers, ascending.</param>
internal sealed record GroupReport(ImmutableArray<int> Led, ImmutableArray<int> Halted)
{
    public static GroupReport Empty { get; } = new([], []);

    public bool IsSame(GroupReport other) => Led.AsSpan().SequenceEqual(other.Led.AsSpan()) && Halted.AsSpan().SequenceEqual(other.Halted.AsSpan());

    public void Write(WireWriter writer)
    {
        WriteGroups(writer, Led);
        WriteGroups(writer, Halted);
    }

    /// <exception cref="InvalidFrameException">The bytes are no report.</exception>
    public static GroupReport Read(ref WireReader reader) => new(ReadGroups(ref reader), ReadGroups(ref reader));

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
            int group = reader.Int32();
            // Lists are searched by halves: one out of order would hide groups that are in it.
            int before = index == 0 ? -1 : groups[index - 1];
            groups.Add(group > before ? group : throw new InvalidFrameException($"group {group} stands behind group {before} in a report, expected ascending numbers from 0"));
        }

        return groups.MoveToImmutable();
    }
}
