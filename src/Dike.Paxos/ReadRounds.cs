namespace Dike.Paxos;

/// <summary>
/// Linearizable reads of one leader epoch: a read is safe through the decided slot once a quorum, asked after the read arrived, had promised nothing
/// above the leader's ballot. All reads that wait share one round; each round has a fresh id, because an answer to an older round says nothing about
/// reads that came after it. Closed until the first entry of the leader's own ballot is decided. Owned by <see cref="Leader"/>.
/// </summary>
internal sealed class ReadRounds(Ballot ballot, Membership members, Acceptor acceptor, Outbox outbox, PaxosOptions options)
{
    private readonly Votes _confirmed = new(members.Count);
    private List<long> _waiting = [];
    private List<long> _inRound = [];
    private bool _isOpen;
    private long _round;
    private Slot _through;
    private int _sinceSent;

    public void Ask(long readId)
    {
        _waiting.Add(readId);
        StartRounds();
    }

    /// <summary>The first entry of the own ballot is decided: the decided slot now covers everything that any earlier leader answered for.</summary>
    public void Open()
    {
        Invariant.Require(acceptor.Decided > Slot.None);
        if (!_isOpen)
        {
            _isOpen = true;
            StartRounds();
        }
    }

    public void OnConfirmed(int sender, long round)
    {
        if (round == _round && _inRound.Count > 0)
        {
            _confirmed.Add(sender);
            EndRoundIfConfirmed();
            StartRounds();
        }
    }

    public void OnTick()
    {
        if (_inRound.Count > 0 && ++_sinceSent >= options.ResendTicks)
        {
            SendRound();
        }
    }

    public void RefuseAll()
    {
        outbox.Effects.ReadsRefused.AddRange(_inRound);
        outbox.Effects.ReadsRefused.AddRange(_waiting);
        _inRound.Clear();
        _waiting.Clear();
    }

    /// <summary>Runs the next round if none runs; in a group of one it is over at once.</summary>
    private void StartRounds()
    {
        if (!_isOpen || _inRound.Count > 0 || _waiting.Count == 0)
        {
            return;
        }

        (_inRound, _waiting) = (_waiting, _inRound);
        _round = outbox.NextNumber();
        _through = acceptor.Decided;
        _confirmed.Clear();
        _confirmed.Add(members.Self);
        SendRound();
        EndRoundIfConfirmed();
    }

    private void SendRound()
    {
        _sinceSent = 0;
        for (int member = 0; member < members.Count; member++)
        {
            if (member != members.Self && members.IsUp(member) && !_confirmed.Contains(member))
            {
                outbox.Send(members[member].Id, new ConfirmRead(acceptor.Configuration, ballot, _round));
            }
        }
    }

    private void EndRoundIfConfirmed()
    {
        if (_confirmed.HasQuorum)
        {
            Invariant.Require(acceptor.Promised == ballot, $"promised {acceptor.Promised}, leads in {ballot}");
            foreach (long readId in _inRound)
            {
                outbox.Effects.ReadsReady.Add(new ReadReady(readId, _through));
            }

            _inRound.Clear();
        }
    }
}
