using System.Buffers.Binary;
using Dike.Paxos;
using Dike.Transport;

namespace Dike.Node.Groups.Snapshots;

/// <summary>Reads a snapshot's content through its blocks: sections in their order, each item whole. Every length is checked against what remains before anything is allocated.</summary>
/// <remarks>Throws <see cref="InvalidFrameException"/> where the bytes do not fit; never anything else.</remarks>
internal sealed class ContentReader(SnapshotContent content)
{
    private long _remaining = content.Blocks.Sum(block => (long)block.Length);
    private int _block;
    private int _offset;

    public void Begin()
    {
        if (!Take(SnapshotWriter.Magic.Length).AsSpan().SequenceEqual(SnapshotWriter.Magic))
        {
            throw new InvalidFrameException("it does not begin as a snapshot of the format that this build reads");
        }
    }

    /// <summary>The number of items of the section that must come next.</summary>
    public int Section(SnapshotSection expected)
    {
        ushort number = BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));
        if (number != (ushort)expected)
        {
            string known = Enum.IsDefined((SnapshotSection)number) ? ((SnapshotSection)number).ToString() : "which this build does not know";
            throw new InvalidFrameException($"section {number} ({known}) stands where {expected} is expected");
        }

        uint items = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
        return items * (ulong)sizeof(uint) <= (ulong)_remaining
            ? (int)items
            : throw new InvalidFrameException($"section {expected} announces {items} items, {_remaining} bytes remain");
    }

    /// <summary>The single item of a section that has one.</summary>
    public byte[] Single(SnapshotSection expected)
    {
        int items = Section(expected);
        return items == 1 ? Item() : throw new InvalidFrameException($"section {expected} has {items} items, expected 1");
    }

    public byte[] Item() => Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint))));

    public void End()
    {
        if (_remaining != 0)
        {
            throw new InvalidFrameException($"{_remaining} bytes remain behind the last section");
        }
    }

    private byte[] Take(long count)
    {
        if (count > _remaining)
        {
            throw new InvalidFrameException($"{count} bytes expected, {_remaining} remain");
        }

        byte[] taken = new byte[count];
        int filled = 0;
        while (filled < taken.Length)
        {
            ReadOnlySpan<byte> rest = content.Blocks[_block].Span[_offset..];
            int part = Math.Min(rest.Length, taken.Length - filled);
            rest[..part].CopyTo(taken.AsSpan(filled));
            filled += part;
            _offset += part;
            if (_offset == content.Blocks[_block].Length)
            {
                (_block, _offset) = (_block + 1, 0);
            }
        }

        _remaining -= count;
        Invariant.Require(_remaining >= 0, $"{_remaining} bytes remain");
        return taken;
    }
}
