namespace Dike.Paxos;

/// <summary>
/// What is asked of a replica without asking for a promise or a vote: what it sees of the leader, reads of every kind, read rounds and the leases that ride on
/// them. Changes no role and no log. Owned by <see cref="Replica"/>.
/// </summary>
internal sealed class Inquiries(Roles roles, Membership members, Acceptor acceptor, Outbox outbox, LeaseGrant grant)
{
    public bool HoldsLease => roles.Leading is { HoldsLease: true };

    public void Read(long readId)
    {
        if (roles.Leading is { } leader)
        {
            leader.Read(readId);
        }
        else
        {
            outbox.Effects.ReadsRefused.Add(readId);
        }
    }

    /// <summary>At a follower: refreshed with the leader when what is known is too old. A leader answers as it does any read.</summary>
    public void ReadBounded(long readId, long maxStalenessMs)
    {
        if (roles.Following is { } follower)
        {
            follower.ReadBounded(readId, maxStalenessMs);
        }
        else
        {
            Read(readId);
        }
    }

    /// <summary>The clock cannot be trusted.</summary>
    public void DropLeases()
    {
        roles.Leading?.DropLease();
        roles.Following?.ForgetTimes();
    }

    /// <summary>Answers at once, whatever the role: what this replica sees binds it to nothing.</summary>
    public bool OnProbe(int sender, Probe probe)
    {
        roles.See(probe.Promised);
        roles.Leading?.OnRival(probe.Promised);
        bool isServed = roles.Following is { HasLivingLeader: true };
        bool leads = roles.Leading is { HasQuorumInSession: true } && members.IsQuorumConnected;
        Ballot followed = roles.Leading?.Ballot ?? roles.Following?.Followed ?? Ballot.None;
        outbox.Send(
            members[sender].Id,
            new ProbeAnswer(
                acceptor.Configuration, probe.Nonce, acceptor.Promised, acceptor.Accepted, acceptor.Log.Last, followed, isServed || leads));
        if (isServed)
        {
            roles.Following!.VerifyLeader();
        }

        return true;
    }

    public bool OnProbeAnswer(int sender, ProbeAnswer answer)
    {
        roles.See(answer.Promised);
        roles.See(answer.Followed);
        roles.OnProbeAnswer(sender, answer);
        return true;
    }

    /// <summary>A promise above the ballot may already have a quorum behind it that decided more; anything else confirms that it had not when this was asked.</summary>
    public bool OnConfirmRead(int sender, ConfirmRead confirm)
    {
        if (confirm.Ballot.Owner != members[sender].Id)
        {
            return false;
        }

        if (!roles.RefusesLower(sender, confirm.Ballot))
        {
            bool isGranted = confirm.WantsGrant && Follows(sender, confirm.Ballot) && grant.TryGive(confirm.Ballot, confirm.Round);
            outbox.Send(members[sender].Id, new ReadConfirmed(acceptor.Configuration, confirm.Ballot, confirm.Round, isGranted));
        }

        return true;
    }

    public bool OnReadConfirmed(int sender, ReadConfirmed confirmed)
    {
        roles.Leading?.OnReadConfirmed(sender, confirmed);
        return confirmed.Ballot.Owner == members[members.Self].Id;
    }

    public bool OnAskDecided(int sender, AskDecided ask)
    {
        roles.Leading?.OnAskDecided(sender, ask);
        return ask.Ballot.Owner == members[members.Self].Id;
    }

    public bool OnDecidedIs(int sender, DecidedIs decided)
    {
        if (decided.Ballot.Owner != members[sender].Id)
        {
            return false;
        }

        roles.Following?.OnDecidedIs(decided);
        return true;
    }

    /// <summary>
    /// Whether this replica has durably promised exactly this ballot and follows its owner. A lease may rest on nothing else: a promise lost in a crash would take
    /// with it the refusal that the leader counts on.
    /// </summary>
    private bool Follows(int leader, Ballot ballot) =>
        ballot == acceptor.Promised && acceptor.IsPromiseSynced && roles.Following?.Leader == members[leader].Id;
}
