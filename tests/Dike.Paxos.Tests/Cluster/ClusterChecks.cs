namespace Dike.Paxos.Tests.Cluster;

/// <summary>
/// What must hold of a whole group, judged from outside and without any code of the core: from durable records, messages that left, and what was
/// handed out as decided.
/// </summary>
internal sealed class ClusterChecks(int members)
{
    private readonly Dictionary<ReplicaId, Durable> _durable = [];
    private readonly Dictionary<(ReplicaId Replica, Ballot Ballot), long> _syncedIn = [];
    private readonly Dictionary<ReplicaId, Ballot> _promiseSent = [];
    private readonly Dictionary<Ballot, (ReplicaId Replica, int Boot)> _leaders = [];
    private readonly Dictionary<ReplicaId, long> _emitted = [];
    private readonly Dictionary<long, long> _readFloors = [];
    private readonly SortedDictionary<long, EntryBatch> _chosen = [];

    /// <summary>The last slot anybody has handed out as decided.</summary>
    public long LastDecided { get; private set; }

    public int Leaders => _leaders.Count;

    public int ReadsServed { get; private set; }

    public IReadOnlyDictionary<long, EntryBatch> Chosen => _chosen;

    /// <summary>A record is durable now.</summary>
    public void OnDurable(ReplicaId replica, LogWrite write)
    {
        Durable durable = DurableOf(replica);
        switch (write)
        {
            case PromiseWrite promise:
                Check(promise.Promised > durable.Promised, $"{replica} wrote promise {promise.Promised} after {durable.Promised}");
                durable.Promised = promise.Promised;
                break;
            case AcceptWrite accept:
                Check(accept.Accepted == durable.Promised, $"{replica} accepted in {accept.Accepted}, promised {durable.Promised}");
                Check(accept.Accepted == durable.Accepted, $"{replica} appended in {accept.Accepted} to a log of {durable.Accepted}");
                durable.Log.AddRange(accept.Batches);
                break;
            case SyncWrite sync:
                Check(sync.Accepted == durable.Promised, $"{replica} adopted in {sync.Accepted}, promised {durable.Promised}");
                Check(sync.Accepted > durable.Accepted, $"{replica} adopted in {sync.Accepted} after {durable.Accepted}");
                Check(sync.Keep.Value >= durable.Decided, $"{replica} kept {sync.Keep}, decided {durable.Decided}");
                durable.Accepted = sync.Accepted;
                durable.Log.RemoveAll(batch => batch.First > sync.Keep);
                durable.Log.AddRange(sync.Batches);
                break;
            case DecidedWrite decided:
                Check(decided.Decided.Value > durable.Decided, $"{replica} wrote decided {decided.Decided} after {durable.Decided}");
                durable.Decided = decided.Decided.Value;
                break;
        }

        long end = durable.Log.Count == 0 ? 0 : durable.Log[^1].Last.Value;
        (ReplicaId, Ballot) key = (replica, durable.Accepted);
        _syncedIn[key] = Math.Max(end, _syncedIn.GetValueOrDefault(key));
    }

    /// <summary>A message left for the network.</summary>
    public void OnSent(ReplicaId from, PeerMessage message)
    {
        Check(message.Invalid() is null, $"{from} sent nonsense: {message.Invalid()}");
        Durable durable = DurableOf(from);
        switch (message)
        {
            case Prepare prepare:
                Check(durable.Promised >= prepare.Ballot, $"{from} sent Prepare {prepare.Ballot} before its promise was synced");
                break;
            case Promise promise:
                Check(durable.Promised >= promise.Ballot, $"{from} sent Promise {promise.Ballot} before it was synced");
                _promiseSent[from] = promise.Ballot > _promiseSent.GetValueOrDefault(from) ? promise.Ballot : _promiseSent.GetValueOrDefault(from);
                break;
            case Accepted accepted:
                Check(
                    _syncedIn.GetValueOrDefault((from, accepted.Ballot)) >= accepted.Last.Value,
                    $"{from} sent Accepted {accepted.Last} in {accepted.Ballot} before it was synced");
                Check(
                    accepted.Ballot >= _promiseSent.GetValueOrDefault(from) || durable.Promised > accepted.Ballot,
                    $"{from} accepted in {accepted.Ballot} below its promise {_promiseSent.GetValueOrDefault(from)}");
                break;
        }
    }

    public void OnStarted(ReplicaId replica) => _emitted[replica] = 0;

    /// <summary>A replica handed out a batch as decided.</summary>
    public void OnDecided(ReplicaId replica, EntryBatch batch)
    {
        Check(batch.First.Value == _emitted[replica] + 1, $"{replica} handed out {batch} after slot {_emitted[replica]}");
        _emitted[replica] = batch.Last.Value;
        if (_chosen.TryGetValue(batch.First.Value, out EntryBatch? other))
        {
            Check(other == batch, $"two values decided: {other} and, by {replica}, {batch}");
            return;
        }

        Check(batch.First.Value == LastDecided + 1, $"{replica} decided {batch} across what was decided through {LastDecided}");
        Check(HasQuorumInOneBallot(batch.Last.Value), $"{replica} decided {batch}, which no quorum has synced in one ballot");
        _chosen[batch.First.Value] = batch;
        LastDecided = batch.Last.Value;
    }

    public void OnLeading(ReplicaId replica, int boot, Ballot ballot)
    {
        _leaders.TryAdd(ballot, (replica, boot));
        Check(_leaders[ballot] == (replica, boot), $"two leaders of {ballot}: {_leaders[ballot]} and {(replica, boot)}");
    }

    public void OnReadAsked(long readId) => _readFloors[readId] = LastDecided;

    public void OnReadReady(ReplicaId replica, ReadReady ready)
    {
        ReadsServed++;
        long floor = _readFloors[ready.ReadId];
        Check(ready.Through.Value >= floor, $"{replica} serves a read through {ready.Through} although {floor} was decided before it was asked");
    }

    private static void Check(bool holds, string violation)
    {
        if (!holds)
        {
            throw new ClusterViolationException(violation);
        }
    }

    private bool HasQuorumInOneBallot(long slot)
    {
        Dictionary<Ballot, int> counts = [];
        foreach (((ReplicaId _, Ballot ballot), long end) in _syncedIn)
        {
            if (end >= slot)
            {
                counts[ballot] = counts.GetValueOrDefault(ballot) + 1;
            }
        }

        return counts.Values.Any(count => count * 2 > members);
    }

    private Durable DurableOf(ReplicaId replica)
    {
        if (!_durable.TryGetValue(replica, out Durable? durable))
        {
            durable = new Durable();
            _durable[replica] = durable;
        }

        return durable;
    }

    private sealed class Durable
    {
        public Ballot Promised { get; set; }

        public Ballot Accepted { get; set; }

        public long Decided { get; set; }

        public List<EntryBatch> Log { get; } = [];
    }
}

internal sealed class ClusterViolationException(string message) : Exception(message);
