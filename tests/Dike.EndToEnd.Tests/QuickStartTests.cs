using System.Diagnostics.CodeAnalysis;
using Dike.Node;

namespace Dike.EndToEnd.Tests;

/// <summary>The quick start of the README, word for word: a test of the house compares the two.</summary>
public sealed class QuickStartTests
{
    [Fact]
    [SuppressMessage("Usage", "xUnit1051", Justification = "The code is the README's, where no test passes a token.")]
    public async Task QuickStart_AsInTheReadme_Works()
    {
        Assert.Equal(15, new Counter().Add(15).Value);

        using var temporary = new TemporaryDirectory();
        string directory = Path.Combine(temporary.Path, "dike-0");
        var options = new DikeNodeOptions { Node = { Name = "dike-0", Listen = "127.0.0.1:0", DataDirectory = directory } };
        options.StateMachines.Add<Counter>();
        await using DikeNode node = await DikeNode.StartAsync(options);
        await node.Client.Admin.CreateRingAsync("Counter", partitions: 16, replicas: 1);

        ICounter counter = node.Client.Counter("somekey");
        long value = await counter.AddAsync(15);
        try
        {
            await counter.AddAsync(-1);
        }
        catch (CommandRejectedException rejection)
        {
            Console.WriteLine($"{rejection.RejectionCode}: {rejection.Outcome}");    // negative: Refused, the state is unchanged
        }

        Assert.Equal(15, value);
        Assert.Equal(15, await counter.ReadAsync());
    }
}

[StateMachine]
public sealed partial class Counter
{
    private long _value;

    [Command]
    public Reply<long> Add(long n) => n < 0 ? Reply.Reject<long>("negative", "count up only") : Reply.With(_value += n);

    [Query]
    public long Read() => _value;
}
