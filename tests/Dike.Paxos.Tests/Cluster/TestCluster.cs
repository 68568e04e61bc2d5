using System.Collections.Immutable;

namespace Dike.Paxos.Tests.Cluster;

/// <summary>
/// A group in memory: replicas, links with messages under way, and the checks. Every input goes through here, one at a time; nothing happens by itself.
/// A link keeps order while it lives; a cut loses what is under way and is reported to both ends as down.
/// </summary>
internal sealed class TestCluster
{
    private readonly TestMember[] _members;
    private readonly int[] _boots;
    private readonly List<PeerMessage>[,] _links;
    private readonly bool[,] _isCut;
    private long _lastRead;

    public TestCluster(int size, PaxosOptions options, bool startAll = true)
    {
        ImmutableArray<Member> members = [.. Enumerable.Range(1, size).Select(number => new Member(new ReplicaId((uint)number), (ushort)number))];
        _members = [.. members.Select(member => new TestMember(member.Id, members, options))];
        _boots = new int[size];
        _links = new List<PeerMessage>[size, size];
        _isCut = new bool[size, size];
        Checks = new ClusterChecks(size);
        for (int one = 0; one < size; one++)
        {
            for (int other = 0; other < size; other++)
            {
                _links[one, other] = [];
            }
        }

        for (int index = 0; index < size && startAll; index++)
        {
            Start(index);
        }
    }

    public int Size => _members.Length;

    public ClusterChecks Checks { get; }

    /// <summary>Told of every message that leaves: sender, receiver, message.</summary>
    public Action<ReplicaId, ReplicaId, PeerMessage>? OnSend { get; set; }

    public TestMember this[int index] => _members[index];

    public List<PeerMessage> Link(int from, int to) => _links[from, to];

    public bool IsLinked(int one, int other) => !_isCut[one, other] && _members[one].IsRunning && _members[other].IsRunning;

    public void Start(int index)
    {
        _boots[index]++;
        Checks.OnStarted(_members[index].Id);
        _members[index].Start();
        Finish(index);
        for (int peer = 0; peer < Size; peer++)
        {
            if (peer != index && IsLinked(index, peer))
            {
                ReportBoth(index, peer, true);
            }
        }
    }

    public void Crash(int index)
    {
        for (int peer = 0; peer < Size; peer++)
        {
            if (peer != index && IsLinked(index, peer))
            {
                _links[index, peer].Clear();
                _links[peer, index].Clear();
                Report(peer, index, false);
            }
        }

        _members[index].Crash();
    }

    public void Cut(int one, int other)
    {
        if (!_isCut[one, other])
        {
            bool wasLinked = IsLinked(one, other);
            _isCut[one, other] = _isCut[other, one] = true;
            _links[one, other].Clear();
            _links[other, one].Clear();
            if (wasLinked)
            {
                ReportBoth(one, other, false);
            }
        }
    }

    public void Mend(int one, int other)
    {
        if (_isCut[one, other])
        {
            _isCut[one, other] = _isCut[other, one] = false;
            if (IsLinked(one, other))
            {
                ReportBoth(one, other, true);
            }
        }
    }

    public void Deliver(int from, int to, PeerMessage message)
    {
        if (_members[to].IsRunning)
        {
            _members[to].Replica.Receive(_members[from].Id, message, _members[to].Effects);
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
        member.Replica.Synced(number, member.Effects);
        Finish(index);
    }

    public void Tick(int index)
    {
        _members[index].Replica.Tick(_members[index].Effects);
        Finish(index);
    }

    public Slot Propose(int index, byte[] payload, int count = 1)
    {
        Slot first = _members[index].Replica.Propose(count, EntryKind.Commands, payload, _members[index].Effects);
        Finish(index);
        return first;
    }

    public long Read(int index)
    {
        long readId = ++_lastRead;
        Checks.OnReadAsked(readId);
        _members[index].Replica.Read(readId, _members[index].Effects);
        Finish(index);
        return readId;
    }

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

    private void ReportBoth(int one, int other, bool isUp)
    {
        Report(one, other, isUp);
        Report(other, one, isUp);
    }

    private void Report(int index, int peer, bool isUp)
    {
        _members[index].Replica.PeerChanged(_members[peer].Id, isUp, _members[index].Effects);
        Finish(index);
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
            Checks.OnReadReady(member.Id, ready);
        }

        if (member.Replica.IsLeader)
        {
            Checks.OnLeading(member.Id, _boots[index], member.Replica.Promised);
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
            if (IsLinked(from, to))
            {
                _links[from, to].Add(send.Message);
            }
        }
    }
}
