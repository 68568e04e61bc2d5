namespace Dike.Paxos;

/// <summary>
/// When to stand for election. A replica that sees no living leader asks the members first, and stands only if a quorum answers and none of them follows a
/// leader that is alive: so a member that merely cannot reach the leader disturbs nobody, not even by a higher ballot. Of several that may stand the one with
/// the newest log and the highest priority goes first; every failed attempt adds a further wait. Counts ticks; no randomness, so that a run can be
/// repeated. Owned by <see cref="Roles"/>.
/// </summary>
internal sealed class Election(Membership members, Acceptor acceptor, Outbox outbox, PaxosOptions options)
{
    private const int MaxDoublings = 3;
    private readonly ProbeRound _round = new(members, acceptor, outbox);

    /// <summary>A started member first waits a little, so that a leader that is there can make itself known.</summary>
    private int _wait = Stagger(options);
    private int _sinceAsked;
    private int _failures;
    private bool _isConfirming;

    /// <summary>Whether nothing is under way.</summary>
    public bool IsQuiet => !_round.IsOpen && _failures == 0 && _wait == 0;

    /// <summary>Takes note of one tick of a follower.</summary>
    /// <param name="isServed">Whether it follows a living leader.</param>
    /// <param name="mayStand">Whether it may stand now if nobody leads.</param>
    /// <returns>Whether to stand for election now.</returns>
    public bool OnTick(bool isServed, bool mayStand)
    {
        if (isServed)
        {
            Reset();
            return false;
        }

        if (!mayStand || !members.IsQuorumConnected)
        {
            Pause(_wait);
            return false;
        }

        if (IsWaiting())
        {
            return false;
        }

        if (_round.LivingBallot is { Number: > 0 } living)
        {
            Ask(living.Owner);
            Pause(Math.Max(1, options.ElectionTimeoutTicks / 2));
            return false;
        }

        return _round.HasQuorum && IsOwnTurn();
    }

    /// <summary>Takes note of one tick of a leader that may be none any more: a higher ballot is about, or it does not reach a quorum.</summary>
    public LeaderOutlook OnLeaderTick(Ballot own, bool hasRival)
    {
        if (!hasRival && members.IsQuorumConnected)
        {
            Reset();
            return LeaderOutlook.Leads;
        }

        if (IsWaiting())
        {
            return LeaderOutlook.Leads;
        }

        Ballot living = _round.LivingBallot;
        if (living > own)
        {
            Ask(living.Owner);
            Reset();
            return LeaderOutlook.IsReplaced;
        }

        if (!_round.HasQuorum || !members.IsQuorumConnected)
        {
            return LeaderOutlook.Leads;
        }

        Reset();
        return LeaderOutlook.MustStandAgain;
    }

    public void OnAnswer(int sender, ProbeAnswer answer) => _round.OnAnswer(sender, answer);

    /// <summary>Another candidate has this replica's promise: it gets time to finish.</summary>
    public void Defer() => Pause(Math.Max(_wait, (options.ElectionTimeoutTicks + 1) / 2));

    /// <summary>Who reaches whom has changed: what failed before may succeed now.</summary>
    public void OnLinksChanged()
    {
        _failures = 0;
        Pause(Math.Min(_wait, Stagger(options)));
    }

    public void OnStanding() => Pause(0);

    public void OnFailed()
    {
        _failures = Math.Min(_failures + 1, MaxDoublings);
        Pause(Stagger(options) * ((1 << _failures) - 1));
    }

    private static int Stagger(PaxosOptions options) => Math.Max(1, options.ElectionTimeoutTicks / 5);

    /// <summary>Whether it is this replica's turn; if others go first, it waits for them, and asks once more before it stands: what it knows is old then.</summary>
    private bool IsOwnTurn()
    {
        int rank = _round.Rank;
        Invariant.Require(rank < members.Count, $"{rank} of {members.Count}");
        if (rank == 0 || _isConfirming)
        {
            return true;
        }

        Pause(Stagger(options) * rank);
        _isConfirming = true;
        return false;
    }

    /// <summary>Whether this tick only passes: a wait is not over, or the members were asked just now.</summary>
    private bool IsWaiting()
    {
        if (_wait > 0)
        {
            _wait--;
            return true;
        }

        if (!_round.IsOpen || ++_sinceAsked >= options.ElectionTimeoutTicks)
        {
            _sinceAsked = 0;
            _round.Start();
            return true;
        }

        if (_sinceAsked % options.ResendTicks == 0)
        {
            _round.SendAgain();
        }

        return false;
    }

    private void Ask(ReplicaId leader)
    {
        int index = members.IndexOf(leader);
        if (index >= 0 && index != members.Self && members.IsUp(index))
        {
            acceptor.SendAfterPromise(leader, new AskPrepare(acceptor.Configuration, acceptor.Promised));
        }
    }

    private void Pause(int ticks)
    {
        _round.Close();
        _isConfirming = false;
        _wait = ticks;
    }

    private void Reset()
    {
        Pause(0);
        _failures = 0;
    }
}
