using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// The safety half of a replica: promises, accepts, learns. It numbers the replica's writes, knows which are synced, and holds back every message
/// that depends on one that is not. The rules of each write are in <see cref="HardState"/>. Used by all roles; has none itself.
/// </summary>
internal sealed class Acceptor
{
    private readonly Outbox _outbox;
    private readonly HardState _state;
    private readonly Queue<LogEnd> _unsyncedEnds = new();
    private LogEnd _syncedEnd;
    private long _lastWrite;
    private long _lastSynced;
    private long _promiseWrite;
    private long _logWrite;
    private long _lastAwaited;
    private Slot _decidedWritten;

    public Acceptor(RecoveredState recovered, Outbox outbox)
    {
        _outbox = outbox;
        _state = HardState.From(recovered);
        _decidedWritten = recovered.Decided;
        _syncedEnd = new LogEnd(0, _state.Accepted, _state.Log.Last);
    }

    public ConfigurationId Configuration => _state.Configuration;

    public ImmutableArray<Member> Members => _state.Members;

    public bool IsVoter => _state.IsVoter;

    public bool HasLeft => _state.HasLeft;

    /// <summary>Whether something is known to be decided in the present configuration, not only before it.</summary>
    public bool HasDecidedInConfiguration => _state.Decided > _state.Start;

    public SnapshotInfo? Snapshot => _state.Snapshot;

    /// <summary>The configuration to be entered, see <see cref="HardState.Next"/>.</summary>
    public StopSign? Next => _state.Next;

    public bool IsSealed => _state.IsSealed;

    public Ballot Promised => _state.Promised;

    public Ballot Accepted => _state.Accepted;

    public Slot Decided => _state.Decided;

    public LogWindow Log => _state.Log;

    /// <summary>Whether the decided slot is written down as far as it is known.</summary>
    public bool IsDecidedWritten => Decided == _decidedWritten;

    public bool IsPromiseSynced => _promiseWrite <= _lastSynced;

    /// <summary>How far the log is durable in <paramref name="ballot"/>: what this replica may count as its own vote there.</summary>
    public Slot SyncedIn(Ballot ballot) => _syncedEnd.Ballot == ballot ? _syncedEnd.Last : Slot.None;

    /// <summary>Promises <paramref name="ballot"/>.</summary>
    public void Promise(Ballot ballot)
    {
        Invariant.Require(ballot > Promised, $"asked to promise {ballot} after {Promised}");
        _promiseWrite = Write(new PromiseWrite(NextWrite(), Configuration, ballot));
    }

    /// <summary>Adopts a leader's log in one atomic record: keeps it through <paramref name="keep"/>, drops what follows, appends.</summary>
    public void Adopt(Ballot ballot, Slot keep, ImmutableArray<EntryBatch> batches)
    {
        Invariant.Require(ballot == Promised, $"asked to adopt a log in {ballot}, promised {Promised}");
        Invariant.Require(keep >= Decided, $"asked to keep {keep}, decided {Decided}");
        _logWrite = Write(new SyncWrite(NextWrite(), Configuration, ballot, keep, batches));
        _unsyncedEnds.Enqueue(new LogEnd(_logWrite, ballot, Log.Last));
    }

    /// <summary>Appends in the ballot in which the log already is.</summary>
    public void Append(ImmutableArray<EntryBatch> batches)
    {
        Invariant.Require(Accepted == Promised, $"accepted {Accepted}, promised {Promised}");
        _logWrite = Write(new AcceptWrite(NextWrite(), Configuration, Accepted, batches));
        _unsyncedEnds.Enqueue(new LogEnd(_logWrite, Accepted, Log.Last));
    }

    /// <summary>
    /// Appends those of <paramref name="batches"/>, sent by the leader of the ballot in which the log is, that lie behind its end.
    /// </summary>
    /// <returns>False if they do not connect to the log, or lie behind its stop-sign: nothing was changed.</returns>
    public bool AppendMissing(ImmutableArray<EntryBatch> batches)
    {
        int known = 0;
        while (known < batches.Length && batches[known].Last <= Log.Last)
        {
            known++;
        }

        if (known < batches.Length && batches[known].First != Log.Last + 1)
        {
            return false;
        }

        if (known < batches.Length && IsSealed)
        {
            return false;
        }

        RequireSame(batches[..known], Log.Last);
        if (known < batches.Length)
        {
            Append(batches[known..]);
        }

        return true;
    }

    /// <summary>
    /// Halts if one of <paramref name="batches"/> through <paramref name="through"/> is not what this replica holds there. Called where both must be
    /// the same: decided slots, and slots of one ballot. Two values for one slot must stop the group, never be passed over. What a snapshot stands for cannot be compared.
    /// </summary>
    public void RequireSame(ImmutableArray<EntryBatch> batches, Slot through)
    {
        foreach (EntryBatch batch in batches)
        {
            if (batch.Last <= through && batch.First > Log.Base)
            {
                EntryBatch? own = Log.StartingAt(batch.First);
                Invariant.Require(batch == own, $"two values for one place of the log: {own} and {batch}, decided {Decided}, ballot {Accepted}");
            }
        }
    }

    /// <summary>
    /// Everything through <paramref name="through"/> is decided. The record of it is written with the next one or at the next tick: nothing waits for
    /// it, and a sync of its own would hold up the next entries.
    /// </summary>
    public void Decide(Slot through)
    {
        Slot before = Decided;
        _state.Decide(through);
        Log.CopyRange(before, through, _outbox.Effects.Decided);
    }

    /// <summary>Hands out what was decided before the start.</summary>
    public void EmitRecovered()
    {
        Invariant.Require(_lastWrite == 0, $"{_lastWrite} writes");
        Log.CopyRange(Log.Base, Decided, _outbox.Effects.Decided);
    }

    /// <summary>
    /// Takes over what others say is decided, from directly behind what is known to be decided here. What this replica holds already only becomes decided; the rest is
    /// written, in place of whatever it holds there. A voter keeps its vote: as long as others may need it to decide the end of this configuration, it must not be given up.
    /// </summary>
    public void Learn(ImmutableArray<EntryBatch> batches)
    {
        Invariant.Require(!batches.IsEmpty && batches[0].First == Decided + 1, $"to learn behind {Decided}");
        int same = 0;
        while (same < batches.Length && Log.StartingAt(batches[same].First) == batches[same])
        {
            same++;
        }

        if (same > 0)
        {
            Decide(batches[same - 1].Last);
        }

        if (same < batches.Length)
        {
            _logWrite = Write(new LearnWrite(NextWrite(), Configuration, batches[same..]));
            _decidedWritten = Decided;
            _unsyncedEnds.Enqueue(new LogEnd(_logWrite, Accepted, Log.Last));
            _outbox.Effects.Decided.AddRange(batches[same..]);
        }
    }

    /// <summary>A durable snapshot stands for everything through its slot: taken of what is decided here, or installed ahead of that.</summary>
    public void StartBehind(SnapshotInfo snapshot)
    {
        Invariant.Require(snapshot.Slot > Log.Base, $"snapshot of {snapshot.Slot}, the log starts behind {Log.Base}");
        bool isInstalled = snapshot.Slot > Decided;
        long write = Write(new SnapshotWrite(NextWrite(), Configuration, snapshot));
        if (isInstalled)
        {
            _logWrite = write;
            _decidedWritten = Decided;
            _unsyncedEnds.Enqueue(new LogEnd(write, Accepted, Log.Last));
        }
    }

    /// <summary>
    /// Enters a configuration. A ballot of the one before may have the same number, owner and all: nothing of what was synced or promised there may count here.
    /// </summary>
    public void Enter(ConfigurationId configuration, ImmutableArray<Member> members, ReplicaId self, bool isVoter)
    {
        _promiseWrite = Write(new ConfigurationWrite(NextWrite(), configuration, self, members, isVoter));
        _logWrite = _promiseWrite;
        _unsyncedEnds.Clear();
        _syncedEnd = new LogEnd(0, Ballot.None, Slot.None);
        Invariant.Require(Promised == Ballot.None && Log.Last == Decided, $"promised {Promised}, log through {Log.Last}, decided {Decided}");
    }

    /// <summary>Writes down the decided slot if it has grown.</summary>
    public void FlushDecided()
    {
        if (Decided > _decidedWritten)
        {
            _decidedWritten = Decided;
            _outbox.Effects.Writes.Add(new DecidedWrite(++_lastWrite, Configuration, Decided));
        }
    }

    public void Synced(long writeNumber)
    {
        Invariant.Require(writeNumber <= _lastWrite, $"synced up to {writeNumber} of {_lastWrite} writes");
        _lastSynced = Math.Max(_lastSynced, writeNumber);
        while (_unsyncedEnds.TryPeek(out LogEnd end) && end.Write <= _lastSynced)
        {
            _syncedEnd = _unsyncedEnds.Dequeue();
        }
    }

    /// <summary>Sends what says something about the promise: after its sync.</summary>
    public void SendAfterPromise(ReplicaId to, PeerMessage message) => SendAfter(_promiseWrite, to, message);

    /// <summary>Sends what says something about the log: after the sync of its last change.</summary>
    public void SendAfterLog(ReplicaId to, PeerMessage message) => SendAfter(_logWrite, to, message);

    /// <summary>Sends what says something about all that this replica holds: after the sync of everything written so far.</summary>
    public void SendAfterAll(ReplicaId to, PeerMessage message) => SendAfter(_lastWrite, to, message);

    /// <summary>
    /// The only way by which a message that depends on a write leaves. What leaves before its sync could be believed by a peer and forgotten here in a
    /// crash: a promise or vote that was counted and then broken is two decided values for one slot.
    /// </summary>
    private void SendAfter(long write, ReplicaId to, PeerMessage message)
    {
        if (write <= _lastSynced)
        {
            _outbox.Send(to, message);
            return;
        }

        _lastAwaited = Math.Max(_lastAwaited, write);
        _outbox.Effects.SendsAfterSync.Add(new SendAfterSync(_lastAwaited, to, message));
    }

    private long NextWrite()
    {
        FlushDecided();
        return ++_lastWrite;
    }

    private long Write(LogWrite write)
    {
        Invariant.Require(write.Number == _lastWrite, $"{write.Number} after {_lastWrite}");
        _state.Apply(write);
        _outbox.Effects.Writes.Add(write);
        return write.Number;
    }

    /// <summary>Where the log ended, and in which ballot, after a write.</summary>
    private readonly record struct LogEnd(long Write, Ballot Ballot, Slot Last);
}
