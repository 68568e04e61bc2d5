using System.Collections.Frozen;
using Dike.Node.Groups;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Shards;

/// <summary>
/// One group on the shard: its core, what its turn wants done, and what waits for a sync. A group that broke an invariant is halted: it sends who waits
/// elsewhere, then takes and gives nothing more; its log stays as it is, and the other groups go on. Owned by the shard.
/// </summary>
internal sealed class GroupHost
{
    private readonly Queue<SendAfterSync> _waitingSends = new();
    private readonly FrozenDictionary<ReplicaId, int> _memberOf;
    private readonly Action<GroupHost, Exception> _onHalted;
    private long _syncedNumber;
    private long _writtenNumber;

    /// <param name="core">The group.</param>
    /// <param name="memberOf">The place in the membership of each replica's node.</param>
    /// <param name="onHalted">Told once, with the evidence.</param>
    public GroupHost(GroupCore core, IReadOnlyDictionary<ReplicaId, int> memberOf, Action<GroupHost, Exception> onHalted)
    {
        Core = core;
        _memberOf = memberOf.ToFrozenDictionary();
        _onHalted = onHalted;
    }

    public GroupCore Core { get; }

    public GroupOutputs Outputs { get; } = new();

    public GroupDescription Description => Core.Description;

    public bool IsHalted { get; private set; }

    /// <summary>Whether the group got an input in this turn.</summary>
    public bool IsTouched { get; set; }

    /// <summary>The place in the membership of a replica's node; false if it is no replica of this group.</summary>
    public bool TryFindMember(ReplicaId replica, out int member) => _memberOf.TryGetValue(replica, out member);

    /// <summary>Gives the core one input. What it throws halts this group alone.</summary>
    public void Step<T>(Action<GroupCore, T, Moment, GroupOutputs> step, T input, in Moment now)
    {
        if (IsHalted)
        {
            return;
        }

        IsTouched = true;
        try
        {
            step(Core, input, now, Outputs);
        }
#pragma warning disable CA1031 // Whatever a broken group throws (a failed invariant above all), the answer is the same and loud: it stops, the others go on.
        catch (Exception error) when (error is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            IsHalted = true;
            // Nothing of the turn that broke may leave: neither records nor messages nor answers, but those that send the callers elsewhere.
            Core.Halt(Outputs);
            _waitingSends.Clear();
            _onHalted(this, error);
        }
    }

    /// <summary>Moves the turn's records into <paramref name="records"/> and returns the number of the last, or 0 if there is none.</summary>
    public long TakeWrites(List<LogRecord> records)
    {
        long last = 0;
        foreach (LogWrite write in Outputs.Paxos.Writes)
        {
            Invariant.Require(write.Number == _writtenNumber + 1);
            _writtenNumber = last = write.Number;
            records.Add(new LogRecord(Description.Group, write));
        }

        return last;
    }

    /// <summary>Notes that the journal has synced all writes up to <paramref name="number"/>.</summary>
    public void NoteSynced(long number)
    {
        Invariant.Require(number > _syncedNumber && number <= _writtenNumber);
        _syncedNumber = number;
    }

    /// <summary>
    /// The barrier of the whole node: a Promise or Accepted leaves here, and only once the write it speaks of is synced. A message that left
    /// earlier would let others count a vote that a crash can take back.
    /// </summary>
    public void ReleaseSends(PeerOutbox[] outboxes)
    {
        foreach (SendAfterSync send in Outputs.Paxos.SendsAfterSync)
        {
            _waitingSends.Enqueue(send);
        }

        while (_waitingSends.TryPeek(out SendAfterSync oldest) && oldest.After <= _syncedNumber)
        {
            _waitingSends.Dequeue();
            Send(outboxes, oldest.To, oldest.Message);
        }
    }

    /// <summary>Sends what depends on nothing unsynced.</summary>
    public void SendNow(PeerOutbox[] outboxes)
    {
        foreach (Send send in Outputs.Paxos.SendsNow)
        {
            Send(outboxes, send.To, send.Message);
        }
    }

    private void Send(PeerOutbox[] outboxes, ReplicaId to, PeerMessage message)
    {
        Invariant.Require(to != Description.Self);
        outboxes[_memberOf[to]].Add(new PeerEnvelope(Description.Group, Description.Self, to, message));
    }
}
