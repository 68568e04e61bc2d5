using Dike.Node.Groups.Divergence;
using Dike.Node.Groups.Messages;
using Dike.Node.Groups.Poison;
using Dike.Node.Groups.Snapshots;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>What a group wants done after a turn. The shard owns it, carries it out and clears it.</summary>
internal sealed class GroupOutputs
{
    /// <summary>Records, messages.</summary>
    public Effects Paxos { get; } = new();

    /// <summary>Answers that may leave at once: what they depend on is decided.</summary>
    public List<(CallTicket Ticket, CallResult Result)> Answers { get; } = [];

    /// <summary>Reply delegates to run, off the shard's thread; the end is reported with <see cref="GroupCore.ReplyComputed"/> where there is a computation.</summary>
    public List<ReplyWork> Replies { get; } = [];

    /// <summary>State hashes computed at slots of the log, in this turn.</summary>
    public List<StateCheckResult> StateChecks { get; } = [];

    /// <summary>Messages between replicas besides those of consensus.</summary>
    public List<(ReplicaId To, GroupMessage Message)> GroupSends { get; } = [];

    /// <summary>
    /// Marks to make durable, in this order, each replacing the one before; <see cref="ApplyMark.None"/> removes it. <see cref="GroupCore.MarkDurable"/> is told of every
    /// other. A stop of the node, clean or not, leaves the last one where it is.
    /// </summary>
    public List<ApplyMark> Marks { get; } = [];

    /// <summary>What the replica's log came to at checkpoints that were passed in this turn, for all other members.</summary>
    public List<Checkpoint> Checkpoints { get; } = [];

    /// <summary>Members that were found to differ from the majority, with the evidence, for the node's log.</summary>
    public List<Difference> Differences { get; } = [];

    /// <summary>What the node's snapshot store is to do.</summary>
    public List<SnapshotRequest> SnapshotRequests { get; } = [];

    /// <summary>What an operator should know of this group's snapshots, for the node's log.</summary>
    public List<string> SnapshotNotices { get; } = [];

    public void Clear()
    {
        SnapshotRequests.Clear();
        SnapshotNotices.Clear();
        GroupSends.Clear();
        Paxos.Clear();
        Answers.Clear();
        Replies.Clear();
        StateChecks.Clear();
        Marks.Clear();
        Checkpoints.Clear();
        Differences.Clear();
    }
}

/// <summary>A reply delegate to run at most once.</summary>
/// <param name="CommandId">The command.</param>
/// <param name="Key">Its key.</param>
/// <param name="Machine">The machine's wire name, for the log category.</param>
/// <param name="Computation">Computes the value the caller waits for, or null if the caller was answered already.</param>
/// <param name="Tail">The delegates to run after that; may be none.</param>
internal sealed record ReplyWork(CommandId CommandId, string Key, string Machine, ReplyComputation? Computation, ReplyTail Tail);

/// <summary>The hash of the whole replicated state at one slot, asked for through the log so that all replicas hash at the same point.</summary>
/// <param name="CheckId">The asker's number of the check.</param>
/// <param name="Slot">The slot.</param>
/// <param name="StateHash">XxHash128 in hexadecimal over sessions and all keys' canonical state in ordinal order of keys.</param>
internal readonly record struct StateCheckResult(ulong CheckId, long Slot, string StateHash);
