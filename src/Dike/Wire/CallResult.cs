namespace Dike.Wire;

/// <summary>What became of a call.</summary>
internal enum CallStatus : byte
{
    /// <summary>Applied; the payload is the value.</summary>
    Done = 1,

    /// <summary>The handler refused: <see cref="CallResult.Code"/> and <see cref="CallResult.Message"/> are its own.</summary>
    Rejected = 2,

    /// <summary>The handler threw: code is the exception's type, message its message.</summary>
    Failed = 3,

    /// <summary>Applied, but the delegate that computes the reply threw or is gone.</summary>
    ReplyFailed = 4,

    /// <summary>Not here: <see cref="CallResult.Message"/> names the leader's node if known. Not applied by this attempt.</summary>
    NotLeader = 5,

    /// <summary>This node cannot reach a quorum of the group, message says what is known of each member. Not applied by this attempt.</summary>
    NoQuorum = 6,

    /// <summary>Refused before it got a slot, by a limit.</summary>
    Overloaded = 7,

    /// <summary>The session is not kept any more.</summary>
    SessionExpired = 8,

    /// <summary>Unknown machine or method, or arguments that do not fit.</summary>
    ContractMismatch = 9,

    /// <summary>This node does not hold the group (any more): ask for the routes.</summary>
    UnknownGroup = 10,

    /// <summary>The deadline passed before the command got a slot.</summary>
    Expired = 11,

    /// <summary>It had a slot here, but this replica lost the leadership before it was decided: unknown, retry under the same id.</summary>
    LeadershipLost = 12,

    /// <summary>The command id was answered before and the session has been told that the answer arrived.</summary>
    AlreadyAnswered = 13,

    /// <summary>Executed, and the answer is given by a later command. In the replicated state only: who waits is not answered with it, so it is never on the wire.</summary>
    Deferred = 14,
}

/// <summary>The answer to a <see cref="Call"/>.</summary>
internal sealed record CallResult(
    long Correlation, CallStatus Status, Outcome Outcome, long Slot, string Code, string Message, ReadOnlyMemory<byte> Value) : Frame
{
    public override FrameKind Kind => FrameKind.CallResult;

    public static CallResult Read(ref WireReader reader) => new(
        reader.Int64(),
        (CallStatus)reader.Byte(),
        (Outcome)reader.Byte(),
        reader.Int64(),
        reader.String(FrameLimits.MaxCodeBytes),
        reader.String(FrameLimits.MaxMessageBytes),
        reader.Bytes(int.MaxValue));

    /// <summary>Why a status and an outcome from the wire are nonsense, or null.</summary>
    public static string? InvalidStatus(CallStatus status, Outcome outcome)
    {
        if (status is < CallStatus.Done or > CallStatus.AlreadyAnswered)
        {
            return $"the status {(byte)status} is unknown";
        }

        return outcome is < Outcome.Unknown or > Outcome.Applied ? $"the outcome {(int)outcome} is unknown" : null;
    }

    public override void Write(WireWriter writer)
    {
        writer.Int64(Correlation);
        writer.Byte((byte)Status);
        writer.Byte((byte)Outcome);
        writer.Int64(Slot);
        writer.String(FrameLimits.Shorten(Code, FrameLimits.MaxCodeBytes));
        writer.String(FrameLimits.Shorten(Message, FrameLimits.MaxMessageBytes));
        writer.Bytes(Value.Span);
    }

    public override string? Invalid()
    {
        if (Slot < 0)
        {
            return $"the slot {Slot} is negative";
        }

        return Status is CallStatus.Rejected or CallStatus.Failed && Code.Length == 0
            ? $"the status {Status} has no code"
            : InvalidStatus(Status, Outcome);
    }

    // The caller must hear that its command was applied even if the value cannot travel; and nobody else's answers may suffer for it.
    public override Frame InsteadOfTooLarge(int bodyBytes, int maxBodyBytes) => this with
    {
        Status = CallStatus.ReplyFailed,
        Code = "",
        Message = $"The answer takes {bodyBytes} bytes, the connection carries at most {maxBodyBytes}. Return less, or raise the frame limit of nodes and clients.",
        Value = default,
    };
}
