using System.Globalization;
using System.Text;

namespace Dike.Paxos.Tests.Cluster;

/// <summary>
/// A run of a group under faults drawn from a seed: lost, repeated, late and reordered messages, replays from before restarts, cut links, crashes that
/// lose unsynced writes, late syncs. Then everything heals, and the group must decide something new within a bound. The same seed gives the same run.
/// </summary>
internal sealed class RandomSchedule
{
    /// <summary>Four election timeouts; grants that are out come on top.</summary>
    private const int HealingTicks = 4 * TimeoutTicks;
    private const int TimeoutTicks = 6;
    private const int ReplicationTicks = 12;

    /// <summary>Some outlast many elections: what a grant or a quiet time is for is only seen then.</summary>
    private static readonly int[] Leases = [0, 400, 400, 3000, 10_000];
    private static readonly int[] Sizes = [3, 5, 4, 3, 2, 5, 3, 1];
    private readonly Random _random;
    private readonly TestCluster _cluster;
    private readonly List<(int From, int To, PeerMessage Message)> _history = [];
    private readonly HashSet<string> _proposed = [];
    private readonly int _lossPercent;
    private readonly int _replayPercent;
    private readonly int _reorderPercent;
    private readonly int _tickPercent;
    private readonly int _crashPerMille;
    private readonly int _cutPerMille;
    private readonly int _leadPerMille;
    private readonly int _msPerStep;
    private readonly int _healingTicks;
    private int _proposals;

    public RandomSchedule(int seed)
    {
        _random = new Random(seed);
        int size = Sizes[seed % Sizes.Length];
        var options = new PaxosOptions
        {
            ElectionTimeoutTicks = TimeoutTicks,
            ResendTicks = 3,
            MaxChunkBytes = _random.Next(2) == 0 ? 1 : 1 << 20,
            LeaseMs = Leases[_random.Next(Leases.Length)],
        };
        _healingTicks = HealingTicks + (int)(options.GrantMs / TestCluster.TickMs);
        _lossPercent = _random.Next(3) * 8;
        _replayPercent = _random.Next(3) * 5;
        _reorderPercent = _random.Next(3) * 5;
        _tickPercent = 2 + _random.Next(12);
        _crashPerMille = _random.Next(4) * 3;
        _cutPerMille = _random.Next(4) * 5;
        _leadPerMille = _random.Next(4) * 3;
        _msPerStep = 1 + (_random.Next(4) * 5);
        _cluster = new TestCluster(size, options);
        for (int index = 0; index < size; index++)
        {
            // Within the bound: the fastest clock gains no more on the slowest than the drift that leases allow for.
            _cluster.SetDrift(index, _random.Next((options.LeaseDriftPercent * 10) + 1));
        }

        _cluster.OnSend = (from, to, message) => _history.Add(((int)from.Value - 1, (int)to.Value - 1, message));
    }

    public long Decided => _cluster.Checks.LastDecided;

    public int Size => _cluster.Size;

    /// <summary>How many ballots had a leader.</summary>
    public int Epochs => _cluster.Checks.Leaders;

    /// <summary>How long the group took, after everything healed, to have a leader that all follow.</summary>
    public int TicksToHeal { get; private set; }

    public int QuietTicks => _cluster.Checks.QuietTicks;

    public int LeaseReads => _cluster.Checks.LeaseReads;

    public int ReadsServed => _cluster.Checks.ReadsServed;

    /// <summary>The last messages that left, for the report of a failure.</summary>
    public string LastMessages =>
        string.Join(Environment.NewLine, _history.TakeLast(40).Select(entry => $"{entry.From + 1} -> {entry.To + 1} {entry.Message}"));

    /// <summary>Every message that left.</summary>
    public IEnumerable<PeerMessage> Sent => _history.Select(entry => entry.Message);

    /// <exception cref="ClusterViolationException">A rule was broken.</exception>
    public void Run(int stepsPerMember)
    {
        for (int step = 0; step < stepsPerMember * Size; step++)
        {
            _cluster.Pass(_random.Next(_msPerStep));
            Step();
            ClusterChecks.OnLeases([.. _cluster.LeaseHolders]);
        }

        Heal();
        CheckValues();
    }

    private void Step()
    {
        int index = _random.Next(_cluster.Size);
        int other = _random.Next(_cluster.Size);
        if (Chance(_crashPerMille, 1000))
        {
            CrashOrStart(index);
        }
        else if (other != index && Chance(_cutPerMille, 1000))
        {
            CutOrMend(index, other);
        }
        else if (_cluster[index].IsRunning && Chance(_leadPerMille, 1000))
        {
            ChangeWhoLeads(index, other);
        }
        else if (!_cluster[index].IsRunning)
        {
            if (Chance(1, 20))
            {
                _cluster.Start(index);
            }
        }
        else
        {
            Act(index);
        }
    }

    private void Act(int index)
    {
        int kind = _random.Next(100);
        if (kind < 55)
        {
            MoveSome();
        }
        else if (kind < 75)
        {
            SyncSome();
        }
        else if (kind < 75 + _tickPercent)
        {
            _cluster.Tick(index);
        }
        else if (kind < 94)
        {
            Propose(index);
        }
        else if (kind < 97)
        {
            ReadSome(index);
        }
        else if (_history.Count > 0 && Chance(_replayPercent, 20))
        {
            (int from, int to, PeerMessage message) = _history[_random.Next(_history.Count)];
            _cluster.Deliver(from, to, message);
        }
    }

    private void ReadSome(int index)
    {
        if (Chance(1, 3))
        {
            _cluster.ReadBounded(index, _random.Next(4) * 40);
        }
        else
        {
            _cluster.Read(index);
        }
    }

    private void ChangeWhoLeads(int index, int other)
    {
        switch (_random.Next(5))
        {
            case 0:
                _cluster.SetMayLead(index, Chance(1, 2));
                break;
            case 1:
                _cluster.DropLeases(index);
                break;
            case 2:
                _cluster.Views[(index, other)] = Chance(1, 2);
                _cluster.Report();
                break;
            default:
                int leader = Enumerable.Range(0, Size).FirstOrDefault(member => _cluster[member].IsRunning && _cluster[member].Replica.IsLeader, index);
                _cluster.Transfer(leader, Chance(1, 3) ? -1 : other);
                break;
        }
    }

    private void SyncSome()
    {
        int[] waiting = [.. Enumerable.Range(0, Size).Where(index => _cluster[index].Unsynced > 0)];
        if (waiting.Length > 0)
        {
            int index = waiting[_random.Next(waiting.Length)];
            _cluster.Sync(index, 1 + _random.Next(_cluster[index].Unsynced));
        }
    }

    private void MoveSome()
    {
        (int From, int To)[] busy =
        [
            .. Enumerable.Range(0, Size * Size).Select(pair => (pair / Size, pair % Size)).Where(pair => _cluster.Link(pair.Item1, pair.Item2).Count > 0),
        ];
        if (busy.Length > 0)
        {
            (int from, int to) = busy[_random.Next(busy.Length)];
            Move(from, to);
        }
    }

    private void Move(int from, int to)
    {
        List<PeerMessage> link = _cluster.Link(from, to);
        if (Chance(_lossPercent, 100))
        {
            link.RemoveAt(0);
        }
        else if (Chance(_reorderPercent, 100))
        {
            int later = _random.Next(link.Count);
            (link[0], link[later]) = (link[later], link[0]);
        }
        else
        {
            _cluster.DeliverNext(from, to);
        }
    }

    private void Propose(int index)
    {
        if (_cluster[index].Replica.IsLeader)
        {
            string payload = (++_proposals).ToString(CultureInfo.InvariantCulture);
            _proposed.Add(payload);
            _cluster.Propose(index, Encoding.UTF8.GetBytes(payload), 1 + _random.Next(3));
        }
    }

    private void CrashOrStart(int index)
    {
        if (_cluster[index].IsRunning)
        {
            _cluster.Crash(index);
        }
        else
        {
            _cluster.Start(index);
        }
    }

    private void CutOrMend(int index, int other)
    {
        if (_cluster.IsLinked(index, other))
        {
            _cluster.Cut(index, other);
        }
        else
        {
            _cluster.Mend(index, other);
        }
    }

    private void Heal()
    {
        _cluster.Views.Clear();
        for (int index = 0; index < _cluster.Size; index++)
        {
            if (!_cluster[index].IsRunning)
            {
                _cluster.Start(index);
            }

            _cluster.SetMayLead(index, true);
            for (int other = 0; other < index; other++)
            {
                _cluster.Mend(index, other);
            }
        }

        int ticks = 0;
        int leader = -1;
        while (leader < 0 && ticks++ < _healingTicks)
        {
            _cluster.Run(1);
            leader = Enumerable.Range(0, _cluster.Size).FirstOrDefault(IsSoleLeader, -1);
        }

        TicksToHeal = ticks;
        if (leader < 0)
        {
            throw new ClusterViolationException($"No single leader {_healingTicks} ticks after everything healed.");
        }

        long before = _cluster.Checks.LastDecided;
        Propose(leader);
        _cluster.Run(ReplicationTicks);
        for (int index = 0; index < _cluster.Size; index++)
        {
            long decided = _cluster[index].Replica.Decided.Value;
            if (decided <= before || decided != _cluster.Checks.LastDecided)
            {
                throw new ClusterViolationException($"Replica {index + 1} has decided {decided} after healing, the group {_cluster.Checks.LastDecided}, before {before}.");
            }
        }
    }

    private bool IsSoleLeader(int index) =>
        _cluster[index].Replica is { IsLeader: true, IsTransferring: false }
        && Enumerable.Range(0, _cluster.Size).All(other => _cluster[other].Replica.Leader == _cluster[index].Id);

    private void CheckValues()
    {
        foreach (EntryBatch batch in _cluster.Checks.Chosen.Values)
        {
            if (batch.Kind == EntryKind.Commands && !_proposed.Contains(Encoding.UTF8.GetString(batch.Payload.Span)))
            {
                throw new ClusterViolationException($"{batch} was never proposed.");
            }
        }
    }

    private bool Chance(int part, int whole) => part > 0 && _random.Next(whole) < part;
}
