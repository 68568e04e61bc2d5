using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// What a replica must never forget: promise, accepted ballot, decided slot, log. It changes only by <see cref="LogWrite"/>s that pass
/// <see cref="Conflict"/>; the same rules hold when a running replica writes (<see cref="Acceptor"/>) and when its records are replayed
/// (<see cref="LogReplay"/>), so what was written can be read back.
/// </summary>
internal sealed class HardState
{
    public ConfigurationId Configuration { get; private set; } = ConfigurationId.First;

    /// <summary>The highest ballot promised. Never goes down.</summary>
    public Ballot Promised { get; private set; }

    /// <summary>The ballot in which the log was last written. Never goes down, never above the promise.</summary>
    public Ballot Accepted { get; private set; }

    /// <summary>The last slot known to be decided. Never goes down, never beyond the log.</summary>
    public Slot Decided { get; private set; }

    public LogWindow Log { get; } = new();

    public static HardState From(RecoveredState recovered)
    {
        var state = new HardState
        {
            Configuration = recovered.Configuration,
            Promised = recovered.Promised,
            Accepted = recovered.Accepted,
        };
        foreach (EntryBatch batch in recovered.Log)
        {
            state.Log.Append(batch);
        }

        Invariant.Require(state.Accepted <= state.Promised, $"accepted {state.Accepted}, promised {state.Promised}");
        if (recovered.Decided > Slot.None)
        {
            state.Decide(recovered.Decided);
        }

        return state;
    }

    /// <summary>Why <paramref name="write"/> cannot follow what is there, or null.</summary>
    public string? Conflict(LogWrite write)
    {
        if (write.Configuration.CompareTo(Configuration) < 0)
        {
            return $"configuration {write.Configuration} comes after configuration {Configuration}";
        }

        return write switch
        {
            PromiseWrite promise => promise.Promised > Promised ? null : $"promise {promise.Promised} comes after promise {Promised}",
            AcceptWrite accept => AcceptConflict(accept),
            SyncWrite sync => SyncConflict(sync),
            DecidedWrite decided => DecidedConflict(decided),
            _ => $"unknown record {write.GetType().Name}",
        };
    }

    /// <summary>Takes over <paramref name="write"/>.</summary>
    public void Apply(LogWrite write)
    {
        Invariant.Require(Conflict(write) is null, $"{Conflict(write)}");
        Configuration = write.Configuration;
        switch (write)
        {
            case PromiseWrite promise:
                Promised = promise.Promised;
                break;
            case AcceptWrite accept:
                AppendAll(accept.Batches);
                break;
            case SyncWrite sync:
                Promised = sync.Accepted;
                Accepted = sync.Accepted;
                Log.CutBehind(sync.Keep);
                AppendAll(sync.Batches);
                break;
            case DecidedWrite decided:
                Decide(decided.Decided);
                break;
        }
    }

    public void Decide(Slot through)
    {
        Invariant.Require(through > Decided, $"decided {Decided}, then {through}");
        Invariant.Require(Log.EndsAt(through), $"decided {through} in a log through {Log.Last}");
        Decided = through;
    }

    private void AppendAll(ImmutableArray<EntryBatch> batches)
    {
        foreach (EntryBatch batch in batches)
        {
            Log.Append(batch);
        }
    }

    /// <summary>
    /// Only a <see cref="SyncWrite"/> may raise the log's ballot: a log accepted in a ballot must hold all that was decided below it, and an append
    /// alone cannot know that.
    /// </summary>
    private string? AcceptConflict(AcceptWrite accept)
    {
        if (accept.Accepted != Promised)
        {
            return $"entries accepted in {accept.Accepted} after a promise of {Promised}";
        }

        if (accept.Accepted != Accepted)
        {
            return $"entries accepted in {accept.Accepted} before the log written in {Accepted} was brought to that ballot";
        }

        return accept.Batches.IsDefaultOrEmpty ? "no entries accepted" : MessageCheck.Consecutive(accept.Batches, Log.Last);
    }

    private string? SyncConflict(SyncWrite sync)
    {
        if (sync.Accepted < Promised)
        {
            return $"a log adopted in {sync.Accepted} after a promise of {Promised}";
        }

        if (sync.Accepted <= Accepted)
        {
            return $"a log adopted in {sync.Accepted} after entries accepted in {Accepted}";
        }

        if (sync.Keep < Decided)
        {
            return $"a log adopted behind slot {sync.Keep} although slots through {Decided} are decided";
        }

        return Log.EndsAt(sync.Keep) ? MessageCheck.Consecutive(sync.Batches, sync.Keep) : $"no batch ends at slot {sync.Keep} (log through {Log.Last})";
    }

    private string? DecidedConflict(DecidedWrite decided)
    {
        if (decided.Decided <= Decided)
        {
            return $"decided slot {decided.Decided} comes after decided slot {Decided}";
        }

        return Log.EndsAt(decided.Decided) ? null : $"no batch ends at decided slot {decided.Decided} (log through {Log.Last})";
    }
}
