namespace Dike.Paxos;

/// <summary>What a leader started from.</summary>
/// <param name="Ballot">The ballot it leads in.</param>
/// <param name="AdoptedBallot">The ballot in which the log it adopted was written.</param>
/// <param name="AdoptedLast">The last slot of that log; its own first entry follows.</param>
/// <param name="IsSealed">Whether that log ends with the stop-sign of the configuration: then nothing may follow it.</param>
internal sealed record LeaderEpoch(Ballot Ballot, Ballot AdoptedBallot, Slot AdoptedLast, bool IsSealed)
{
    /// <summary>
    /// The slot whose decision in the own ballot shows that everything before it is decided: that of the first own entry, or of the stop-sign, behind which there is none.
    /// </summary>
    public Slot Start => IsSealed ? AdoptedLast : AdoptedLast + 1;

    /// <summary>
    /// The last slot that the sender's log surely has in common with this leader's; null if its claims are impossible. Logs last written in one ballot are
    /// prefixes of one leader's log; of any other log only the decided part is certain. The decided part may reach further, because it may have been told by others.
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
            Slot accepted = promise.Last < AdoptedLast ? promise.Last : AdoptedLast;
            keep = accepted > keep ? accepted : keep;
        }

        // Before the start of the leader's log nothing can be checked: the sender gets the snapshot that stands for it.
        bool isPossible = promise.AcceptedBallot <= Ballot && (keep < log.Base || log.EndsAt(keep));
        return isPossible ? keep : null;
    }
}
