using Microsoft.Extensions.DependencyInjection;

namespace Dike.Node.Tests.Running;

/// <summary>A machine for tests of whole nodes: a sum per key, replies with delegates, and a handler that fails.</summary>
[StateMachine]
public sealed partial class Tally
{
    private long _sum;

    [Command]
    public Reply<long> Add(long n) => Reply.With(_sum += n);

    [Command]
    public Reply<long> Reject() => Reply.Reject<long>("never", "this command is always rejected");

    [Command]
    public Reply<string> AddAndAsk(long n)
    {
        _sum += n;
        long sum = _sum;
        return Reply.From(async reply => await reply.Services.GetRequiredService<IOracle>().AnswerAsync(sum));
    }

    [Command]
    public Reply<long> AddAndTell(long n)
    {
        _sum += n;
        long sum = _sum;
        return Reply.With(sum).Then(async reply => await reply.Services.GetRequiredService<IOracle>().AnswerAsync(sum));
    }

    /// <summary>What no replica can get over: not a result, but the end of the group.</summary>
    [Command]
#pragma warning disable CA2201 // The very exception that the runtime reserves: a handler that meets it ends its group.
    public Reply<long> Exhaust() => throw new OutOfMemoryException("planted by the test");
#pragma warning restore CA2201

    [Query]
    public long Read() => _sum;
}

/// <summary>A service that reply delegates ask for.</summary>
public interface IOracle
{
    Task<string> AnswerAsync(long sum);
}
