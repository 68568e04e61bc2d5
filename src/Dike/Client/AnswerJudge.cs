using Dike.Wire;

namespace Dike.Client;

/// <summary>What an answer means for its call.</summary>
internal enum VerdictKind
{
    /// <summary>The call ends: with the answer, or with <see cref="Verdict.Error"/>.</summary>
    End,

    /// <summary>Another node leads: ask <see cref="Verdict.Hint"/>.</summary>
    Redirect,

    /// <summary>Ask another candidate.</summary>
    TryElsewhere,

    /// <summary>Ask again after a pause.</summary>
    PauseHere,

    /// <summary>No attempt can come in time any more: only the deadline is left.</summary>
    AwaitDeadline,

    /// <summary>The session had expired before the first attempt: open a new one and send under a new id.</summary>
    NewSession,
}

/// <summary>The meaning of one answer.</summary>
internal readonly record struct Verdict(VerdictKind Kind)
{
    public Exception? Error { get; init; }

    public string? Hint { get; init; }

    /// <summary>What this tells about the node, for the message of a call that fails in the end.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether this attempt may have got a slot.</summary>
    public bool MayBeApplied { get; init; }

    public bool WantsRoutes { get; init; }

    /// <summary>Whether only the group's leader answers like that.</summary>
    public bool IsFromLeader { get; init; }
}

/// <summary>
/// Reads answers: which ones end a call and how, which ones lead to another attempt. Pure; the longest thought is spent on what may be claimed about
/// a command of which an earlier attempt has been lost sight of. Called by <see cref="ClientCore"/>.
/// </summary>
internal static class AnswerJudge
{
    /// <summary>Hints followed per round. Two are enough for a leader that moved twice; a third means that nobody knows.</summary>
    public const int MaxHopsInRound = 3;

    /// <summary>How often a command may start over under a new session before the caller is told.</summary>
    private const int MaxSessionRestarts = 3;

    public static Verdict Judge(PendingCall call, Frame answer, NodeLink link) => answer switch
    {
        CallResult result => JudgeStatus(call, link, result.Status, result.Outcome, result.Code, result.Message, result.Slot),
        RingCreated created => JudgeStatus(call, link, created.Status, created.Outcome, created.Code, created.Message, 0),
        ReplicasCompared compared => JudgeStatus(call, link, compared.Status, Outcome.NotApplied, "", compared.Message, 0),
        _ => new Verdict(VerdictKind.End),
    };

    private static Verdict JudgeStatus(PendingCall call, NodeLink link, CallStatus status, Outcome outcome, string code, string message, long slot)
    {
        Exception? error = status switch
        {
            CallStatus.Rejected => Fail.Rejected(call, code, message),
            CallStatus.Failed => Fail.Failed(call, code, message, slot),
            CallStatus.ReplyFailed or CallStatus.AlreadyAnswered => Fail.ReplyLost(call, status, outcome, message),
            CallStatus.ContractMismatch => Fail.Mismatch(call, Claim(call, outcome), message, link),
            _ => null,
        };
        return status switch
        {
            CallStatus.Done => new Verdict(VerdictKind.End) { IsFromLeader = !IsStale(call) },
            CallStatus.Rejected or CallStatus.Failed or CallStatus.ReplyFailed or CallStatus.AlreadyAnswered or CallStatus.ContractMismatch =>
                new Verdict(VerdictKind.End) { Error = error, IsFromLeader = status is CallStatus.Rejected && !IsStale(call) },
            CallStatus.NotLeader when message.Length > 0 =>
                new Verdict(VerdictKind.Redirect) { Hint = message, Note = $"does not lead, says '{message}' does" },
            CallStatus.NotLeader => new Verdict(VerdictKind.TryElsewhere) { Note = "does not lead and knows no leader" },
            CallStatus.NoQuorum => new Verdict(VerdictKind.TryElsewhere) { Note = $"reaches no quorum: {message}" },
            CallStatus.UnknownGroup => new Verdict(VerdictKind.TryElsewhere) { Note = "does not hold the group", WantsRoutes = true },
            CallStatus.LeadershipLost => new Verdict(VerdictKind.TryElsewhere) { Note = "lost the leadership while it had the command", MayBeApplied = true },
            CallStatus.Expired => new Verdict(VerdictKind.AwaitDeadline) { Note = "found the deadline passed", MayBeApplied = outcome == Outcome.Unknown },
            CallStatus.Overloaded => JudgeOverload(call, message, link),
            CallStatus.SessionExpired => JudgeExpiredSession(call),
            CallStatus.Deferred => throw new InvalidOperationException("a deferred answer is never on the wire"),
        };
    }

    // "Overloaded" says "not applied" for good, which an earlier attempt that was lost sight of forbids: then only the deadline ends the call.
    private static Verdict JudgeOverload(PendingCall call, string message, NodeLink link) => call.MayBeApplied
        ? new Verdict(VerdictKind.PauseHere) { Note = $"refused more work: {message}" }
        : new Verdict(VerdictKind.End) { Error = Fail.NodeOverloaded(call, message, link) };

    // A new id is allowed only while no attempt under the old one can have been applied: else one command could take effect twice, once under each id.
    // An id that the caller chose may have been sent before, by an earlier run of the caller.
    private static Verdict JudgeExpiredSession(PendingCall call) =>
        !call.MayBeApplied && call.Session is not null && call.SessionRestarts < MaxSessionRestarts
            ? new Verdict(VerdictKind.NewSession)
            : new Verdict(VerdictKind.End) { Error = Fail.SessionExpired(call) };

    private static Outcome Claim(PendingCall call, Outcome outcome) => outcome == Outcome.NotApplied ? call.OutcomeIfNotNow : outcome;

    private static bool IsStale(PendingCall call) => call.Request is KeyedRequest { Method.IsQuery: true, Consistency: Consistency.Stale };
}
