using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// Tells others that their configuration is over: once per resend time to whoever still speaks in it, and, as the leader that ended it, again and again to its members and
/// the next ones until each has shown that it knows. One that missed the last Decide would otherwise wait in silence for a leader that is gone. Owned by <see cref="Replica"/>.
/// </summary>
internal sealed class SupersededNotices(Links links, Acceptor acceptor, Outbox outbox, PaxosOptions options)
{
    /// <summary>Whoever has not answered by then has lost its data, or will be told when it speaks.</summary>
    private const int MostAttempts = 50;

    private readonly List<(ReplicaId Peer, int Ticks)> _told = [];
    private readonly List<(ReplicaId Peer, ConfigurationId Left, int Attempts)> _untold = [];
    private Slot _end;

    /// <summary>
    /// Whether a tick has nothing to do. Who is not there is not waited for: a member whose data directory is lost never shows that it knows, and a group that waited for it would
    /// never rest again. If it comes back, its link does not leave this quiet.
    /// </summary>
    public bool IsQuiet => _told.Count == 0 && !_untold.Exists(untold => links.IsUp(untold.Peer));

    /// <summary>This replica led and has ended <paramref name="left"/> at <paramref name="end"/>; those who were in it and those who are in the next must know.</summary>
    public void OnEnded(ConfigurationId left, ImmutableArray<Member> concerned, ReplicaId self, Slot end)
    {
        Invariant.Require(left.CompareTo(acceptor.Configuration) < 0, $"{left} ended in {acceptor.Configuration}");
        _end = end;
        foreach (Member member in concerned)
        {
            if (member.Id != self)
            {
                _untold.RemoveAll(untold => untold.Peer == member.Id);
                _untold.Add((member.Id, left, 0));
                _told.RemoveAll(told => told.Peer == member.Id);
                _told.Add((member.Id, 0));
            }
        }
    }

    /// <summary>A message in a later configuration, or an acknowledgement of the decided stop-sign, shows that the sender knows.</summary>
    public void OnReceived(ReplicaId from, PeerMessage message)
    {
        if (_untold.Count > 0)
        {
            _untold.RemoveAll(untold =>
                untold.Peer == from && (message.Configuration.CompareTo(untold.Left) > 0 || (message is Accepted accepted && accepted.Decided >= _end)));
        }
    }

    /// <summary>Answers a message of an earlier configuration. What only acknowledges is not answered: nobody waits for it.</summary>
    public void Answer(ReplicaId from, PeerMessage message)
    {
        Invariant.Require(message.Configuration.CompareTo(acceptor.Configuration) < 0, $"{message.Configuration} in {acceptor.Configuration}");
        if (message is not Accepted)
        {
            Tell(from, message.Configuration);
        }
    }

    public void OnTick()
    {
        for (int index = _told.Count - 1; index >= 0; index--)
        {
            _told[index] = (_told[index].Peer, _told[index].Ticks + 1);
            if (_told[index].Ticks >= options.ResendTicks)
            {
                _told.RemoveAt(index);
            }
        }

        for (int index = _untold.Count - 1; index >= 0; index--)
        {
            (ReplicaId peer, ConfigurationId left, int attempts) = _untold[index];
            if (links.IsUp(peer) && Tell(peer, left))
            {
                _untold[index] = (peer, left, attempts + 1);
                if (attempts >= MostAttempts)
                {
                    _untold.RemoveAt(index);
                }
            }
        }
    }

    private bool Tell(ReplicaId peer, ConfigurationId asked)
    {
        if (_told.Exists(told => told.Peer == peer))
        {
            return false;
        }

        _told.Add((peer, 0));
        outbox.Send(peer, new Superseded(acceptor.Configuration, asked));
        return true;
    }
}
