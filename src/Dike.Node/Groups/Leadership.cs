using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>
/// Who leads, as a group's callers need to know it: whether this replica does and in which ballot, where to send a caller otherwise, and whether this replica has
/// caught up with a leader since it started. Called by the <see cref="GroupCore"/> after every step of the replica.
/// </summary>
internal sealed class Leadership(Replica replica, GroupMembers members)
{
    private readonly PeerLiveness _peers = new(members);

    // The ballot in which this replica leads, as of the last step. Commands that got their slot in another one may be decided or dropped by others.
    private Ballot? _epoch;

    // The slot at which this replica will have caught up with a leader for the first time since it started; null until a leader is known.
    private Slot? _caughtUpAt;

    public bool IsLeader => replica.IsLeader;

    /// <summary>Why this replica serves nobody although it takes part in the group, or null: it does not apply what is decided.</summary>
    public string? StoppedReason { get; set; }

    /// <summary>The node believed to lead, or null. A leader that cannot be reached from here is none for the callers of this node.</summary>
    public string? LeaderNode => _peers.IsUp(replica.Leader) ? _peers.NodeOf(replica.Leader) : null;

    /// <summary>
    /// Whether what is submitted here can be decided here as far as this replica knows: it leads and reaches a quorum. A leader without one keeps its ballot, but
    /// a command that got a slot from it would wait for an end that nobody can tell.
    /// </summary>
    public bool CanServe => replica.IsLeader && _peers.HasQuorum && StoppedReason is null;

    /// <summary>Whether the applied state includes all that was decided at some moment after this replica started.</summary>
    public bool HasCaughtUp(Slot applied) => StoppedReason is null && _caughtUpAt is { } slot && slot <= applied;

    public void OnPeerChanged(ReplicaId peer, bool isUp) => _peers.Set(peer, isUp);

    /// <summary>Takes note of a message that the replica has just handled.</summary>
    public void OnReceived(ReplicaId from, PeerMessage message)
    {
        // An AcceptSync that took hold comes from the leader of this very epoch: it echoes a nonce of this replica's own promise, so a replayed one does not.
        if (_caughtUpAt is null && message is AcceptSync sync && replica.Leader == from && replica.Promised == sync.Ballot)
        {
            _caughtUpAt = sync.Decided;
        }
    }

    /// <summary>Compares the replica's role with that of the last call.</summary>
    /// <returns>True if an epoch in which this replica led is over, even if it leads again.</returns>
    public bool EndsEpoch()
    {
        Ballot? epoch = replica.IsLeader ? replica.Promised : null;
        bool ends = _epoch is not null && epoch != _epoch;
        Invariant.Require(epoch is null || epoch.Value.Owner == members.Here.Id, $"leads in {epoch}");
        _epoch = epoch;
        if (epoch is not null)
        {
            _caughtUpAt ??= replica.Last;
        }

        return ends;
    }

    /// <summary>The answer of a replica that cannot serve: who leads, or what is known of the members.</summary>
    public CallResult Elsewhere(CallTicket ticket)
    {
        if (!IsLeader && LeaderNode is { } leader)
        {
            return Answer.NotLeader(ticket, leader);
        }

        string reason = StoppedReason ?? (IsLeader ? "This node leads the group but reaches no quorum" : "No leader is known");
        return Answer.NoQuorum(ticket, $"{reason}. Members: {_peers.Describe()}.");
    }
}
