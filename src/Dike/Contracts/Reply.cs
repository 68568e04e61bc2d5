using System.Runtime.CompilerServices;

namespace Dike;

/// <summary>
/// The reply of a command without a value, and the place where replies are made: a value, a rejection, or work to be done
/// after the command was applied.
/// </summary>
/// <remarks>
/// Delegates passed to <see cref="From{T}(Func{ReplyContext, Task{T}})"/> and <see cref="Then(Func{ReplyContext, Task})"/> run outside the deterministic part:
/// at most once, on the process that holds the caller's request. They may use clocks, services and the network, and must not touch the state.
/// </remarks>
public readonly struct Reply
{
    internal Reply(ReplyTail? tail) => Tail = tail;

    /// <summary>The command was done.</summary>
    public static Reply Done => default;

    /// <summary>Whether the handler refused the command.</summary>
    public bool IsRejected => Tail?.Code is not null;

    /// <summary>The handler's rejection code, or null.</summary>
    public string? Code => Tail?.Code;

    /// <summary>The handler's rejection message, or null.</summary>
    public string? Message => Tail?.Message;

    internal ReplyTail? Tail { get; }

    /// <summary>A reply with a value. It is serialized when the command is applied, so later changes of the state do not reach the caller.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>The reply.</returns>
    public static Reply<T> With<T>(T value) => new(value, null);

    /// <summary>Refuses the command: the state stays as it was before it, and the caller gets a <see cref="CommandRejectedException"/>.</summary>
    /// <param name="code">A code for programs, not empty.</param>
    /// <param name="message">An explanation for people.</param>
    /// <returns>A rejection that converts to <see cref="Reply"/> and to any <see cref="Reply{T}"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="code"/> is empty.</exception>
    public static Rejection Reject(string code, string? message = null) => new(code, message);

    /// <summary>Refuses the command, as <see cref="Reject(string, string?)"/>, typed.</summary>
    /// <typeparam name="T">The value's type of the command.</typeparam>
    /// <param name="code">A code for programs, not empty.</param>
    /// <param name="message">An explanation for people.</param>
    /// <returns>The reply.</returns>
    /// <exception cref="ArgumentException"><paramref name="code"/> is empty.</exception>
    public static Reply<T> Reject<T>(string code, string? message = null) => new Rejection(code, message);

    /// <summary>
    /// Answers nobody yet: the caller waits until a later command of the same group completes <paramref name="ticket"/>. What the handler changed is kept,
    /// the ticket with it.
    /// </summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="ticket">To be kept in the state; see <see cref="CommandContext.Complete{T}"/>. A command has one, however often it asks.</param>
    /// <returns>The reply; the handler must return it, or nobody ever waits behind the ticket.</returns>
    public static Reply<T> Defer<T>(out Deferred<T> ticket)
    {
        ticket = DeferralScope.Take<T>();
        return new Reply<T>(default!, ReplyTail.Empty with { IsDeferred = true });
    }

    /// <summary>A reply whose value is computed after the command was applied, by a delegate that awaits.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="compute">Runs at most once; if it throws, the caller gets a <see cref="ReplyFailedException"/> (the command was applied).</param>
    /// <returns>The reply.</returns>
    [OverloadResolutionPriority(2)]
    public static Reply<T> From<T>(Func<ReplyContext, Task<T>> compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        return From(context => new ValueTask<T>(compute(context)));
    }

    /// <inheritdoc cref="From{T}(Func{ReplyContext, Task{T}})"/>
    [OverloadResolutionPriority(1)]
    public static Reply<T> From<T>(Func<ReplyContext, ValueTask<T>> compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        return new Reply<T>(default!, ReplyTail.Empty with { From = compute });
    }

    /// <summary>A reply whose value is computed after the command was applied.</summary>
    /// <inheritdoc cref="From{T}(Func{ReplyContext, Task{T}})"/>
    public static Reply<T> From<T>(Func<ReplyContext, T> compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        return From(context => new ValueTask<T>(compute(context)));
    }

    /// <summary>Turns a rejection into a reply.</summary>
    /// <param name="rejection">The rejection.</param>
    public static implicit operator Reply(Rejection rejection) => new(ReplyTail.Empty with { Code = rejection.Code, Message = rejection.Message });

    /// <summary>Runs <paramref name="next"/> after the command was applied; the caller does not wait for it. Runs on rejections too.</summary>
    /// <param name="next">At most once; what it throws is logged and reported, and never affects the state.</param>
    /// <returns>A reply with <paramref name="next"/> behind what was there.</returns>
    [OverloadResolutionPriority(2)]
    public Reply Then(Func<ReplyContext, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Then(context => new ValueTask(next(context)));
    }

    /// <inheritdoc cref="Then(Func{ReplyContext, Task})"/>
    [OverloadResolutionPriority(1)]
    public Reply Then(Func<ReplyContext, ValueTask> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new Reply((Tail ?? ReplyTail.Empty).Append(next));
    }

    /// <inheritdoc cref="Then(Func{ReplyContext, Task})"/>
    public Reply Then(Action<ReplyContext> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Then(context =>
        {
            next(context);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Runs the reply's delegates, for unit tests.</summary>
    /// <param name="context">What the delegates see; see <see cref="ReplyContext.ForTest"/>.</param>
    /// <returns>This reply without its delegates.</returns>
    public async Task<Reply> RunAsync(ReplyContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Tail is null)
        {
            return this;
        }

        await Tail.RunThenAsync(context).ConfigureAwait(false);
        return new Reply(Tail with { Then = [] });
    }
}
