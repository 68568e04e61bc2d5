namespace Dike.Paxos;

/// <summary>What a leader started from.</summary>
/// <param name="Ballot">The ballot it leads in.</param>
/// <param name="AdoptedBallot">The ballot in which the log it adopted was written.</param>
/// <param name="AdoptedLast">The last slot of that log; its own first entry follows.</param>
internal sealed record LeaderEpoch(Ballot Ballot, Ballot AdoptedBallot, Slot AdoptedLast)
{
    /// <summary>The slot of the first entry of the own ballot.</summary>
    public Slot Start => AdoptedLast + 1;

    /// <summary>
    /// The last slot that the sender's log surely has in common with this leader's; null if its claims are impossible. Logs last written in one ballot are
    /// prefixes of one leader's log; of any other log only the decided part is certain.
    /// </summary>
    public Slot? CommonEnd(Promise promise, LogWindow log)
    {
        Slot keep = promise.Decided;
        if (promise.AcceptedBallot == Ballot)
        {
            keep = promise.Last;
        }
        else if (promise.AcceptedBallot == AdoptedBallot)
        {
            keep = promise.Last < AdoptedLast ? promise.Last : AdoptedLast;
        }

        bool isPossible = promise.AcceptedBallot <= Ballot && promise.Decided <= keep && log.EndsAt(keep);
        return isPossible ? keep : null;
    }
}
