using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Dike;

/// <summary>The reply of a command with a value of type <typeparamref name="T"/>. See <see cref="Reply"/>.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct Reply<T>
{
    private readonly T _value;

    internal Reply(T value, ReplyTail? tail)
    {
        _value = value;
        Tail = tail;
    }

    /// <summary>Whether the handler refused the command.</summary>
    [MemberNotNullWhen(true, nameof(Code))]
    public bool IsRejected => Tail?.Code is not null;

    /// <summary>The handler's rejection code, or null.</summary>
    public string? Code => Tail?.Code;

    /// <summary>The handler's rejection message, or null.</summary>
    public string? Message => Tail?.Message;

    /// <summary>Whether a later command gives the value; see <see cref="Reply.Defer{T}"/>.</summary>
    public bool IsDeferred => Tail is { IsDeferred: true };

    /// <summary>The value.</summary>
    /// <exception cref="CommandRejectedException">The handler refused the command.</exception>
    /// <exception cref="InvalidOperationException">The value is computed by a delegate: call <see cref="RunAsync"/> first. Or it is deferred.</exception>
    public T Value
    {
        get
        {
            if (IsRejected)
            {
                throw new CommandRejectedException(Code, Message, CommandId.None);
            }

            if (Tail?.From is not null)
            {
                throw new InvalidOperationException("The value of this reply is computed by its delegate; call RunAsync(ReplyContext.ForTest(...)) first.");
            }

            return IsDeferred
                ? throw new InvalidOperationException("The value of this reply is deferred: the command that completes its ticket has it, see CommandContext.TryGetAnswer.")
                : _value;
        }
    }

    internal ReplyTail? Tail { get; }

    internal T RawValue => _value;

    /// <summary>A plain value as a reply.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Reply<T>(T value) => new(value, null);

    /// <summary>Turns a rejection into a reply.</summary>
    /// <param name="rejection">The rejection.</param>
    public static implicit operator Reply<T>(Rejection rejection) =>
        new(default!, ReplyTail.Empty with { Code = rejection.Code, Message = rejection.Message });

    /// <inheritdoc cref="Reply.Then(Func{ReplyContext, Task})"/>
    [OverloadResolutionPriority(2)]
    public Reply<T> Then(Func<ReplyContext, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Then(context => new ValueTask(next(context)));
    }

    /// <inheritdoc cref="Reply.Then(Func{ReplyContext, Task})"/>
    [OverloadResolutionPriority(1)]
    public Reply<T> Then(Func<ReplyContext, ValueTask> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new Reply<T>(_value, (Tail ?? ReplyTail.Empty).Append(next));
    }

    /// <inheritdoc cref="Reply.Then(Func{ReplyContext, Task})"/>
    public Reply<T> Then(Action<ReplyContext> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Then(context =>
        {
            next(context);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Runs the reply's delegates, for unit tests: first the one that computes the value, then those that follow.</summary>
    /// <param name="context">What the delegates see; see <see cref="ReplyContext.ForTest"/>.</param>
    /// <returns>A reply with the computed value and without delegates.</returns>
    public async Task<Reply<T>> RunAsync(ReplyContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Tail is null)
        {
            return this;
        }

        T value = Tail.From is Func<ReplyContext, ValueTask<T>> compute ? await compute(context).ConfigureAwait(false) : _value;
        await Tail.RunThenAsync(context).ConfigureAwait(false);
        return new Reply<T>(value, Tail.Code is null && !Tail.IsDeferred ? null : Tail with { From = null, Then = [] });
    }
}
