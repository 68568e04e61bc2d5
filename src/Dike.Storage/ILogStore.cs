namespace Dike.Storage;

/// <summary>
/// A node's durable log, shared by all its groups. One writer (the node's shard) appends; the store makes appends durable in order and reports how far it got.
/// </summary>
/// <remarks>
/// Ordering and durability: records become durable in append order; each is atomic; a record reported as synced survives any crash.
/// After a failed write or sync the store takes nothing more and reports the failure once: the node ends, because what is on disk is not known any more.
/// </remarks>
public interface ILogStore : IAsyncDisposable
{
    /// <summary>The position up to which everything is synced. Grows only. Safe to read from any thread.</summary>
    LogPosition SyncedUpTo { get; }

    /// <summary>Hands every surviving record to <paramref name="visit"/>, in append order. Call once, before the first append.</summary>
    /// <param name="visit">Takes a record; its payloads stay valid.</param>
    /// <exception cref="LogDamagedException">Records that were synced cannot be read back; the message names file and offset. Nothing was changed.</exception>
    void Recover(Action<LogRecord> visit);

    /// <summary>Says whom to tell. Call once, after <see cref="Recover"/> and before the first append.</summary>
    /// <param name="onSynced">Called on the store's own thread, in order, whenever <see cref="SyncedUpTo"/> grew. Must not block.</param>
    /// <param name="onFailed">Called at most once, with the reason, when a write or sync failed.</param>
    void Start(Action<LogPosition> onSynced, Action<Exception> onFailed);

    /// <summary>Queues records for one write. Returns at once; several appends may share one sync.</summary>
    /// <param name="records">The records, in order. The store keeps references to their payloads until they are written.</param>
    /// <returns>The position that <see cref="SyncedUpTo"/> reaches when all of them are durable.</returns>
    LogPosition Append(ReadOnlySpan<LogRecord> records);
}
