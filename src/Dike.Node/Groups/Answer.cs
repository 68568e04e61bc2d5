using System.Buffers.Binary;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>Words the answers of a group: the only place that decides which outcome belongs to which status.</summary>
internal static class Answer
{
    /// <summary>What a command came to, as the session keeps it. Not for values that a delegate computes.</summary>
    public static CallResult Of(CallTicket ticket, StoredResult result)
    {
        Invariant.Require(result is { IsComputedElsewhere: false, IsDeferred: false });
        return new CallResult(
            ticket.Correlation, result.Status, OutcomeOf(result.Status), result.Slot, result.Code, result.LocalMessage ?? result.Message, result.Value);
    }

    /// <summary>What came of the delegate of a <c>From</c>.</summary>
    public static CallResult Of(CallTicket ticket, StoredResult result, RunningReply reply)
    {
        Invariant.Require(reply.HasEnded);
        return reply.Failure is { } failure
            ? new CallResult(ticket.Correlation, CallStatus.ReplyFailed, Outcome.Applied, result.Slot, "", failure, default)
            : new CallResult(ticket.Correlation, CallStatus.Done, Outcome.Applied, result.Slot, "", "", reply.Value);
    }

    /// <summary>The value was computed by a process that is not this one, or is no more.</summary>
    public static CallResult ReplyIsElsewhere(CallTicket ticket, StoredResult result) => new(
        ticket.Correlation,
        CallStatus.ReplyFailed,
        Outcome.Applied,
        result.Slot,
        "",
        "The command was applied. Its reply is computed by the process that held the first request, which is not this one: the reply is lost.",
        default);

    /// <summary>The session holds no result for a decided command.</summary>
    /// <param name="ticket">Who asked.</param>
    /// <param name="admission">What the session table said.</param>
    /// <param name="nextStart">
    /// From which log time a new session may start. Told to a caller whose session is refused: it may have its time from a node whose clock was wrong, and would be refused for ever.
    /// </param>
    public static CallResult Of(CallTicket ticket, Admission admission, long nextStart = 0) => admission switch
    {
        Admission.AlreadyAnswered => Refusal(
            ticket, CallStatus.AlreadyAnswered, Outcome.Unknown, "The caller has said that it has the answer of this command; it is not kept any more."),
        Admission.Expired => Refusal(
            ticket,
            CallStatus.SessionExpired,
            Outcome.Unknown,
            "The session of this command is not kept any more, or starts in the future. This attempt was not executed; whether an earlier one was is not known.") with
        {
            Value = TimeAsBytes(nextStart),
        },
        Admission.Execute or Admission.Known => throw new InvalidOperationException($"admission {admission} comes with a result"),
    };

    public static CallResult NotLeader(CallTicket ticket, string? leader) => Refusal(ticket, CallStatus.NotLeader, Outcome.NotApplied, leader ?? "");

    public static CallResult NoQuorum(CallTicket ticket, string members) => Refusal(ticket, CallStatus.NoQuorum, Outcome.NotApplied, members);

    public static CallResult Overloaded(CallTicket ticket, string limit) => Refusal(ticket, CallStatus.Overloaded, Outcome.NotApplied, limit);

    public static CallResult Expired(CallTicket ticket) =>
        Refusal(ticket, CallStatus.Expired, Outcome.NotApplied, "The call's deadline passed before it was proposed or read.");

    /// <summary>The caller's deadline ends its wait for a deferred reply, and nothing else: a retry under the same id goes on waiting.</summary>
    public static CallResult WaitEnded(CallTicket ticket) => Refusal(
        ticket, CallStatus.Expired, Outcome.Unknown, "The command was applied and has deferred its reply; the call's deadline passed before the reply was given.");

    public static CallResult LeadershipLost(CallTicket ticket, string? leader) => Refusal(ticket, CallStatus.LeadershipLost, Outcome.Unknown, leader ?? "");

    public static CallResult ContractMismatch(CallTicket ticket, string reason) => Refusal(ticket, CallStatus.ContractMismatch, Outcome.NotApplied, reason);

    private static byte[] TimeAsBytes(long ticks)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, ticks);
        return bytes;
    }

    private static CallResult Refusal(CallTicket ticket, CallStatus status, Outcome outcome, string message) =>
        new(ticket.Correlation, status, outcome, 0, "", message, default);

    private static Outcome OutcomeOf(CallStatus status) => status switch
    {
        CallStatus.Done => Outcome.Applied,
        CallStatus.Rejected or CallStatus.Failed or CallStatus.ContractMismatch => Outcome.Refused,
        CallStatus.ReplyFailed or CallStatus.NotLeader or CallStatus.NoQuorum or CallStatus.Overloaded or CallStatus.SessionExpired
            or CallStatus.UnknownGroup or CallStatus.Expired or CallStatus.LeadershipLost or CallStatus.AlreadyAnswered or CallStatus.Deferred
            => throw new InvalidOperationException($"{status} is not the result of an applied command"),
    };
}
