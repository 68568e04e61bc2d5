using System.Collections.Immutable;

namespace Dike.Paxos.Tests.Cluster;

/// <summary>
/// A group in memory: replicas, links with messages under way, and the checks. Every input goes through here, one at a time; nothing happens by itself.
/// A link keeps order while it lives; a cut loses what is under way and is reported to both ends as down.
/// </summary>
internal sealed class TestCluster
{
    /// <summary>How much time passes with a tick of <see cref="Run"/>.</summary>
    public const int TickMs = 50;

    private readonly TestMember[] _members;
    private readonly int[] _boots;
    private readonly List<PeerMessage>[,] _links;
    private readonly bool[,] _isCut;
    private readonly (bool IsUp, bool ReachesQuorum)[,] _reported;
    private readonly int[] _drift;
    private long _lastRead;

    /// <param name="size">All replicas there will ever be.</param>
    /// <param name="founders">How many of them are members from the start; 0 means all. The others are newcomers and are started by hand.</param>
    public TestCluster(int size, PaxosOptions options, bool startAll = true, int founders = 0)
    {
        Founders = founders == 0 ? size : founders;
        ImmutableArray<Member> members =
            [.. Enumerable.Range(1, size).Select(number => new Member(new ReplicaId((uint)number), (ushort)number, $"n{number}", (ulong)number))];
        _members = [.. members.Select(member => new TestMember(member, members[..Founders], options))];
        _boots = new int[size];
        _links = new List<PeerMessage>[size, size];
        _isCut = new bool[size, size];
        _reported = new (bool, bool)[size, size];
        _drift = new int[size];
        Checks = new ClusterChecks(members[..Founders]);
        for (int one = 0; one < size; one++)
        {
            for (int other = 0; other < size; other++)
            {
                _links[one, other] = [];
            }
        }

        for (int index = 0; index < Founders && startAll; index++)
        {
            Start(index);
        }
    }

    public int Size => _members.Length;

    public int Founders { get; }

    public ClusterChecks Checks { get; }

    /// <summary>Told of every message that leaves: sender, receiver, message.</summary>
    public Action<ReplicaId, ReplicaId, PeerMessage>? OnSend { get; set; }

    public TestMember this[int index] => _members[index];

    public List<PeerMessage> Link(int from, int to) => _links[from, to];

    public bool IsLinked(int one, int other) => !_isCut[one, other] && _members[one].IsRunning && _members[other].IsRunning;

    /// <summary>What a member believes about a peer against all links, if set: whether it reaches a quorum.</summary>
    public Dictionary<(int Member, int Peer), bool> Views { get; } = [];

    /// <summary>The true time.</summary>
    public long NowMs { get; private set; } = 1000;

    /// <summary>Who may answer reads without asking anybody, at this instant, by its own clock.</summary>
    public IEnumerable<int> LeaseHolders
    {
        get
        {
            for (int index = 0; index < Size; index++)
            {
                if (_members[index].IsRunning)
                {
                    if (Clock(index).Replica.HoldsLease)
                    {
                        yield return index;
                    }
                }
            }
        }
    }

    /// <summary>Lets true time pass; each member's clock runs by its own rate.</summary>
    public void Pass(long ms)
    {
        NowMs += ms;
        Checks.NowMs = NowMs;
    }

    /// <summary>How much faster than true time a member's clock runs, in thousandths.</summary>
    public void SetDrift(int index, int perMille) => _drift[index] = perMille;

    public void Start(int index)
    {
        _boots[index]++;
        _members[index].Start();
        Checks.OnStarted(_members[index].Id, _members[index].Replica.Snapshot?.Slot ?? Slot.None);
        for (int peer = 0; peer < Size; peer++)
        {
            _reported[index, peer] = default;
        }

        Finish(index);
        Report();
    }

    public void Crash(int index)
    {
        for (int peer = 0; peer < Size; peer++)
        {
            if (peer != index && IsLinked(index, peer))
            {
                _links[index, peer].Clear();
                _links[peer, index].Clear();
            }
        }

        _members[index].Crash();
        Report();
    }

    public void Cut(int one, int other)
    {
        CutUnnoticed(one, other);
        Report();
    }

    /// <summary>Cuts a link without anybody noticing before <see cref="Report()"/>.</summary>
    public void CutUnnoticed(int one, int other)
    {
        _isCut[one, other] = _isCut[other, one] = true;
        _links[one, other].Clear();
        _links[other, one].Clear();
    }

    public void Mend(int one, int other)
    {
        _isCut[one, other] = _isCut[other, one] = false;
        Report();
    }

    /// <summary>Tells all that run what has changed since they were told last: first who is there, then who reaches a quorum.</summary>
    public void Report()
    {
        for (int one = 0; one < Size; one++)
        {
            for (int other = 0; other < one; other++)
            {
                Report(one, other, linksOnly: true);
                Report(other, one, linksOnly: true);
            }
        }

        for (int pair = 0; pair < Size * Size; pair++)
        {
            Report(pair / Size, pair % Size, linksOnly: false);
        }
    }

    public void Deliver(int from, int to, PeerMessage message)
    {
        if (_members[to].IsRunning)
        {
            Clock(to).Replica.Receive(_members[from].Id, message, _members[to].Effects);
            Finish(to);
        }
    }

    public void DeliverNext(int from, int to)
    {
        PeerMessage message = _links[from, to][0];
        _links[from, to].RemoveAt(0);
        Deliver(from, to, message);
    }

    public void Sync(int index, int count)
    {
        TestMember member = _members[index];
        int before = member.Durable.Count;
        (long number, List<Send> released) = member.Sync(count);
        foreach (LogWrite write in member.Durable[before..])
        {
            Checks.OnDurable(member.Id, write);
        }

        SendAll(index, released);
        Clock(index).Replica.Synced(number, member.Effects);
        Finish(index);
    }

    public void Tick(int index)
    {
        (Replica replica, Effects effects) = Clock(index);
        bool wasQuiet = replica.IsQuiet;
        replica.Tick(effects);
        Checks.OnTicked(_members[index].Id, wasQuiet, replica.IsQuiet, effects);
        Finish(index);
    }

    public Slot Propose(int index, byte[] payload, int count = 1)
    {
        Slot first = Clock(index).Replica.Propose(count, EntryKind.Commands, payload, _members[index].Effects);
        Finish(index);
        return first;
    }

    public long Read(int index)
    {
        long readId = ++_lastRead;
        Checks.OnReadAsked(readId);
        Clock(index).Replica.Read(readId, _members[index].Effects);
        Finish(index);
        return readId;
    }

    public long ReadBounded(int index, long boundMs)
    {
        long readId = ++_lastRead;
        Checks.OnBoundedAsked(readId, boundMs);
        Clock(index).Replica.ReadBounded(readId, boundMs, _members[index].Effects);
        Finish(index);
        return readId;
    }

    /// <returns>Why not, or null.</returns>
    public string? Transfer(int index, int to)
    {
        string? reason = Clock(index).Replica.Transfer(to < 0 ? ReplicaId.None : _members[to].Id, _members[index].Effects);
        Finish(index);
        return reason;
    }

    public void SetMayLead(int index, bool mayLead)
    {
        Clock(index).Replica.SetMayLead(mayLead, _members[index].Effects);
        Finish(index);
    }

    public void DropLeases(int index) => Clock(index).Replica.DropLeases();

    /// <summary>Delivers and syncs until nothing is under way.</summary>
    public void Settle()
    {
        bool moved = true;
        while (moved)
        {
            moved = false;
            for (int index = 0; index < Size; index++)
            {
                if (_members[index].Unsynced > 0)
                {
                    Sync(index, _members[index].Unsynced);
                    moved = true;
                }

                for (int to = 0; to < Size; to++)
                {
                    while (_links[index, to].Count > 0)
                    {
                        DeliverNext(index, to);
                        moved = true;
                    }
                }
            }
        }
    }

    /// <summary>Lets time pass for all that run, with everything delivered and synced in between.</summary>
    public void Run(int ticks)
    {
        for (int tick = 0; tick < ticks; tick++)
        {
            Settle();
            Pass(TickMs);
            for (int index = 0; index < Size; index++)
            {
                if (_members[index].IsRunning)
                {
                    Tick(index);
                }
            }
        }

        Settle();
    }

    private bool ReachesQuorum(int index)
    {
        ImmutableArray<Member> members = _members[index].Replica.Members;
        return 2 * members.Count(member => Array.FindIndex(_members, one => one.Id == member.Id) is var other && (other == index || IsLinked(index, other))) > members.Length;
    }

    private void Report(int index, int peer, bool linksOnly)
    {
        if (index == peer || !_members[index].IsRunning)
        {
            return;
        }

        bool isUp = IsLinked(index, peer);
        bool reachesQuorum = isUp && (Views.TryGetValue((index, peer), out bool view) ? view : ReachesQuorum(peer));
        if ((isUp, reachesQuorum) != _reported[index, peer] && (!linksOnly || isUp != _reported[index, peer].IsUp))
        {
            _reported[index, peer] = (isUp, reachesQuorum);
            Clock(index).Replica.PeerChanged(_members[peer].Id, isUp, reachesQuorum, _members[index].Effects);
            Finish(index);
        }
    }

    /// <summary>The member, told its time.</summary>
    private (Replica Replica, Effects Effects) Clock(int index)
    {
        TestMember member = _members[index];
        member.Replica.TimeIs(NowMs + (NowMs * _drift[index] / 1000));
        return (member.Replica, member.Effects);
    }

    /// <summary>The data of a member are lost; it comes back with the same id on another incarnation of its node.</summary>
    public void Wipe(int index)
    {
        Crash(index);
        Checks.OnWiped(_members[index].Id);
        _members[index] = _members[index].OnAnotherIncarnation();
    }

    public string? ChangeMembers(int index, params int[] next)
    {
        string? refused = Clock(index).Replica.ChangeMembers([.. next.Select(member => _members[member].Self)], _members[index].Effects);
        Finish(index);
        return refused;
    }

    /// <summary>The member takes a snapshot of what is decided there, if anything is.</summary>
    public SnapshotInfo? TakeSnapshot(int index)
    {
        SnapshotInfo? snapshot = Checks.SnapshotAt(_members[index].Replica.Decided);
        if (snapshot is not null)
        {
            Clock(index).Replica.SnapshotTaken(snapshot, _members[index].Effects);
            Finish(index);
        }

        return snapshot;
    }

    /// <summary>The member has installed the snapshot it wanted.</summary>
    public bool Install(int index)
    {
        SnapshotInfo snapshot = _members[index].TakeWanted();
        bool isNews = Clock(index).Replica.SnapshotInstalled(snapshot, _members[index].Effects);
        Checks.OnInstalled(_members[index].Id, isNews ? snapshot.Slot : Slot.None);
        Finish(index);
        return isNews;
    }

    private void Finish(int index)
    {
        TestMember member = _members[index];
        foreach (EntryBatch batch in member.Effects.Decided)
        {
            Checks.OnDecided(member.Id, batch);
        }

        foreach (ReadReady ready in member.Effects.ReadsReady)
        {
            Checks.OnReadReady(member.Id, ready, member.Replica.HoldsLease);
        }

        if (member.Replica.IsLeader)
        {
            Checks.OnLeading(member.Id, _boots[index], member.Replica.Configuration, member.Replica.Promised);
        }

        Inspect?.Invoke(index, member.Effects);
        SendAll(index, member.TakeEffects());
    }

    /// <summary>Shown the effects of every input before they are carried out.</summary>
    public Action<int, Effects>? Inspect { get; set; }

    private void SendAll(int from, List<Send> sends)
    {
        foreach (Send send in sends)
        {
            Checks.OnSent(_members[from].Id, send.Message);
            OnSend?.Invoke(_members[from].Id, send.To, send.Message);
            int to = Array.FindIndex(_members, member => member.Id == send.To);
            if (to >= 0 && IsLinked(from, to))
            {
                _links[from, to].Add(send.Message);
            }
        }
    }
}
