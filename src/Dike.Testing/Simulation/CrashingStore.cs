using Dike.Storage;

namespace Dike.Testing.Simulation;

/// <summary>A node's store as its shard sees it: the place where a plan lets the process die around an append.</summary>
internal sealed class CrashingStore(SimulatedStore store, SimulatedNode node) : ILogStore
{
    /// <inheritdoc/>
    public LogPosition SyncedUpTo => store.SyncedUpTo;

    /// <inheritdoc/>
    public void Recover(Action<LogRecord> visit) => store.Recover(visit);

    /// <inheritdoc/>
    public void Start(Action<LogPosition> onSynced, Action<Exception> onFailed) => store.Start(onSynced, onFailed);

    /// <inheritdoc/>
    public LogPosition Append(ReadOnlySpan<LogRecord> records)
    {
        node.Reach(CrashPoint.BeforeAppend);
        LogPosition position = store.Append(records);
        node.Reach(CrashPoint.AfterAppend);
        return position;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => store.DisposeAsync();
}
