namespace Dike.Paxos;

/// <summary>
/// Which learners keep up with a leader. A learner is caught up when it asks for what lies behind the slot that was decided when it asked the last time: it has taken in, within
/// one exchange, all there was. That counts for one election timeout. Owned by <see cref="Leader"/>; starts anew with each epoch.
/// </summary>
internal sealed class LearnerPolls(Acceptor acceptor, PaxosOptions options)
{
    private readonly List<Poll> _polls = [];

    /// <summary>Whether no learner has asked lately: then there is nothing that time could change.</summary>
    public bool IsQuiet => _polls.Count == 0;

    public void OnLearn(ReplicaId from, Learn learn)
    {
        int index = _polls.FindIndex(poll => poll.Learner == from && poll.Incarnation == learn.Incarnation);
        Slot before = index < 0 ? acceptor.Decided : _polls[index].DecidedBefore;
        int since = learn.After >= before ? 0 : index < 0 ? options.ElectionTimeoutTicks : _polls[index].TicksSinceCaughtUp;
        var poll = new Poll(from, learn.Incarnation, acceptor.Decided, since, 0);
        if (index < 0)
        {
            _polls.Add(poll);
        }
        else
        {
            _polls[index] = poll;
        }

        Invariant.Require(poll.DecidedBefore >= before, $"decided {poll.DecidedBefore}, before {before}");
    }

    public bool IsCaughtUp(ReplicaId learner) => _polls.Exists(poll => poll.Learner == learner && IsCaughtUp(poll));

    public bool IsCaughtUp(ReplicaId learner, ulong incarnation) =>
        _polls.Exists(poll => poll.Learner == learner && poll.Incarnation == incarnation && IsCaughtUp(poll));

    /// <summary>One tick has passed. Who has not asked for two timeouts is forgotten.</summary>
    public void OnTick()
    {
        for (int index = _polls.Count - 1; index >= 0; index--)
        {
            Poll poll = _polls[index];
            _polls[index] = poll with { TicksSinceCaughtUp = poll.TicksSinceCaughtUp + 1, TicksSinceAsked = poll.TicksSinceAsked + 1 };
            if (poll.TicksSinceAsked >= 2 * options.ElectionTimeoutTicks)
            {
                _polls.RemoveAt(index);
            }
        }
    }

    private bool IsCaughtUp(Poll poll) => poll.TicksSinceCaughtUp < options.ElectionTimeoutTicks;

    private readonly record struct Poll(ReplicaId Learner, ulong Incarnation, Slot DecidedBefore, int TicksSinceCaughtUp, int TicksSinceAsked);
}
