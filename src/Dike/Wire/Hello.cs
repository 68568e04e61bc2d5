namespace Dike.Wire;

/// <summary>Why a connection is made.</summary>
internal enum ConnectionRole : byte
{
    Client = 1,
    Peer = 2,

    /// <summary>A node that belongs to no cluster yet and asks who is there.</summary>
    Founding = 3,
}

/// <summary>
/// The first frame of whoever connects. A client that does not know its cluster yet leaves <paramref name="ClusterId"/> zero and may leave
/// <paramref name="ClusterName"/> empty; clients have no node name, incarnation or boot.
/// </summary>
internal sealed record Hello(
    ushort Protocol, ConnectionRole Role, string ClusterName, Guid ClusterId, string NodeName, ulong Incarnation, ulong Boot) : Frame
{
    public const ushort CurrentProtocol = 1;

    public override FrameKind Kind => FrameKind.Hello;

    public static Hello Read(ref WireReader reader) => new(
        reader.UInt16(),
        (ConnectionRole)reader.Byte(),
        reader.String(FrameLimits.MaxNameBytes),
        reader.Guid(),
        reader.String(FrameLimits.MaxNameBytes),
        reader.UInt64(),
        reader.UInt64());

    public override void Write(WireWriter writer)
    {
        writer.UInt16(Protocol);
        writer.Byte((byte)Role);
        writer.String(ClusterName);
        writer.Guid(ClusterId);
        writer.String(NodeName);
        writer.UInt64(Incarnation);
        writer.UInt64(Boot);
    }

    // A protocol of another number is not nonsense: the node refuses it with a reason that names both.
    public override string? Invalid()
    {
        if (Role is not (ConnectionRole.Client or ConnectionRole.Peer or ConnectionRole.Founding))
        {
            return $"the role {(byte)Role} is unknown";
        }

        return FrameLimits.InvalidName(ClusterName, "cluster name", mayBeEmpty: Role == ConnectionRole.Client)
            ?? FrameLimits.InvalidName(NodeName, "node name", mayBeEmpty: Role == ConnectionRole.Client);
    }
}
