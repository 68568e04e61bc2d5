using System.Collections.Immutable;
using Dike.Node.Identity;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Founding;

/// <summary>What a node says to one that asks who is there: who it is, which seeds it was given, and its membership if it has one.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Incarnation">Its data directory.</param>
/// <param name="ClusterName">The name it was configured with.</param>
/// <param name="Seeds">The seeds it was configured with, in ordinal order.</param>
/// <param name="Membership">Its cluster, or null: it is empty.</param>
internal sealed record FoundingAnswer(string Node, ulong Incarnation, string ClusterName, ImmutableArray<string> Seeds, ClusterMembership? Membership)
{
    public void Write(WireWriter writer)
    {
        writer.String(Node);
        writer.UInt64(Incarnation);
        writer.String(ClusterName);
        writer.Byte((byte)Seeds.Length);
        foreach (string seed in Seeds)
        {
            writer.String(seed);
        }

        writer.Bool(Membership is not null);
        Membership?.Write(writer);
    }

    /// <exception cref="InvalidFrameException">The body is not such an answer.</exception>
    public static FoundingAnswer Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        string node = reader.String(FrameLimits.MaxNameBytes);
        ulong incarnation = reader.UInt64();
        string clusterName = reader.String(FrameLimits.MaxNameBytes);
        int count = reader.Byte();
        if (count > ClusterMembership.MaxMembers)
        {
            throw new InvalidFrameException($"a founding answer lists {count} seeds, at most {ClusterMembership.MaxMembers} are possible");
        }

        ImmutableArray<string>.Builder seeds = ImmutableArray.CreateBuilder<string>(count);
        for (int index = 0; index < count; index++)
        {
            seeds.Add(reader.String(FrameLimits.MaxAddressBytes));
        }

        ClusterMembership? membership = reader.Bool() ? ClusterMembership.Read(ref reader) : null;
        reader.End();
        return new FoundingAnswer(node, incarnation, clusterName, seeds.MoveToImmutable(), membership);
    }
}
