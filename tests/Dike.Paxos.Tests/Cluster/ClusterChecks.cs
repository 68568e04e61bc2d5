using System.Collections.Immutable;

namespace Dike.Paxos.Tests.Cluster;

/// <summary>
/// What must hold of a whole group, judged from outside and without any code of the core: from durable records, messages that left, and what was
/// handed out as decided.
/// </summary>
internal sealed class ClusterChecks(ImmutableArray<Member> founders)
{
    private readonly Dictionary<ReplicaId, Durable> _durable = [];
    private readonly Dictionary<(ReplicaId Replica, ConfigurationId Configuration, Ballot Ballot), long> _syncedIn = [];
    private readonly Dictionary<(ReplicaId Replica, ConfigurationId Configuration), Ballot> _promiseSent = [];
    private readonly Dictionary<(ConfigurationId Configuration, Ballot Ballot), (ReplicaId Replica, int Boot)> _leaders = [];
    private readonly Dictionary<ReplicaId, long> _emitted = [];
    private readonly Dictionary<long, long> _readFloors = [];
    private readonly List<(long AtMs, long Decided)> _decidedAt = [];
    private readonly SortedDictionary<long, EntryBatch> _chosen = [];

    /// <summary>From which slot on which configuration decides, from the decided stop-signs.</summary>
    private readonly List<(long First, ConfigurationId Configuration, ImmutableArray<Member> Members)> _configurations = [(1, ConfigurationId.First, founders)];

    /// <summary>The last slot anybody has handed out as decided.</summary>
    public long LastDecided { get; private set; }

    public int Leaders => _leaders.Count;

    public int ReadsServed { get; private set; }

    /// <summary>How often a read was answered by a replica that held a lease.</summary>
    public int LeaseReads { get; private set; }

    /// <summary>How many ticks found nothing to do.</summary>
    public int QuietTicks { get; private set; }

    /// <summary>The true time.</summary>
    public long NowMs { get; set; }

    public IReadOnlyDictionary<long, EntryBatch> Chosen => _chosen;

    /// <summary>A record is durable now.</summary>
    public void OnDurable(ReplicaId replica, LogWrite write)
    {
        Durable durable = DurableOf(replica);
        Check(write is ConfigurationWrite || write.Configuration == durable.Configuration, $"{replica} wrote {write} in configuration {durable.Configuration}");
        Check(write is not (PromiseWrite or AcceptWrite or SyncWrite) || durable.IsVoter, $"{replica} votes in configuration {write.Configuration} as a learner: {write}");
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

        if (write is AcceptWrite or SyncWrite)
        {
            (ReplicaId, ConfigurationId, Ballot) key = (replica, durable.Configuration, durable.Accepted);
            _syncedIn[key] = Math.Max(durable.End, _syncedIn.GetValueOrDefault(key));
            CheckSealed(replica, durable);
        }
        else
        {
            OnTold(replica, durable, write);
        }
    }

    /// <summary>Records by which a replica takes over what others have decided, or starts anew in another configuration.</summary>
    private void OnTold(ReplicaId replica, Durable durable, LogWrite write)
    {
        switch (write)
        {
            case LearnWrite learn:
                CheckChosen(replica, learn.Batches);
                durable.Log.RemoveAll(batch => batch.First.Value > durable.Decided);
                durable.Log.AddRange(learn.Batches);
                durable.Decided = learn.Batches[^1].Last.Value;
                break;
            case SnapshotWrite snapshot:
                long slot = snapshot.Snapshot.Slot.Value;
                Check(slot > durable.Base && slot <= LastDecided, $"{replica} has a snapshot of {slot}, decided {LastDecided}, base {durable.Base}");
                bool continues = durable.Log.Exists(batch => batch.Last.Value == slot);
                durable.Log.RemoveAll(batch => batch.First.Value <= slot || !continues);
                durable.Base = slot;
                durable.Decided = Math.Max(slot, durable.Decided);
                break;
            case ConfigurationWrite enter:
                Check(enter.Configuration.CompareTo(durable.Configuration) >= (enter.IsVoter ? 1 : 0), $"{replica} enters {enter.Configuration} after {durable.Configuration}");
                (long first, _, ImmutableArray<Member> members) = _configurations.Find(entry => entry.Configuration == enter.Configuration);
                Check(!enter.IsVoter || members.Any(member => member.Id == replica), $"{replica} votes in configuration {enter.Configuration}, which does not name it");
                Check(!enter.IsVoter || durable.Decided >= first - 1, $"{replica} votes in configuration {enter.Configuration} with slots through {durable.Decided}");
                durable.Enter(enter.Configuration, enter.IsVoter);
                break;
        }
    }

    /// <summary>A message left for the network.</summary>
    public void OnSent(ReplicaId from, PeerMessage message)
    {
        Check(message.Invalid() is null, $"{from} sent nonsense: {message.Invalid()}");
        Durable durable = DurableOf(from);
        switch (message)
        {
            case Prepare prepare:
                Check(durable.HasPromised(prepare.Configuration, prepare.Ballot), $"{from} sent Prepare {prepare.Ballot} before its promise was synced");
                break;
            case Promise promise:
                Check(durable.HasPromised(promise.Configuration, promise.Ballot), $"{from} sent Promise {promise.Ballot} before it was synced");
                Ballot before = _promiseSent.GetValueOrDefault((from, promise.Configuration));
                _promiseSent[(from, promise.Configuration)] = promise.Ballot > before ? promise.Ballot : before;
                break;
            case Accepted accepted:
                Check(
                    Math.Max(_syncedIn.GetValueOrDefault((from, accepted.Configuration, accepted.Ballot)), durable.Decided) >= accepted.Last.Value,
                    $"{from} sent Accepted {accepted.Last} in {accepted.Ballot} before it was synced");
                Check(
                    accepted.Ballot >= _promiseSent.GetValueOrDefault((from, accepted.Configuration)) || durable.HasPromised(accepted.Configuration, accepted.Ballot),
                    $"{from} accepted in {accepted.Ballot} below its promise {_promiseSent.GetValueOrDefault((from, accepted.Configuration))}");
                break;
            case LearnChunk chunk:
                CheckChosen(from, chunk.Batches);
                break;
        }
    }

    public void OnStarted(ReplicaId replica, Slot snapshot) => _emitted[replica] = snapshot.Value;

    public void OnInstalled(ReplicaId replica, Slot snapshot) => _emitted[replica] = Math.Max(snapshot.Value, _emitted[replica]);

    /// <summary>The snapshot that everybody takes at a slot, or null at none.</summary>
    public SnapshotInfo? SnapshotAt(Slot slot)
    {
        (ConfigurationId configuration, ImmutableArray<Member> members) = ConfigurationBehind(slot.Value);
        return slot == Slot.None ? null : new SnapshotInfo(slot, configuration, members, slot.Value * 10, (UInt128)slot.Value);
    }

    /// <summary>A replica has lost its data: what it voted stays counted, because it was counted.</summary>
    public void OnWiped(ReplicaId replica) => _durable.Remove(replica);

    /// <summary>Whether no configuration since the first names the replica, so far or in anything that may still be decided.</summary>
    public bool NeverNames(ReplicaId replica) =>
        _configurations[1..].TrueForAll(entry => entry.Members.All(member => member.Id != replica))
        && _durable.Values.All(durable => durable.Log.TrueForAll(batch => batch.Kind != EntryKind.StopSign || StopSign.Of(batch).Members.All(member => member.Id != replica)));

    /// <summary>The configuration in which the slot behind <paramref name="slot"/> is decided.</summary>
    public (ConfigurationId Configuration, ImmutableArray<Member> Members) ConfigurationBehind(long slot)
    {
        (long _, ConfigurationId configuration, ImmutableArray<Member> members) = _configurations.FindLast(entry => entry.First <= slot + 1);
        return (configuration, members);
    }

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
        _decidedAt.Add((NowMs, LastDecided));
        if (batch.Kind == EntryKind.StopSign)
        {
            StopSign stopSign = StopSign.Of(batch);
            Check(stopSign.Next.Value == _configurations[^1].Configuration.Value + 1, $"{stopSign} ends configuration {_configurations[^1].Configuration}");
            _configurations.Add((LastDecided + 1, stopSign.Next, stopSign.Members));
        }
    }

    public void OnLeading(ReplicaId replica, int boot, ConfigurationId configuration, Ballot ballot)
    {
        _leaders.TryAdd((configuration, ballot), (replica, boot));
        (ReplicaId, int) leader = _leaders[(configuration, ballot)];
        Check(leader == (replica, boot), $"two leaders of {ballot} in configuration {configuration}: {leader} and {(replica, boot)}");
    }

    /// <summary>A group that says that a tick would do nothing is not ticked: then it must be so, and stay so.</summary>
    public void OnTicked(ReplicaId replica, bool wasQuiet, bool isQuiet, Effects effects)
    {
        QuietTicks += wasQuiet ? 1 : 0;
        bool didNothing = isQuiet && effects is { Writes.Count: 0, SendsNow.Count: 0, SendsAfterSync.Count: 0, LeadershipChanged: false }
            && effects is { Decided.Count: 0, ReadsReady.Count: 0, ReadsRefused.Count: 0 };
        Check(!wasQuiet || didNothing, $"{replica} was quiet and did something at a tick");
    }

    public void OnReadAsked(long readId) => _readFloors[readId] = LastDecided;

    /// <summary>A read must see what was decided longer ago than its bound; what was decided within it, it may miss.</summary>
    public void OnBoundedAsked(long readId, long boundMs) => _readFloors[readId] = _decidedAt.LastOrDefault(entry => entry.AtMs < NowMs - boundMs).Decided;

    /// <param name="holders">Who may answer reads without asking anybody at this instant.</param>
    public static void OnLeases(IReadOnlyCollection<int> holders) =>
        Check(holders.Count <= 1, $"replicas {string.Join(" and ", holders.Select(index => index + 1))} hold a lease at one instant");

    public void OnReadReady(ReplicaId replica, ReadReady ready, bool holdsLease)
    {
        ReadsServed++;
        LeaseReads += holdsLease ? 1 : 0;
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

    /// <summary>A quorum of the configuration to which the slot belongs, in that configuration: nothing behind a stop-sign is decided by those whom it ended.</summary>
    private bool HasQuorumInOneBallot(long slot)
    {
        (ConfigurationId configuration, ImmutableArray<Member> members) = ConfigurationBehind(slot - 1);
        Dictionary<Ballot, int> counts = [];
        foreach (((ReplicaId replica, ConfigurationId votedIn, Ballot ballot), long end) in _syncedIn)
        {
            if (end >= slot && votedIn == configuration && members.Any(member => member.Id == replica))
            {
                counts[ballot] = counts.GetValueOrDefault(ballot) + 1;
            }
        }

        return counts.Values.Any(count => count * 2 > members.Length);
    }

    /// <summary>What a replica holds behind what is decided ends with its configuration's stop-sign, if that is there.</summary>
    private static void CheckSealed(ReplicaId replica, Durable durable)
    {
        int stopSign = durable.Log.FindIndex(batch => batch.Kind == EntryKind.StopSign && StopSign.Of(batch).Next.CompareTo(durable.Configuration) > 0);
        Check(stopSign < 0 || stopSign == durable.Log.Count - 1, $"{replica} has accepted something behind the stop-sign of configuration {durable.Configuration}");
    }

    private void CheckChosen(ReplicaId replica, ImmutableArray<EntryBatch> batches)
    {
        foreach (EntryBatch batch in batches)
        {
            Check(_chosen.TryGetValue(batch.First.Value, out EntryBatch? chosen) && chosen == batch, $"{replica} hands on or learns {batch}, decided is {chosen}");
        }
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
        public ConfigurationId Configuration { get; private set; } = ConfigurationId.First;

        public bool IsVoter { get; private set; } = true;

        public long Base { get; set; }

        public long End => Log.Count == 0 ? Base : Log[^1].Last.Value;

        public Ballot Promised { get; set; }

        public Ballot Accepted { get; set; }

        public long Decided { get; set; }

        public List<EntryBatch> Log { get; } = [];

        /// <summary>A message may leave late, after its sender has gone on to another configuration.</summary>
        public bool HasPromised(ConfigurationId configuration, Ballot ballot) =>
            configuration.CompareTo(Configuration) < 0 || (configuration == Configuration && Promised >= ballot);

        public void Enter(ConfigurationId configuration, bool isVoter)
        {
            (Configuration, IsVoter, Promised, Accepted) = (configuration, isVoter, Ballot.None, Ballot.None);
            Log.RemoveAll(batch => batch.First.Value > Decided);
        }
    }
}

internal sealed class ClusterViolationException(string message) : Exception(message);
