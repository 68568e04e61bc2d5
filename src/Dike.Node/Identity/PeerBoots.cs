using System.Buffers;
using Dike.Storage;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Identity;

/// <summary>
/// The highest boot seen of each incarnation, kept durably: a member that comes back with a lower one was restored from an old copy of its data directory
/// and has forgotten votes, so it does not count. Safe from any thread.
/// </summary>
internal sealed class PeerBoots
{
    /// <summary>The name of the document.</summary>
    public const string DocumentName = "peer-boots";

    private const byte Format = 1;
    private readonly Lock _gate = new();
    private readonly DataDirectory _directory;
    private readonly SortedDictionary<ulong, ulong> _highest = [];

    /// <exception cref="InvalidFrameException">The document is of another format.</exception>
    public PeerBoots(DataDirectory directory)
    {
        _directory = directory;
        if (directory.ReadDocument(DocumentName) is { } document)
        {
            Read(document);
        }
    }

    /// <summary>Why a member with this boot does not count, or null; a higher boot than before is remembered before this returns.</summary>
    /// <exception cref="IOException">The document could not be written.</exception>
    public string? Refuse(string name, ulong incarnation, ulong boot)
    {
        lock (_gate)
        {
            ulong highest = _highest.GetValueOrDefault(incarnation);
            if (boot < highest)
            {
                return $"node '{name}' starts for the {boot}. time, but was seen at its {highest}. start: its data directory is an old copy, and what it voted since is lost";
            }

            if (boot > highest)
            {
                _highest[incarnation] = boot;
                Write();
            }

            return null;
        }
    }

    private void Read(byte[] document)
    {
        var reader = new WireReader(document);
        ClusterMembership.RequireFormat(reader.Byte(), Format, "list of boots");
        int count = reader.Count(2 * sizeof(ulong));
        for (int index = 0; index < count; index++)
        {
            _highest.Add(reader.UInt64(), reader.UInt64());
        }

        reader.End();
    }

    private void Write()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.Byte(Format);
        writer.UInt32((uint)_highest.Count);
        foreach ((ulong incarnation, ulong boot) in _highest)
        {
            writer.UInt64(incarnation);
            writer.UInt64(boot);
        }

        _directory.WriteDocument(DocumentName, output.WrittenSpan);
    }
}
