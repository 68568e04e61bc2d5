using System.Collections.Immutable;

namespace Dike.Wire;

/// <summary>Asks for the routing table.</summary>
internal sealed record GetRoutes(long Correlation) : Frame
{
    public override FrameKind Kind => FrameKind.GetRoutes;

    public static GetRoutes Read(ref WireReader reader) => new(reader.Int64());

    public override void Write(WireWriter writer) => writer.Int64(Correlation);

    public override string? Invalid() => null;
}

/// <summary>The routing table.</summary>
internal sealed record Routes(long Correlation, RoutingTable Table) : Frame
{
    private const int MinTextBytes = sizeof(uint);

    public override FrameKind Kind => FrameKind.Routes;

    public static Routes Read(ref WireReader reader)
    {
        long correlation = reader.Int64();
        long version = reader.Int64();
        ImmutableArray<NodeRoute>.Builder nodes = ImmutableArray.CreateBuilder<NodeRoute>(reader.Count(2 * MinTextBytes, FrameLimits.MaxNodes));
        for (int left = nodes.Capacity; left > 0; left--)
        {
            nodes.Add(new NodeRoute(reader.String(FrameLimits.MaxNameBytes), reader.String(FrameLimits.MaxAddressBytes)));
        }

        ImmutableArray<RingRoute>.Builder rings = ImmutableArray.CreateBuilder<RingRoute>(reader.Count(3 * MinTextBytes, FrameLimits.MaxRings));
        for (int left = rings.Capacity; left > 0; left--)
        {
            rings.Add(ReadRing(ref reader));
        }

        return new Routes(correlation, new RoutingTable(version, nodes.MoveToImmutable(), rings.MoveToImmutable()));
    }

    public override void Write(WireWriter writer)
    {
        writer.Int64(Correlation);
        writer.Int64(Table.Version);
        writer.UInt32((uint)Table.Nodes.Length);
        foreach (NodeRoute node in Table.Nodes)
        {
            writer.String(node.Name);
            writer.String(node.Address);
        }

        writer.UInt32((uint)Table.Rings.Length);
        foreach (RingRoute ring in Table.Rings)
        {
            writer.String(ring.Name);
            writer.String(ring.Machine);
            writer.UInt32((uint)ring.Partitions.Length);
            foreach (PartitionRoute partition in ring.Partitions)
            {
                WritePartition(writer, partition);
            }
        }
    }

    public override string? Invalid()
    {
        if (Table.Version < 0)
        {
            return $"the version {Table.Version} is negative";
        }

        var nodes = new HashSet<string>(StringComparer.Ordinal);
        foreach (NodeRoute node in Table.Nodes)
        {
            string? wrong = FrameLimits.InvalidName(node.Name, "node name") ?? (nodes.Add(node.Name) ? null : $"the node {node.Name} comes twice");
            if (wrong is not null)
            {
                return wrong;
            }
        }

        var rings = new HashSet<string>(StringComparer.Ordinal);
        foreach (RingRoute ring in Table.Rings)
        {
            string? wrong = FrameLimits.InvalidName(ring.Name, "ring name") ?? FrameLimits.InvalidName(ring.Machine, "machine name");
            wrong ??= rings.Add(ring.Name) ? null : $"the ring {ring.Name} comes twice";
            wrong ??= ring.Partitions.IsEmpty ? $"the ring {ring.Name} has no partitions" : null;
            foreach (PartitionRoute partition in ring.Partitions)
            {
                wrong ??= InvalidPartition(partition);
            }

            if (wrong is not null)
            {
                return wrong;
            }
        }

        return null;
    }

    private static RingRoute ReadRing(ref WireReader reader)
    {
        string name = reader.String(FrameLimits.MaxNameBytes);
        string machine = reader.String(FrameLimits.MaxNameBytes);
        int minPartitionBytes = sizeof(int) + sizeof(uint) + sizeof(byte);
        ImmutableArray<PartitionRoute>.Builder partitions =
            ImmutableArray.CreateBuilder<PartitionRoute>(reader.Count(minPartitionBytes, FrameLimits.MaxPartitions));
        for (int left = partitions.Capacity; left > 0; left--)
        {
            partitions.Add(ReadPartition(ref reader));
        }

        return new RingRoute(name, machine, partitions.MoveToImmutable());
    }

    private static PartitionRoute ReadPartition(ref WireReader reader)
    {
        int group = reader.Int32();
        ImmutableArray<string>.Builder members = ImmutableArray.CreateBuilder<string>(reader.Count(MinTextBytes, FrameLimits.MaxMembers));
        for (int left = members.Capacity; left > 0; left--)
        {
            members.Add(reader.String(FrameLimits.MaxNameBytes));
        }

        return new PartitionRoute(group, members.MoveToImmutable(), reader.Bool() ? reader.String(FrameLimits.MaxNameBytes) : null);
    }

    private static void WritePartition(WireWriter writer, PartitionRoute partition)
    {
        writer.Int32(partition.Group);
        writer.UInt32((uint)partition.Members.Length);
        foreach (string member in partition.Members)
        {
            writer.String(member);
        }

        writer.Bool(partition.Leader is not null);
        if (partition.Leader is not null)
        {
            writer.String(partition.Leader);
        }
    }

    private static string? InvalidPartition(PartitionRoute partition)
    {
        string? wrong = partition.Group < 0 ? $"the group {partition.Group} is negative" : null;
        wrong ??= partition.Leader is null ? null : FrameLimits.InvalidName(partition.Leader, "leader's name");
        foreach (string member in partition.Members)
        {
            wrong ??= FrameLimits.InvalidName(member, "member's name");
        }

        return wrong;
    }
}
