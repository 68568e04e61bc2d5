using System.Buffers;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Groups.Snapshots;

/// <summary>
/// Writes the replicated state of one slot as a snapshot's content while later commands go on: everything but the machines at once, the machines key by key, a bounded
/// number of bytes per turn. Before a key changes for the first time its state of the snapshot's slot is set aside, so what is written is the state of one slot, and equal
/// slots give equal bytes. Owned by <see cref="GroupSnapshots"/>.
/// </summary>
internal sealed class SnapshotWriter
{
    /// <summary>The first bytes of every content; the last is the version of the format.</summary>
    public static ReadOnlySpan<byte> Magic => "DIKESNA\x01"u8;

    private readonly StateTable _states;
    private readonly Slot _slot;
    private readonly LogConfiguration _configuration;
    private readonly BlockCutter _cutter;
    private readonly IReadOnlyList<string> _keys;
    private readonly SortedDictionary<string, byte[]> _preImages = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _item = new(1024);
    private readonly WireWriter _writer;
    private readonly ArrayBufferWriter<byte> _head = new(16);
    private readonly WireWriter _headWriter;
    private int _next;

    public SnapshotWriter(Applier applier, int group, string machine, long bytesSinceDue, int blockBytes)
    {
        _states = applier.States;
        _slot = applier.Applied;
        _configuration = applier.Configuration;
        Invariant.Require(_configuration.IsKnown && _slot >= Slot.First, $"slot {_slot}");
        _cutter = new BlockCutter(blockBytes);
        _writer = new WireWriter(_item);
        _headWriter = new WireWriter(_head);
        _keys = applier.States.SortedKeys();
        _cutter.Append(Magic);
        WriteHeader(applier, group, machine, bytesSinceDue);
        WriteSmallSections(applier);
        Begin(SnapshotSection.States, _keys.Count);
        _states.Capture = this;
    }

    /// <summary>The slot whose state it writes.</summary>
    public Slot Slot => _slot;

    /// <summary>Why no snapshot can come of it, or null: a key's state cannot be exported. Alike on every replica.</summary>
    public string? Failure { get; private set; }

    public bool IsDone => _next == _keys.Count;

    /// <summary>How many bytes have been written.</summary>
    public long Bytes => _cutter.Bytes;

    /// <summary>
    /// The key is about to change, or to go. What it was at the snapshot's slot must be kept now or is lost; a second change finds it kept and must not replace it by
    /// a state of a later slot, which would make a snapshot of no slot at all.
    /// </summary>
    public void BeforeChange(string key, ReadOnlySpan<byte> state)
    {
        bool isWritten = _next > 0 && string.CompareOrdinal(key, _keys[_next - 1]) <= 0;
        if (!isWritten && Failure is null && IsOfTheSlot(key) && !_preImages.ContainsKey(key))
        {
            _preImages.Add(key, state.ToArray());
        }
    }

    /// <summary>Writes keys until so many bytes are written or none is left; one key at least.</summary>
    public void Continue(int budget)
    {
        long until = _cutter.Bytes + budget;
        while (Failure is null && !IsDone && _cutter.Bytes < until)
        {
            WriteKey(_keys[_next]);
            _next++;
        }

        if (Failure is not null || IsDone)
        {
            Detach();
        }
    }

    /// <summary>Lets go of the state: nothing more is set aside.</summary>
    public void Detach()
    {
        if (_states.Capture == this)
        {
            _states.Capture = null;
        }
    }

    public SnapshotContent End()
    {
        Invariant.Require(IsDone && Failure is null && _preImages.Count == 0, $"{_next} of {_keys.Count} keys, {_preImages.Count} set aside");
        (IReadOnlyList<ReadOnlyMemory<byte>> blocks, UInt128 hash) = _cutter.End();
        return new SnapshotContent(new SnapshotInfo(_slot, _configuration.Id, _configuration.Members, _cutter.Bytes, hash), blocks);
    }

    private bool IsOfTheSlot(string key)
    {
        int low = _next;
        int high = _keys.Count - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) / 2);
            int order = string.CompareOrdinal(_keys[middle], key);
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    private void WriteHeader(Applier applier, int group, string machine, long bytesSinceDue)
    {
        Begin(SnapshotSection.Header, 1);
        _writer.Int32(group);
        _writer.Int64(_slot.Value);
        _writer.UInt32(_configuration.Id.Value);
        _writer.Bytes(MemberFormat.ToBytes(_configuration.Members));
        _writer.String(machine);
        _writer.Int64(applier.LogTime);
        _writer.Int64(bytesSinceDue);
        EndItem();
    }

    private void WriteSmallSections(Applier applier)
    {
        Begin(SnapshotSection.Version, 1);
        _writer.Int32(applier.Version.Number);
        EndItem();
        Begin(SnapshotSection.Chain, 1);
        _writer.UInt64((ulong)(applier.Chain.Value >> 64));
        _writer.UInt64((ulong)applier.Chain.Value);
        EndItem();
        IReadOnlyList<Slot> skipped = applier.Skipped.Through(_slot);
        Begin(SnapshotSection.Skipped, skipped.Count);
        foreach (Slot slot in skipped)
        {
            _writer.Int64(slot.Value);
            EndItem();
        }

        Begin(SnapshotSection.Horizon, 1);
        _writer.Int64(applier.Sessions.Horizon);
        EndItem();
        IReadOnlyList<Session> sessions = applier.Sessions.Sorted();
        Begin(SnapshotSection.Sessions, sessions.Count);
        foreach (Session session in sessions)
        {
            SessionCodec.Write(_writer, session);
            EndItem();
        }
    }

    private void WriteKey(string key)
    {
        _writer.String(key);
        if (_preImages.Remove(key, out byte[]? preImage))
        {
            _writer.Bytes(preImage);
        }
        else if (_states.TryExport(_states.Find(key)!, out ReadOnlySpan<byte> state, out Exception? failure))
        {
            _writer.Bytes(state);
        }
        else
        {
            Failure = $"The state of key '{key}' cannot be exported: {failure.GetType()}: {failure.Message}. There is no snapshot of slot {_slot}, and the log is not cut.";
            return;
        }

        EndItem();
    }

    private void Begin(SnapshotSection section, int items)
    {
        _headWriter.UInt16((ushort)section);
        _headWriter.UInt32((uint)items);
        FlushHead();
    }

    private void EndItem()
    {
        _headWriter.UInt32((uint)_item.WrittenCount);
        FlushHead();
        _cutter.Append(_item.WrittenSpan);
        _item.ResetWrittenCount();
    }

    private void FlushHead()
    {
        _cutter.Append(_head.WrittenSpan);
        _head.ResetWrittenCount();
    }
}
