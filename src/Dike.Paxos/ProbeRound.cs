namespace Dike.Paxos;

/// <summary>
/// One question to all members that are there: whom do you follow, is it alive, what is your log? Each member counts once, and only for the round it answers:
/// an old or repeated answer could make a quorum out of what is long over. Owned by <see cref="Election"/>.
/// </summary>
internal sealed class ProbeRound(Membership members, Acceptor acceptor, Outbox outbox)
{
    private readonly ProbeAnswer?[] _answers = new ProbeAnswer?[members.Count];
    private readonly Votes _answered = new(members.Count);
    private long _nonce;

    /// <summary>Whether a round is under way.</summary>
    public bool IsOpen { get; private set; }

    public bool HasQuorum => IsOpen && _answered.HasQuorum;

    /// <summary>The highest ballot that somebody follows and whose owner, another replica, is alive.</summary>
    public Ballot LivingBallot
    {
        get
        {
            Ballot living = Ballot.None;
            for (int member = 0; member < members.Count; member++)
            {
                // A leader that its own node reports as stalled or apart does not know it: what it says of itself counts only if its node bears it out.
                ProbeAnswer? answer = _answers[member];
                bool isLiving = answer is { IsAlive: true } && answer.Followed.Owner != members[members.Self].Id
                    && (answer.Followed.Owner != members[member].Id || members.ReachesQuorum(member));
                living = isLiving && answer!.Followed > living ? answer.Followed : living;
            }

            return living;
        }
    }

    /// <summary>How many of those that answered and may be elected hold a newer log than this replica or, with the same one, should lead rather.</summary>
    public int Rank
    {
        get
        {
            Member self = members[members.Self];
            int rank = 0;
            for (int member = 0; member < members.Count; member++)
            {
                if (_answers[member] is { } answer && members.ReachesQuorum(member))
                {
                    rank += (answer.AcceptedBallot, answer.Last, members[member].Priority, members[member].Id)
                        .CompareTo((acceptor.Accepted, acceptor.Log.Last, self.Priority, self.Id)) > 0 ? 1 : 0;
                }
            }

            return rank;
        }
    }

    /// <summary>Asks all, with a fresh nonce: nothing said before counts.</summary>
    public void Start()
    {
        IsOpen = true;
        Array.Clear(_answers);
        _answered.Clear();
        _answered.Add(members.Self);
        _nonce = outbox.NextNumber();
        SendAgain();
    }

    /// <summary>Asks those that have not answered once more; their answers count for the same round.</summary>
    public void SendAgain()
    {
        for (int member = 0; member < members.Count; member++)
        {
            if (!_answered.Contains(member) && members.IsUp(member))
            {
                outbox.Send(members[member].Id, new Probe(acceptor.Configuration, _nonce, acceptor.Promised));
            }
        }
    }

    public void OnAnswer(int sender, ProbeAnswer answer)
    {
        if (IsOpen && answer.Nonce == _nonce && !_answered.Contains(sender))
        {
            Invariant.Require(_answers[sender] is null, $"member {sender} answered {_answers[sender]}");
            _answers[sender] = answer;
            _answered.Add(sender);
        }
    }

    public void Close()
    {
        IsOpen = false;
        Array.Clear(_answers);
        _answered.Clear();
    }
}
