using System.Collections.Immutable;
using System.IO.Hashing;
using Dike.Node.Groups.Messages;
using Dike.Paxos;
using Dike.Storage;
using Dike.Transport;

namespace Dike.Node.Groups.Snapshots;

/// <summary>
/// The snapshots of one replica: takes them at their slots, has them made durable, has the log cut behind them, gives blocks to others, fetches and installs what this
/// replica lacks. One is on its way to the store at a time, and none is sent there before the log says that the last one stands: the store keeps two, so the one that
/// the log starts behind is always there. Owned by the <see cref="GroupCore"/>.
/// </summary>
internal sealed class GroupSnapshots(Replica replica, ApplyLoop loop, SnapshotInfo? recovered, GroupId group, MachineType type, GroupOptions options)
{
    /// <summary>A partition-scoped machine is written in one piece; beyond so many bytes the pause is worth a warning.</summary>
    public const long LargePieceBytes = 16 << 20;

    /// <summary>Larger snapshots are not believed in: what is kept of their blocks would have to be made room for at once.</summary>
    private const long MaxBytes = 1L << 40;

    private readonly Applier _applier = loop.Applier;

    // What the store keeps, newest first.
    private readonly List<SnapshotInfo> _saved = recovered is null ? [] : [recovered];
    private SnapshotWriter? _writer;
    private SnapshotFetch? _fetch;
    private SnapshotContent? _saving;
    private RestoredState? _restored;
    private long _standsAt;

    /// <summary>Whether ticks are needed: something is written or fetched.</summary>
    public bool IsBusy => _writer is not null || _fetch is { IsAbandoned: false } or { IsComplete: true };

    /// <summary>How many blocks of the snapshot that is fetched are there; for whoever looks on.</summary>
    public int BlocksFetched => _fetch?.Kept ?? 0;

    /// <summary>A snapshot is due behind the batch that was just applied. If one is being written or saved, this one is left out; when the next is due does not depend on it.</summary>
    public void Take(GroupOutputs outputs)
    {
        if (_writer is not null || _saving is not null || _standsAt > 0 || !_applier.Configuration.IsKnown)
        {
            return;
        }

        _writer = new SnapshotWriter(_applier, group.Value, type.Contract.Name, _applier.Schedule.BytesSince, options.SnapshotBlockBytes);
        if (type.Contract.Scope == StateScope.Partition)
        {
            // There is no smaller piece of it than the whole.
            _writer.Continue(int.MaxValue);
            if (_writer.Bytes > LargePieceBytes)
            {
                outputs.SnapshotNotices.Add($"The state of {type.Contract.Name} takes {_writer.Bytes} bytes in one piece: commands wait while it is written. Give each key a state of its own.");
            }
        }
    }

    /// <summary>The state that is being written is thrown away: what is left of it would be the state of no slot.</summary>
    public void Abandon()
    {
        _writer?.Detach();
        _writer = null;
    }

    /// <summary>A turn ends: writes the next piece.</summary>
    public void EndTurn(GroupOutputs outputs)
    {
        if (_writer is not { } writer)
        {
            return;
        }

        writer.Continue(options.SnapshotBytesPerTurn);
        if (writer.Failure is { } failure)
        {
            outputs.SnapshotNotices.Add(failure);
            _writer = null;
        }
        else if (writer.IsDone)
        {
            _writer = null;
            Save(writer.End(), outputs);
        }
    }

    /// <summary>Takes over what a step of the replica wants.</summary>
    public void Absorb(GroupOutputs outputs)
    {
        foreach (SnapshotWanted wanted in outputs.Paxos.SnapshotsWanted)
        {
            Want(wanted);
        }

        outputs.Paxos.SnapshotsWanted.Clear();
        _fetch?.Ask(outputs);
    }

    /// <summary>A snapshot is durable.</summary>
    /// <returns>True if the state was replaced by it.</returns>
    public bool Saved(SnapshotInfo info, GroupOutputs outputs)
    {
        Invariant.Require(_saving?.Info == info, $"saved {info}, saving {_saving?.Info}");
        RestoredState? restored = _restored;
        (_saving, _restored) = (null, null);
        _saved.Insert(0, info);
        if (_saved.Count > ISnapshotStore.Kept)
        {
            _saved.RemoveAt(ISnapshotStore.Kept);
        }

        bool isInstalled = restored is not null && replica.SnapshotInstalled(info, outputs.Paxos);
        if (isInstalled)
        {
            Abandon();
            loop.Install(restored!, outputs);
        }
        else
        {
            // Also one that was fetched and that the log has overtaken: it must stand in the log, or the store would drop the one that does for the next.
            replica.SnapshotTaken(info, outputs.Paxos);
        }

        _standsAt = outputs.Paxos.Writes.Where(write => write is SnapshotWrite).Select(write => write.Number).DefaultIfEmpty().Max();
        return isInstalled;
    }

    /// <summary>Writes are synced: if the log's word about the last snapshot is among them, the next one may go to the store.</summary>
    public void Synced(long writeNumber)
    {
        if (writeNumber >= _standsAt)
        {
            _standsAt = 0;
        }
    }

    /// <summary>Another replica asks for blocks.</summary>
    public void Receive(ReplicaId from, SnapshotBlockAsked asked, GroupOutputs outputs)
    {
        SnapshotInfo? info = _saved.Find(saved => saved.Slot == asked.Slot && saved.ContentHash == asked.ContentHash);
        if (info is null || (long)asked.First * options.SnapshotBlockBytes >= info.Bytes)
        {
            outputs.GroupSends.Add((from, new SnapshotBlocks(asked.Slot, asked.ContentHash, asked.First, [])));
        }
        else
        {
            int count = Math.Min(asked.Count, options.SnapshotWindowBlocks);
            outputs.SnapshotRequests.Add(new ReadSnapshotBlocks(from, asked.Slot, asked.ContentHash, asked.First, count));
        }
    }

    /// <summary>The store has read what another replica asked for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="blocks">The blocks; none if the store has the snapshot no longer, or cannot read it.</param>
    /// <param name="outputs">Where the answer goes.</param>
    public static void Read(ReadSnapshotBlocks request, IReadOnlyList<ReadOnlyMemory<byte>> blocks, GroupOutputs outputs)
    {
        ImmutableArray<SnapshotBlock> checkedBlocks = [.. blocks.Select(block => new SnapshotBlock(XxHash3.HashToUInt64(block.Span), block))];
        outputs.GroupSends.Add((request.To, new SnapshotBlocks(request.Slot, request.ContentHash, request.First, checkedBlocks)));
    }

    /// <summary>Blocks have come.</summary>
    public void Receive(ReplicaId from, SnapshotBlocks blocks, GroupOutputs outputs)
    {
        _fetch?.Receive(from, blocks);
        Finish(outputs);
    }

    public void PeerChanged(ReplicaId peer, bool isUp)
    {
        if (!isUp)
        {
            _fetch?.RemoveDonor(peer);
        }
    }

    public void Tick(GroupOutputs outputs)
    {
        if (_fetch is not null && _fetch.Info.Slot <= replica.Decided)
        {
            _fetch = null;
        }

        _fetch?.Tick();
        Finish(outputs);
    }

    private void Want(SnapshotWanted wanted)
    {
        bool isOnItsWay = _saving?.Info == wanted.Snapshot;
        if (wanted.Snapshot.Slot <= replica.Decided || wanted.Snapshot.Bytes is < 1 or > MaxBytes || isOnItsWay)
        {
            return;
        }

        // A newer one is not better while the older one still comes: a donor that takes snapshots faster than they are sent would starve this replica.
        if (_fetch is null || (_fetch.IsAbandoned && _fetch.Info != wanted.Snapshot))
        {
            _fetch = new SnapshotFetch(wanted.Snapshot, options.SnapshotBlockBytes, options.SnapshotWindowBlocks, options.Paxos.ElectionTimeoutTicks);
        }

        if (_fetch.Info == wanted.Snapshot)
        {
            _fetch.AddDonor(wanted.From);
        }
    }

    /// <summary>Has a snapshot that is complete made durable, once the store is free.</summary>
    private void Finish(GroupOutputs outputs)
    {
        if (_fetch is not { IsComplete: true } fetch || _saving is not null || _standsAt > 0)
        {
            return;
        }

        try
        {
            _restored = SnapshotLoader.Load(fetch.Content, group.Value, type);
        }
        catch (InvalidFrameException exception)
        {
            // A donor's fault or a build that cannot read it; this replica stays as it was and fetches anew when a snapshot is offered again.
            outputs.SnapshotNotices.Add($"The snapshot {fetch.Info} that was fetched cannot be used: {exception.Message}.");
            fetch.Discard();
            return;
        }

        _fetch = null;
        Save(fetch.Content, outputs);
    }

    private void Save(SnapshotContent content, GroupOutputs outputs)
    {
        Invariant.Require(_saving is null && _standsAt == 0, $"saving {_saving?.Info}, the last stands at write {_standsAt}");
        _saving = content with { Blocks = [] };
        outputs.SnapshotRequests.Add(new SaveSnapshot(content));
    }
}
