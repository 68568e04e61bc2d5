namespace Dike;

/// <summary>The root of all errors of Dike. Every one answers "was it applied?" (<see cref="Outcome"/>).</summary>
public abstract class DikeException : Exception
{
    private protected DikeException(DikeErrorCode code, Outcome outcome, bool isTransient, CommandId commandId, string message, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Outcome = outcome;
        IsTransient = isTransient;
        CommandId = commandId;
        HelpLink = "docs/errors.md#" + code.ToString().ToLowerInvariant();
    }

    /// <summary>Dike's code of the error.</summary>
    public DikeErrorCode Code { get; }

    /// <summary>What became of the command.</summary>
    public Outcome Outcome { get; }

    /// <summary>Whether the same call may succeed later without anybody changing anything.</summary>
    public bool IsTransient { get; }

    /// <summary>The id of the command, or <see cref="CommandId.None"/> if the error belongs to none.</summary>
    public CommandId CommandId { get; }
}
