using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dike;

/// <summary>
/// What a reply delegate may use. The delegate runs after the command was applied, outside the deterministic part,
/// at most once, on the process that holds the caller's request.
/// </summary>
public sealed class ReplyContext
{
    internal ReplyContext(IServiceProvider services, string key, CommandId commandId, ILogger logger, CancellationToken cancellationToken)
    {
        Services = services;
        Key = key;
        CommandId = commandId;
        Logger = logger;
        CancellationToken = cancellationToken;
    }

    /// <summary>A scope of the host's services, disposed after the delegate.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Cancelled when the node stops.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The key the command was sent to.</summary>
    public string Key { get; }

    /// <summary>The identity under which the caller sent the command.</summary>
    public CommandId CommandId { get; }

    /// <summary>A logger of the state machine's category.</summary>
    public ILogger Logger { get; }

    /// <summary>A context for unit tests of reply delegates.</summary>
    /// <param name="services">The services the delegate asks for.</param>
    /// <param name="key">The key. Default: "key".</param>
    /// <param name="commandId">The command id. Default: <see cref="Dike.CommandId.None"/>.</param>
    /// <param name="logger">The logger. Default: one that writes nowhere.</param>
    /// <param name="cancellationToken">The token the delegate sees.</param>
    /// <returns>A context with these values.</returns>
    public static ReplyContext ForTest(
        IServiceProvider services,
        string key = "key",
        CommandId commandId = default,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(key);
        return new ReplyContext(services, key, commandId, logger ?? NullLogger.Instance, cancellationToken);
    }
}
