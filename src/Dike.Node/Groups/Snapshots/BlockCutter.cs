using System.Buffers;
using System.IO.Hashing;
using Dike.Paxos;

namespace Dike.Node.Groups.Snapshots;

/// <summary>
/// Takes a snapshot's content piece by piece, cuts it into blocks of one length and hashes the whole. Where the blocks end depends on the bytes alone, so replicas that
/// write the same content have the same blocks, whatever pieces it came in. Owned by the <see cref="SnapshotWriter"/>.
/// </summary>
internal sealed class BlockCutter(int blockBytes)
{
    private readonly XxHash128 _hash = new();
    private readonly List<ReadOnlyMemory<byte>> _blocks = [];
    private ArrayBufferWriter<byte> _open = new(blockBytes);

    /// <summary>How many bytes were taken.</summary>
    public long Bytes { get; private set; }

    public void Append(ReadOnlySpan<byte> piece)
    {
        _hash.Append(piece);
        Bytes += piece.Length;
        while (piece.Length > 0)
        {
            int taken = Math.Min(piece.Length, blockBytes - _open.WrittenCount);
            _open.Write(piece[..taken]);
            piece = piece[taken..];
            if (_open.WrittenCount == blockBytes)
            {
                _blocks.Add(_open.WrittenMemory);
                _open = new ArrayBufferWriter<byte>(blockBytes);
            }
        }
    }

    /// <summary>Ends the content.</summary>
    /// <returns>Its blocks and its hash.</returns>
    public (IReadOnlyList<ReadOnlyMemory<byte>> Blocks, UInt128 Hash) End()
    {
        if (_open.WrittenCount > 0)
        {
            _blocks.Add(_open.WrittenMemory);
        }

        Invariant.Require(_blocks.Sum(block => (long)block.Length) == Bytes, $"{_blocks.Count} blocks of {Bytes} bytes");
        return (_blocks, _hash.GetCurrentHashAsUInt128());
    }
}
