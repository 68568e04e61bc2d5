using System.Buffers.Binary;

namespace Dike.Storage.Files;

/// <summary>
/// The document that names the journal and its segments, so that a missing file is noticed: a segment counts from the moment it is named here.
/// Written when the journal is made and whenever a segment was added.
/// </summary>
/// <param name="JournalId">The journal.</param>
/// <param name="First">The number of the first segment.</param>
/// <param name="Last">The number of the last segment, in use or prepared.</param>
internal sealed record JournalManifest(ulong JournalId, long First, long Last)
{
    public const string DocumentName = "journal";
    private const int Bytes = 24;

    public static JournalManifest? Read(DataDirectory directory)
    {
        byte[]? bytes = directory.ReadDocument(DocumentName);
        if (bytes is null)
        {
            return null;
        }

        if (bytes.Length != Bytes)
        {
            string path = directory.DocumentPath(DocumentName);
            throw new LogDamagedException($"The document '{path}' has {bytes.Length} bytes of content, expected {Bytes}.", path, 0);
        }

        return new JournalManifest(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)),
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16)));
    }

    public void Write(DataDirectory directory)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, JournalId);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], First);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Last);
        directory.WriteDocument(DocumentName, bytes);
    }
}
