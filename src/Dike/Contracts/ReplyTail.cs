using System.Collections.Immutable;

namespace Dike;

/// <summary>
/// What a reply carries beyond a plain value: a rejection, a value that comes later or from a delegate, delegates that run afterwards.
/// Immutable, so a <see cref="Reply"/> stays a value. A reply without a tail costs no allocation.
/// </summary>
internal sealed record ReplyTail
{
    public static ReplyTail Empty { get; } = new();

    /// <summary>The handler's rejection code, or null.</summary>
    public string? Code { get; init; }

    public string? Message { get; init; }

    /// <summary>Whether a later command gives the value.</summary>
    public bool IsDeferred { get; init; }

    /// <summary>A <c>Func&lt;ReplyContext, ValueTask&lt;T&gt;&gt;</c> of the reply's own T, or null.</summary>
    public object? From { get; init; }

    public ImmutableArray<Func<ReplyContext, ValueTask>> Then { get; init; } = [];

    public ReplyTail Append(Func<ReplyContext, ValueTask> next) => this with { Then = Then.Add(next) };

    public async ValueTask RunThenAsync(ReplyContext context)
    {
        foreach (Func<ReplyContext, ValueTask> next in Then)
        {
            await next(context).ConfigureAwait(false);
        }
    }
}
