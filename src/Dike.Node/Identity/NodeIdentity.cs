using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Identity;

/// <summary>Who a data directory belongs to. Drawn when the directory is formatted; only the boot changes afterwards.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Incarnation">64 random bits: a wiped directory is another incarnation, however the node is called.</param>
/// <param name="Boot">Counts the starts from 1; synced before anything of a start leaves the node.</param>
internal sealed record NodeIdentity(string Name, ulong Incarnation, ulong Boot)
{
    /// <summary>The version of the document. Another one is refused, never guessed.</summary>
    private const byte Format = 1;

    public void Write(WireWriter writer)
    {
        writer.Byte(Format);
        writer.String(Name);
        writer.UInt64(Incarnation);
        writer.UInt64(Boot);
    }

    /// <exception cref="InvalidFrameException">The bytes are no identity of a known format.</exception>
    public static NodeIdentity Read(ReadOnlySpan<byte> document)
    {
        var reader = new WireReader(document);
        ClusterMembership.RequireFormat(reader.Byte(), Format, "identity");
        var identity = new NodeIdentity(reader.String(FrameLimits.MaxNameBytes), reader.UInt64(), reader.UInt64());
        reader.End();
        return identity;
    }
}
