namespace Dike.Paxos;

/// <summary>
/// How logs travel between members: a promiser's to a candidate in parts, a leader's to a follower, votes back, or the offer of a snapshot where a log is cut. Knows that
/// only the owner of a ballot speaks for it; what is done with a message is the role's business. Owned by <see cref="Place"/>.
/// </summary>
internal sealed class LogExchange(Roles roles, Membership members, Acceptor acceptor, Outbox outbox, PaxosOptions options)
{
    private ReplicaId Self => members[members.Self].Id;

    /// <summary>From a candidate to a promiser, or from a follower to its leader.</summary>
    /// <returns>False if it makes no sense.</returns>
    public bool OnPullLog(int sender, PullLog pull)
    {
        if (pull.Ballot.Owner == Self)
        {
            return roles.Leading?.OnPullLog(sender, pull) ?? true;
        }

        if (!Owns(sender, pull.Ballot) || pull.Ballot != acceptor.Promised)
        {
            return Owns(sender, pull.Ballot);
        }

        ReplicaId to = members[sender].Id;
        if (pull.After < acceptor.Log.Base)
        {
            Invariant.Require(acceptor.Snapshot is not null, $"the log starts behind {acceptor.Log.Base}");
            outbox.Send(to, new OfferSnapshot(acceptor.Configuration, pull.Ballot, pull.Nonce, acceptor.Snapshot));
            return true;
        }

        if (!acceptor.Log.EndsAt(pull.After))
        {
            return false;
        }

        acceptor.SendAfterLog(
            to,
            new LogChunk(
                acceptor.Configuration, pull.Ballot, pull.Nonce, pull.After, acceptor.Log.Behind(pull.After, options.MaxChunkBytes), acceptor.Log.Last));
        return true;
    }

    /// <summary>From a promiser to a candidate, or from a leader to a follower.</summary>
    /// <returns>False if it makes no sense.</returns>
    public bool OnLogChunk(int sender, LogChunk chunk)
    {
        if (chunk.Ballot.Owner == Self)
        {
            return roles.Standing?.OnLogChunk(sender, chunk) ?? true;
        }

        return Owns(sender, chunk.Ballot) && (chunk.Ballot != acceptor.Promised || (roles.Following?.OnLogChunk(sender, chunk) ?? true));
    }

    /// <summary>From a promiser to a candidate, or from a leader to a follower.</summary>
    /// <returns>False if it makes no sense.</returns>
    public bool OnOfferSnapshot(int sender, OfferSnapshot offer)
    {
        if (offer.Ballot.Owner == Self)
        {
            roles.Standing?.OnOfferSnapshot(sender, offer);
            return true;
        }

        if (Owns(sender, offer.Ballot) && offer.Ballot == acceptor.Promised)
        {
            roles.Following?.OnOfferSnapshot(sender, offer);
        }

        return Owns(sender, offer.Ballot);
    }

    public bool OnAcceptSync(int sender, AcceptSync sync) =>
        Owns(sender, sync.Ballot)
        && sync.Ballot <= acceptor.Promised
        && (roles.RefusesLower(sender, sync.Ballot) || roles.Follower.OnAcceptSync(sender, sync));

    public bool OnAccept(int sender, Accept accept) =>
        Owns(sender, accept.Ballot)
        && (roles.RefusesLower(sender, accept.Ballot) || roles.Follower.OnAccept(sender, accept));

    public bool OnDecide(int sender, Decide decide)
    {
        if (!Owns(sender, decide.Ballot))
        {
            return false;
        }

        if (!roles.RefusesLower(sender, decide.Ballot))
        {
            roles.Follower.OnDecide(sender, decide);
        }

        return true;
    }

    public bool OnAccepted(int sender, Accepted accepted) =>
        accepted.Ballot.Owner == Self && (roles.Leading?.OnAccepted(sender, accepted) ?? true);

    private bool Owns(int sender, Ballot ballot) => ballot.Owner == members[sender].Id;
}
