using Dike.Node.Diagnostics;
using Dike.Node.Groups;
using Dike.Node.Shards;
using Dike.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Replies;

/// <summary>
/// Runs reply delegates on the thread pool, each at most once and in a scope of the host's services. What a delegate throws is logged and, if the caller
/// waits for its value, reported; it never reaches the state. Called by the shard.
/// </summary>
internal sealed class ReplyRunner(
    string node, IServiceProvider? services, ILoggerFactory loggers, ILogger logger, ShardQueue queue, CancellationToken stopping) : IReplyRunner
{
    private readonly IServiceProvider _services = services ?? NoServices.Instance;

    /// <inheritdoc/>
    public void Run(GroupId group, ReplyWork work) => _ = Task.Run(() => RunAsync(group, work), CancellationToken.None);

    private async Task RunAsync(GroupId group, ReplyWork work)
    {
        bool isReported = work.Computation is null;
        try
        {
            AsyncServiceScope? scope = _services.GetService<IServiceScopeFactory>()?.CreateAsyncScope();
            try
            {
                var context = new ReplyContext(scope?.ServiceProvider ?? _services, work.Key, work.CommandId, loggers.CreateLogger(work.Machine), stopping);
                if (work.Computation is not null)
                {
                    byte[] value = await work.Computation.RunAsync(context).ConfigureAwait(false);
                    isReported = true;
                    queue.Post(new ReplyEnded(group, work.CommandId, value, null));
                }

                await work.Tail.RunThenAsync(context).ConfigureAwait(false);
            }
            finally
            {
                if (scope is { } opened)
                {
                    await opened.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
#pragma warning disable CA1031 // User code may throw anything; the command was applied, so all there is to do is to say so.
        catch (Exception error)
#pragma warning restore CA1031
        {
            NodeLog.ReplyFailed(logger, node, work.CommandId, work.Machine, error);
            if (!isReported)
            {
                queue.Post(new ReplyEnded(group, work.CommandId, null, $"{error.GetType().FullName}: {error.Message}"));
            }
        }
    }

    /// <summary>What delegates see if the host gave no services.</summary>
    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
