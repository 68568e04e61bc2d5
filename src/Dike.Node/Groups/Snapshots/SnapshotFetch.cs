using System.IO.Hashing;
using Dike.Node.Groups.Messages;
using Dike.Paxos;

namespace Dike.Node.Groups.Snapshots;

/// <summary>
/// Fetches one snapshot from those who offer it: a bounded number of blocks under way, each verified before it is kept, none asked for that is there. What is verified
/// outlives the donor that gave it; another that offers the same slot and hash goes on where it ended. Pure; owned by <see cref="GroupSnapshots"/>.
/// </summary>
internal sealed class SnapshotFetch(SnapshotInfo info, int blockBytes, int window, int resendTicks)
{
    private readonly ReadOnlyMemory<byte>[] _blocks = new ReadOnlyMemory<byte>[checked((int)((info.Bytes + blockBytes - 1) / blockBytes))];
    private readonly bool[] _isThere = new bool[checked((int)((info.Bytes + blockBytes - 1) / blockBytes))];
    private readonly SortedDictionary<int, (ReplicaId Donor, int Ticks)> _asked = [];
    private readonly List<ReplicaId> _donors = [];
    private int _turn;
    private int _kept;

    public SnapshotInfo Info => info;

    /// <summary>Whether nobody is left who offers it.</summary>
    public bool IsAbandoned => _donors.Count == 0;

    public bool IsComplete => _kept == _blocks.Length;

    /// <summary>How many blocks were verified and kept.</summary>
    public int Kept => _kept;

    public SnapshotContent Content
    {
        get
        {
            Invariant.Require(IsComplete, $"{_kept} of {_blocks.Length} blocks");
            return new SnapshotContent(info, _blocks);
        }
    }

    public void AddDonor(ReplicaId donor)
    {
        if (!_donors.Contains(donor))
        {
            _donors.Add(donor);
        }
    }

    /// <summary>A donor has it no longer, or is gone. What it was asked for is asked of the others.</summary>
    public void RemoveDonor(ReplicaId donor)
    {
        _donors.Remove(donor);
        foreach (int block in _asked.Where(asked => asked.Value.Donor == donor).Select(asked => asked.Key).ToArray())
        {
            _asked.Remove(block);
        }
    }

    /// <summary>One tick has passed: what was not answered in time is asked for again, of whoever is next.</summary>
    public void Tick()
    {
        foreach ((int block, (ReplicaId donor, int ticks)) in _asked.ToArray())
        {
            _asked.Remove(block);
            if (ticks + 1 < resendTicks)
            {
                _asked.Add(block, (donor, ticks + 1));
            }
        }
    }

    /// <summary>Asks for what is missing, as far as the window lets.</summary>
    public void Ask(GroupOutputs outputs)
    {
        for (int block = 0; block < _blocks.Length && _asked.Count < window && _donors.Count > 0; block++)
        {
            if (!_isThere[block] && !_asked.ContainsKey(block))
            {
                ReplicaId donor = _donors[_turn++ % _donors.Count];
                _asked.Add(block, (donor, 0));
                outputs.GroupSends.Add((donor, new SnapshotBlockAsked(info.Slot, info.ContentHash, block, 1)));
            }
        }

        Invariant.Require(_asked.Count <= window, $"{_asked.Count} blocks under way, {window} allowed");
    }

    /// <summary>Takes blocks. What was not asked for, comes twice, or is damaged changes nothing: it is asked for again when its time is over.</summary>
    public void Receive(ReplicaId from, SnapshotBlocks message)
    {
        if (message.Slot != info.Slot || message.ContentHash != info.ContentHash)
        {
            return;
        }

        if (message.Blocks.IsEmpty)
        {
            RemoveDonor(from);
            return;
        }

        int index = message.First;
        foreach (SnapshotBlock block in message.Blocks)
        {
            if (index < _blocks.Length && !_isThere[index] && block.Bytes.Length == LengthOf(index) && XxHash3.HashToUInt64(block.Bytes.Span) == block.Checksum)
            {
                (_blocks[index], _isThere[index]) = (block.Bytes, true);
                _kept++;
                _asked.Remove(index);
            }

            index++;
        }
    }

    /// <summary>The whole is not what was offered although each block was as sent: nobody's word about it is taken any more.</summary>
    public void Discard()
    {
        Array.Clear(_isThere);
        Array.Clear(_blocks);
        _kept = 0;
        _asked.Clear();
        _donors.Clear();
    }

    private int LengthOf(int block) => (int)Math.Min(blockBytes, info.Bytes - ((long)block * blockBytes));
}
