namespace Dike.Paxos;

/// <summary>
/// Folds a replica's durable records, in the order in which they were appended, into what the replica knows at its start. Amortised O(1) per record.
/// Called by the node at recovery, once per group; records that cannot follow each other are refused, because a replica that started from them
/// might forget a vote.
/// </summary>
internal sealed class LogReplay
{
    private readonly HardState _state;
    private long _records;
    private long _lastNumber;

    public LogReplay()
        : this(RecoveredState.Empty)
    {
    }

    public LogReplay(RecoveredState start) => _state = HardState.From(start);

    /// <summary>Folds all of <paramref name="writes"/> into <paramref name="start"/>.</summary>
    /// <exception cref="LogReplayException">See <see cref="Add"/>.</exception>
    public static RecoveredState Replay(RecoveredState start, IEnumerable<LogWrite> writes)
    {
        var replay = new LogReplay(start);
        foreach (LogWrite write in writes)
        {
            replay.Add(write);
        }

        return replay.ToState();
    }

    /// <summary>Takes the next record.</summary>
    /// <exception cref="LogReplayException">The record cannot follow those before it; the message says which, and why.</exception>
    public void Add(LogWrite write)
    {
        _records++;
        string? conflict = NumberConflict(write) ?? _state.Conflict(write);
        if (conflict is not null)
        {
            throw new LogReplayException(
                $"Record {_records} of the replica ({write.GetType().Name} {write.Number}) cannot follow those before it: {conflict}. "
                + "The log is damaged or mixed with another replica's; nothing was changed. Restore the directory or let the replica join anew.");
        }

        _lastNumber = write.Number;
        _state.Apply(write);
    }

    public RecoveredState ToState() => _state.ToRecovered();

    /// <summary>A replica counts its writes from 1 after every start and loses only a suffix in a crash: a missing number is a lost record.</summary>
    private string? NumberConflict(LogWrite write) =>
        write.Number == 1 || (_records > 1 && write.Number == _lastNumber + 1) ? null : $"write {write.Number} comes after write {_lastNumber}";
}

/// <summary>Durable records of a replica that cannot follow each other.</summary>
/// <param name="message">Which record, and why.</param>
internal sealed class LogReplayException(string message) : Exception(message);
