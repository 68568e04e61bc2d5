using Dike.Node.Groups;
using Dike.Node.Replies;
using Dike.Node.Shards;
using Dike.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dike.Testing.Simulation;

/// <summary>Runs reply delegates as events of the virtual time, on the process that applied the command, and never twice. A process that dies first takes them along.</summary>
internal sealed class SimulatedReplies(SimulatedWorld world, SimulatedNode node, ulong boot) : IReplyRunner
{
    /// <inheritdoc/>
    public void Run(GroupId group, ReplyWork work)
    {
        world.Observer.ReplyStarted(group.Value, work.CommandId);
        world.Time.In(100 + world.Random.Next(2_000), () => Finish(group, work));
    }

    private void Finish(GroupId group, ReplyWork work)
    {
        if (!node.IsAlive || node.Boot != boot)
        {
            return;
        }

        var context = new ReplyContext(NoServices.Instance, work.Key, work.CommandId, NullLogger.Instance, CancellationToken.None);
        if (work.Computation is { } computation)
        {
            // The machine's delegates do not wait for anything, so their tasks are over when they are given back.
            node.Post(new ReplyEnded(group, work.CommandId, computation.RunAsync(context).AsTask().GetAwaiter().GetResult(), null));
        }

        work.Tail.RunThenAsync(context).AsTask().GetAwaiter().GetResult();
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
