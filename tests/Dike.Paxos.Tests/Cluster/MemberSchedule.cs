using System.Globalization;
using System.Text;

namespace Dike.Paxos.Tests.Cluster;

/// <summary>
/// A run in which the members change: newcomers, leavers, snapshots taken and installed, wiped data, under lost, repeated, late and reordered messages, cut links and crashes.
/// Then everything heals, and the last configuration must decide something new, all of its members must have it, and who is no member must not vote. The same seed gives
/// the same run.
/// </summary>
internal sealed class MemberSchedule
{
    private const int HealingTicks = 200;
    private const int ReplicationTicks = 40;
    private static readonly (int Founders, int Newcomers)[] Sizes = [(3, 2), (1, 2), (3, 4), (5, 2), (2, 3), (4, 2), (6, 1), (7, 0), (1, 4)];
    private readonly Random _random;
    private readonly TestCluster _cluster;
    private readonly List<(int From, int To, PeerMessage Message)> _history = [];
    private readonly int _lossPercent;
    private readonly int _replayPercent;
    private readonly int _reorderPercent;
    private readonly int _tickPercent;
    private readonly int _crashPerMille;
    private readonly int _cutPerMille;
    private readonly int _changePerMille;
    private readonly int _snapshotPerMille;
    private int _proposals;

    public MemberSchedule(int seed)
    {
        _random = new Random(seed);
        (int founders, int newcomers) = Sizes[seed % Sizes.Length];
        var options = new PaxosOptions
        {
            ElectionTimeoutTicks = 6,
            ResendTicks = 3,
            MaxChunkBytes = _random.Next(2) == 0 ? 1 : 1 << 20,
            MaxUnacknowledgedBytes = _random.Next(2) == 0 ? 4 : 1 << 20,
        };
        _lossPercent = _random.Next(3) * 8;
        _replayPercent = _random.Next(3) * 5;
        _reorderPercent = _random.Next(3) * 5;
        _tickPercent = 4 + _random.Next(14);
        _crashPerMille = _random.Next(4) * 2;
        _cutPerMille = _random.Next(4) * 3;
        _changePerMille = 10 + (_random.Next(4) * 10);
        _snapshotPerMille = _random.Next(4) * 10;
        _cluster = new TestCluster(founders + newcomers, options, founders: founders);
        _cluster.OnSend = (from, to, message) => _history.Add(((int)from.Value - 1, (int)to.Value - 1, message));
    }

    public long Decided => _cluster.Checks.LastDecided;

    public int Size => _cluster.Size;

    public int Founders => _cluster.Founders;

    /// <summary>The last configuration that was decided.</summary>
    public uint Configuration => _cluster.Checks.ConfigurationBehind(Decided).Configuration.Value;

    public int Installed { get; private set; }

    public int Cut { get; private set; }

    public int Wiped { get; private set; }

    public int Retired => Enumerable.Range(0, Size).Count(index => _cluster[index].IsRunning && _cluster[index].Replica.Role == ReplicaRole.Retired);

    public IEnumerable<PeerMessage> Sent => _history.Select(entry => entry.Message);

    /// <summary>The last messages that left, and where everybody is, for the report of a failure.</summary>
    public string Report => string.Join(
        Environment.NewLine,
        [
            .. _history.TakeLast(40).Select(entry => $"{entry.From + 1} -> {entry.To + 1} {Scenarios.MessageText.Of(entry.Message)}"),
            .. Enumerable.Range(0, Size).Select(index => _cluster[index].IsRunning
                ? $"{index + 1}: {_cluster[index].Replica.Role} in {_cluster[index].Replica.Configuration} leader {_cluster[index].Replica.Leader} promised {_cluster[index].Replica.Promised} "
                    + $"last {_cluster[index].Replica.Last} decided {_cluster[index].Replica.Decided} members {string.Join(',', _cluster[index].Replica.Members.Select(member => member.Id))}"
                : $"{index + 1}: down"),
            .. Enumerable.Range(0, Size).SelectMany(index => _cluster[index].Durable.TakeLast(8).Select(write => $"{index + 1} wrote {Scenarios.MessageText.Of(write)}")),
        ]);

    /// <exception cref="ClusterViolationException">A rule was broken.</exception>
    public void Run(int stepsPerMember)
    {
        for (int step = 0; step < stepsPerMember * Size; step++)
        {
            _cluster.Pass(_random.Next(4));
            Step();
        }

        Heal();
    }

    private void Step()
    {
        int index = _random.Next(Size);
        int other = _random.Next(Size);
        if (!_cluster[index].IsRunning)
        {
            if (Chance(1, 20))
            {
                _cluster.Start(index);
            }
        }
        else if (Chance(_crashPerMille, 1000))
        {
            Crash(index);
        }
        else if (other != index && Chance(_cutPerMille, 1000))
        {
            CutOrMend(index, other);
        }
        else if (Chance(_changePerMille, 1000))
        {
            Change();
        }
        else if (Chance(_snapshotPerMille, 1000))
        {
            Cut += _cluster.TakeSnapshot(index) is null ? 0 : 1;
        }
        else
        {
            Act(index);
        }
    }

    private void Act(int index)
    {
        int kind = _random.Next(100);
        if (kind < 50)
        {
            MoveSome();
        }
        else if (kind < 70)
        {
            SyncSome();
        }
        else if (kind < 72)
        {
            InstallIfWanted(index);
        }
        else if (kind < 72 + _tickPercent)
        {
            _cluster.Tick(index);
        }
        else if (kind < 94)
        {
            Propose(index);
        }
        else if (kind < 96)
        {
            _cluster.Read(index);
        }
        else if (_history.Count > 0 && Chance(_replayPercent, 20))
        {
            (int from, int to, PeerMessage message) = _history[_random.Next(_history.Count)];
            _cluster.Deliver(from, to, message);
        }
    }

    /// <summary>Anybody who thinks to lead is asked for any members; sometimes two at once.</summary>
    private void Change()
    {
        int[] leaders = [.. Enumerable.Range(0, Size).Where(index => _cluster[index].IsRunning && _cluster[index].Replica.IsLeader)];
        foreach (int leader in leaders)
        {
            int[] all = [.. Enumerable.Range(0, Size)];
            _random.Shuffle(all);
            _cluster.ChangeMembers(leader, all[..(1 + _random.Next(Size))]);
        }
    }

    /// <summary>Only one that has left and that nobody needs any more, and that is on no list again, may lose its data: any other may hold the only copy there is.</summary>
    private void Crash(int index)
    {
        bool isNobody = _cluster[index].Replica.Role == ReplicaRole.Retired && index < Founders;
        if (isNobody && Chance(1, 4) && _cluster.Checks.NeverNames(_cluster[index].Id))
        {
            Wiped++;
            _cluster.Wipe(index);
        }
        else
        {
            _cluster.Crash(index);
        }
    }

    private void InstallIfWanted(int index)
    {
        if (_cluster[index].Wanted is not null)
        {
            Installed += _cluster.Install(index) ? 1 : 0;
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
        if (busy.Length == 0)
        {
            return;
        }

        (int from, int to) = busy[_random.Next(busy.Length)];
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
            _cluster.Propose(index, Encoding.UTF8.GetBytes((++_proposals).ToString(CultureInfo.InvariantCulture)), 1 + _random.Next(3));
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
        for (int index = 0; index < Size; index++)
        {
            if (!_cluster[index].IsRunning)
            {
                _cluster.Start(index);
            }

            for (int other = 0; other < index; other++)
            {
                _cluster.Mend(index, other);
            }
        }

        int ticks = 0;
        while (LeaderOfAll() is null && ticks++ < HealingTicks)
        {
            RunOneTick();
        }

        int leader = LeaderOfAll() ?? throw new ClusterViolationException($"No single leader {HealingTicks} ticks after everything healed.");
        long before = Decided;
        Propose(leader);
        for (int tick = 0; tick < ReplicationTicks; tick++)
        {
            RunOneTick();
        }

        CheckHealed(before);
    }

    private void RunOneTick()
    {
        for (int index = 0; index < Size; index++)
        {
            InstallIfWanted(index);
        }

        _cluster.Run(1);
    }

    private int? LeaderOfAll()
    {
        (ConfigurationId configuration, System.Collections.Immutable.ImmutableArray<Member> members) = _cluster.Checks.ConfigurationBehind(Decided);
        int[] leaders = [.. Enumerable.Range(0, Size).Where(index => _cluster[index].Replica is { IsLeader: true, IsChangingMembers: false })];
        bool isAgreed = leaders.Length == 1
            && _cluster[leaders[0]].Replica.Configuration == configuration
            && members.All(member => _cluster[(int)member.Id.Value - 1].Replica is var replica && replica.Leader == _cluster[leaders[0]].Id && replica.Role == ReplicaRole.Voter);
        return isAgreed ? leaders[0] : null;
    }

    private void CheckHealed(long before)
    {
        (ConfigurationId configuration, System.Collections.Immutable.ImmutableArray<Member> members) = _cluster.Checks.ConfigurationBehind(Decided);
        for (int index = 0; index < Size; index++)
        {
            Replica replica = _cluster[index].Replica;
            bool isMember = members.Any(member => member == _cluster[index].Self);
            if (isMember && (replica.Decided.Value <= before || replica.Decided.Value != Decided))
            {
                throw new ClusterViolationException($"Replica {index + 1} has decided {replica.Decided} after healing, the group {Decided}, before {before}.");
            }

            // A newcomer that nobody wants any more rests where it is.
            bool rests = !isMember && replica.Role is ReplicaRole.Retired or ReplicaRole.Learner;
            if (isMember != (replica.Role == ReplicaRole.Voter) || (replica.Configuration != configuration && !rests))
            {
                throw new ClusterViolationException($"Replica {index + 1} is {replica.Role} in configuration {replica.Configuration} after healing, the group is in {configuration}.");
            }
        }
    }

    private bool Chance(int part, int whole) => part > 0 && _random.Next(whole) < part;
}
