using Dike.Node.Groups;
using Dike.Node.Groups.Messages;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Shards;

/// <summary>
/// One group on the shard: its core, what its turn wants done, and what waits for a sync. A group that broke an invariant is halted: it sends who waits
/// elsewhere, then takes and gives nothing more; its log stays as it is, and the other groups go on. Owned by the shard.
/// </summary>
internal sealed class GroupHost
{
    /// <summary>Replicas of other configurations whose place is remembered: more than any group meets at once.</summary>
    private const int MaxPlaces = 64;

    private readonly Queue<SendAfterSync> _waitingSends = new();
    private readonly Func<string, int> _placeOf;
    private readonly SortedDictionary<ReplicaId, int> _places = [];
    private readonly Action<GroupHost, Exception> _onHalted;
    private long _syncedNumber;
    private long _writtenNumber;

    /// <param name="core">The group.</param>
    /// <param name="placeOf">The place in the membership of a node, or -1.</param>
    /// <param name="onHalted">Told once, with the evidence.</param>
    public GroupHost(GroupCore core, Func<string, int> placeOf, Action<GroupHost, Exception> onHalted)
    {
        Core = core;
        _placeOf = placeOf;
        _onHalted = onHalted;
    }

    public GroupCore Core { get; }

    public GroupOutputs Outputs { get; } = new();

    public GroupDescription Description => Core.Description;

    public bool IsHalted => HaltedBy is not null;

    /// <summary>What halted it, or null.</summary>
    public Exception? HaltedBy { get; private set; }

    /// <summary>Whether a tick may change anything here. A shard with thousands of groups at rest must not step through them all at every tick.</summary>
    public bool NeedsTick => !IsHalted && !Core.IsQuiet;

    /// <summary>Whether the group got an input in this turn.</summary>
    public bool IsTouched { get; set; }

    /// <summary>
    /// Whether what comes from a place may speak for a replica. A node speaks for its own replicas only. One that this group does not know (of another configuration, or a
    /// newcomer) is taken at its word for where it is, so that it can be answered: what it may do is the core's business.
    /// </summary>
    /// <param name="from">The replica that is spoken for.</param>
    /// <param name="place">Where it comes from.</param>
    /// <param name="isNew">Whether nothing was known of that replica until now.</param>
    public bool Accepts(ReplicaId from, int place, out bool isNew)
    {
        isNew = false;
        if (Core.Members.NodeOf(from) is { } node)
        {
            return _placeOf(node) == place;
        }

        isNew = _places.GetValueOrDefault(from, -1) != place;
        Remember(from, place);
        return from != ReplicaId.None;
    }

    /// <summary>The replicas at a place that are no members (any more, or yet) and that this group may still have to do with.</summary>
    public ReplicaId[] OthersAt(int place) =>
        [.. _places.Where(pair => pair.Value == place && pair.Key != Core.Members.Here.Id && !Core.Members.IsMember(pair.Key)).Select(pair => pair.Key)];

    /// <summary>Remembers where the present members are: once they have left they may still have to be told so.</summary>
    public void RememberMembers()
    {
        foreach (Member member in Core.Members.Current)
        {
            Remember(member.Id, _placeOf(member.Node));
        }
    }

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
            HaltedBy = error;
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

        foreach ((ReplicaId to, GroupMessage message) in Outputs.GroupSends)
        {
            Send(outboxes, to, null, message);
        }
    }

    private void Send(PeerOutbox[] outboxes, ReplicaId to, PeerMessage? message, GroupMessage? own = null)
    {
        Invariant.Require(to != Core.Members.Here.Id, $"{message?.Kind}{own?.Kind} to this replica itself");
        if (PlaceOf(to) is >= 0 and int place)
        {
            outboxes[place].Add(new PeerEnvelope(Description.Group, Core.Members.Here.Id, to, message, own));
        }
    }

    private void Remember(ReplicaId replica, int place)
    {
        if (_places.Count >= MaxPlaces)
        {
            _places.Clear();
        }

        _places[replica] = place;
    }

    private int PlaceOf(ReplicaId replica) =>
        Core.Members.NodeOf(replica) is { } node ? _placeOf(node) : _places.GetValueOrDefault(replica, -1);
}
