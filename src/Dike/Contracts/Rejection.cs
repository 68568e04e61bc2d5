namespace Dike;

/// <summary>A handler's refusal; converts to <see cref="Reply"/> and to any <see cref="Reply{T}"/>. Made by <see cref="Reply.Reject(string, string?)"/>.</summary>
public readonly struct Rejection
{
    internal Rejection(string code, string? message)
    {
        ArgumentException.ThrowIfNullOrEmpty(code);
        Code = code;
        Message = message;
    }

    /// <summary>The handler's own code, for programs.</summary>
    public string Code { get; }

    /// <summary>The handler's explanation, for people; may be null.</summary>
    public string? Message { get; }
}
