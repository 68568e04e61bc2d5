using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// Hands on what this replica knows to be decided to whoever asks: members, newcomers, those who have left. Nothing of it rests on an unsynced write here, because a quorum
/// has synced it. Owned by <see cref="Replica"/>, whatever its role is.
/// </summary>
internal sealed class Teacher(Acceptor acceptor, Outbox outbox, PaxosOptions options)
{
    /// <returns>False if the request makes no sense.</returns>
    public bool Answer(ReplicaId from, Learn learn, ReplicaId leader)
    {
        if (learn.After < acceptor.Log.Base)
        {
            Invariant.Require(acceptor.Snapshot is not null, $"the log starts behind {acceptor.Log.Base}");
            outbox.Send(from, new OfferSnapshot(acceptor.Configuration, Ballot.None, 0, acceptor.Snapshot));
            return true;
        }

        ImmutableArray<EntryBatch> batches = [];
        if (learn.After < acceptor.Decided)
        {
            if (!acceptor.Log.EndsAt(learn.After))
            {
                return false;
            }

            batches = acceptor.Log.Between(learn.After, acceptor.Decided, options.MaxChunkBytes);
        }

        outbox.Send(from, new LearnChunk(acceptor.Configuration, learn.After, batches, acceptor.Decided, leader));
        return true;
    }
}
