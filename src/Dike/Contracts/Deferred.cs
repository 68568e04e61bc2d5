namespace Dike;

/// <summary>
/// The ticket of a deferred reply: a caller waits behind it until a later command of the same group gives the answer with
/// <see cref="CommandContext.Complete{T}"/> or <see cref="CommandContext.Reject{T}"/>. Made by <see cref="Reply.Defer{T}"/>, kept in the state like any other value.
/// </summary>
/// <remarks>
/// The open ticket itself lives with the caller's session, replicated. It ends when it is completed, or when the session expires; the caller's deadline
/// ends only the caller's wait.
/// </remarks>
/// <typeparam name="T">The type of the value that the caller waits for.</typeparam>
/// <param name="Slot">The slot of the command that deferred its reply; 0 for no ticket.</param>
/// <param name="CommandId">The identity under which the caller sent that command.</param>
public readonly record struct Deferred<T>(long Slot, CommandId CommandId);
