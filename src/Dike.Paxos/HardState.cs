using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// What a replica must never forget: configuration, promise, accepted ballot, decided slot, snapshot, log. It changes only by <see cref="LogWrite"/>s that pass
/// <see cref="Conflict"/>; the same rules hold when a running replica writes (<see cref="Acceptor"/>) and when its records are replayed
/// (<see cref="LogReplay"/>), so what was written can be read back.
/// </summary>
internal sealed class HardState
{
    public ConfigurationId Configuration { get; private set; } = ConfigurationId.First;

    /// <summary>The members of the configuration; empty while only the founder's caller knows them.</summary>
    public ImmutableArray<Member> Members { get; private set; } = [];

    /// <summary>The replica's own id, or none while only the founder's caller knows it.</summary>
    public ReplicaId Self { get; private set; }

    /// <summary>Whether the replica votes in the configuration.</summary>
    public bool IsVoter { get; private set; } = true;

    /// <summary>The slot behind which the present configuration starts, as far as this replica knows: the stop-sign that named it, or the snapshot that it learned it from.</summary>
    public Slot Start { get; private set; }

    /// <summary>Whether the replica was a voter, and is named no more.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>The highest ballot promised. Never goes down within a configuration.</summary>
    public Ballot Promised { get; private set; }

    /// <summary>The ballot in which the log was last written. Never goes down within a configuration, never above the promise.</summary>
    public Ballot Accepted { get; private set; }

    /// <summary>The last slot known to be decided. Never goes down, never beyond the log.</summary>
    public Slot Decided { get; private set; }

    /// <summary>The snapshot behind which the log starts, or null.</summary>
    public SnapshotInfo? Snapshot { get; private set; }

    /// <summary>The highest configuration above the present one that is known to have begun, because the stop-sign that names it is decided; otherwise null.</summary>
    public StopSign? Next { get; private set; }

    public LogWindow Log { get; } = new();

    /// <summary>Whether the log ends with the stop-sign of the present configuration, decided or not, or is known to: nothing comes behind it in this configuration.</summary>
    public bool IsSealed => Next is not null || Seals(Log.LastBatch);

    public static HardState From(RecoveredState recovered)
    {
        var state = new HardState
        {
            Configuration = recovered.Configuration,
            Members = recovered.Members,
            Self = recovered.Self,
            IsVoter = recovered.IsVoter,
            HasLeft = recovered.HasLeft,
            Promised = recovered.Promised,
            Accepted = recovered.Accepted,
        };
        if (recovered.Snapshot is { } snapshot)
        {
            state.StartBehind(snapshot);
        }

        foreach (EntryBatch batch in recovered.Log)
        {
            state.Log.Append(batch);
        }

        Invariant.Require(state.Accepted <= state.Promised, $"accepted {state.Accepted}, promised {state.Promised}");
        if (recovered.Decided > state.Decided)
        {
            state.Decide(recovered.Decided);
        }

        return state;
    }

    public RecoveredState ToRecovered() =>
        new(Configuration, Promised, Accepted, Decided, Log.ToImmutable())
        {
            Snapshot = Snapshot,
            Self = Self,
            Members = Members,
            IsVoter = IsVoter,
            HasLeft = HasLeft,
        };

    /// <summary>Why <paramref name="write"/> cannot follow what is there, or null.</summary>
    public string? Conflict(LogWrite write)
    {
        if (write is ConfigurationWrite enter)
        {
            return ConfigurationConflict(enter);
        }

        if (write.Configuration != Configuration)
        {
            return $"configuration {write.Configuration} comes after configuration {Configuration}";
        }

        return write switch
        {
            LearnWrite learn => learn.Batches.IsDefaultOrEmpty ? "nothing learned" : LogConflict(learn.Batches, Decided),
            SnapshotWrite snapshot => SnapshotConflict(snapshot.Snapshot),
            DecidedWrite decided => DecidedConflict(decided),
            PromiseWrite or AcceptWrite or SyncWrite when !IsVoter => $"a learner of configuration {Configuration} votes",
            PromiseWrite or AcceptWrite or SyncWrite when Next is not null => $"a vote in configuration {Configuration}, which has ended for {Next}",
            PromiseWrite promise => promise.Promised > Promised ? null : $"promise {promise.Promised} comes after promise {Promised}",
            AcceptWrite accept => AcceptConflict(accept),
            SyncWrite sync => SyncConflict(sync),
            _ => $"unknown record {write.GetType().Name}",
        };
    }

    /// <summary>Takes over <paramref name="write"/>.</summary>
    public void Apply(LogWrite write)
    {
        Invariant.Require(Conflict(write) is null, $"{Conflict(write)}");
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
            case LearnWrite learn:
                Log.CutBehind(Decided);
                AppendAll(learn.Batches);
                Decide(Log.Last);
                break;
            case SnapshotWrite snapshot:
                StartBehind(snapshot.Snapshot);
                break;
            case ConfigurationWrite enter:
                Enter(enter);
                break;
        }
    }

    public void Decide(Slot through)
    {
        Invariant.Require(through > Decided, $"decided {Decided}, then {through}");
        Invariant.Require(Log.EndsAt(through), $"decided {through} in a log through {Log.Last}");
        if (Log.LastStopSign(Decided, through) is { } batch)
        {
            LearnOf(StopSign.Of(batch), batch.Last);
        }

        Decided = through;
    }

    /// <summary>
    /// Everything through the snapshot is decided. A log that goes on behind it stays if one of its batches ends there; otherwise it is another log's, of which nothing
    /// behind the snapshot can have been decided. Promise and accepted ballot stay in both cases, although the log may hold other entries now, or more of them, than were
    /// accepted in that ballot. That is safe: whatever is decided through the snapshot was decided in some ballot d by a quorum that holds it; a later candidate's quorum
    /// has a member in common with that one, so the newest log it finds was accepted in d or above and holds all of it. A log accepted below d is never the newest,
    /// whatever length it claims, and a log accepted in d or above is not changed through the snapshot by installing it. The same holds for what is learned entry by entry.
    /// </summary>
    private void StartBehind(SnapshotInfo snapshot)
    {
        Log.StartBehind(snapshot.Slot);
        Snapshot = snapshot;
        Decided = snapshot.Slot > Decided ? snapshot.Slot : Decided;
        LearnOf(new StopSign(snapshot.Configuration, snapshot.Members), snapshot.Slot);
    }

    /// <summary>A configuration starts with a promise to nobody: no ballot of the one before is valid in it. What is not decided by now never will be.</summary>
    private void Enter(ConfigurationWrite enter)
    {
        bool wasMember = IsVoter || Members.Any(member => member.Id == Self);
        bool isMember = enter.Members.Any(member => member.Id == enter.Self);
        HasLeft = !isMember && (Self == ReplicaId.None || enter.Self == Self) && (HasLeft || (enter.Configuration != Configuration && wasMember));
        Configuration = enter.Configuration;
        Members = enter.Members;
        Self = enter.Self;
        IsVoter = enter.IsVoter;
        Promised = Ballot.None;
        Accepted = Ballot.None;
        Log.CutBehind(Decided);
        Next = Next is { } next && next.Next.CompareTo(Configuration) > 0 ? next : null;
    }

    private void LearnOf(StopSign stopSign, Slot at)
    {
        ConfigurationId highest = Next?.Next ?? Configuration;
        if (stopSign.Next.CompareTo(highest) > 0)
        {
            Next = stopSign;
            Start = at;
        }
    }

    private bool Seals(EntryBatch? batch) => batch is { Kind: EntryKind.StopSign } && StopSign.Of(batch).Next.CompareTo(Configuration) > 0;

    private void AppendAll(ImmutableArray<EntryBatch> batches)
    {
        foreach (EntryBatch batch in batches)
        {
            Log.Append(batch);
        }
    }

    /// <summary>
    /// A voter enters a configuration only with everything that was decided before it: otherwise a quorum of it could elect a leader that lacks what is decided. A learner
    /// that never voted may call itself one in the configuration that it starts with.
    /// </summary>
    /// <summary>
    /// A replica that does not vote takes a new id, under which it may be admitted. What it voted under the old one counts for nobody any more: that id is in no configuration to
    /// come, and this one was in none before.
    /// </summary>
    private bool IsReadmission(ConfigurationWrite enter) =>
        !IsVoter && !enter.IsVoter && enter.Configuration == Configuration && enter.Self != Self && enter.Self != ReplicaId.None
        && StopSign.FaultOf(enter.Members) is null && enter.Members.All(member => member.Id != enter.Self);

    private string? ConfigurationConflict(ConfigurationWrite enter)
    {
        if (IsReadmission(enter))
        {
            return null;
        }

        int order = enter.Configuration.CompareTo(Configuration);
        if (order < 0 || (order == 0 && (enter.IsVoter || !IsVoter || Promised != Ballot.None)))
        {
            return $"configuration {enter.Configuration} is entered after configuration {Configuration} (promised {Promised})";
        }

        if (StopSign.FaultOf(enter.Members) is { } fault)
        {
            return fault;
        }

        if (enter.Self == ReplicaId.None || (Self != ReplicaId.None && enter.Self != Self))
        {
            return $"replica {enter.Self} enters configuration {enter.Configuration} in the place of replica {Self}";
        }

        bool isNext = Next is { } next && next == new StopSign(enter.Configuration, enter.Members);
        return order == 0 || isNext ? null : $"configuration {enter.Configuration} is entered before the stop-sign that names it is decided (through {Decided})";
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

        if (IsSealed)
        {
            return $"entries accepted behind the stop-sign at slot {Log.Last}";
        }

        return accept.Batches.IsDefaultOrEmpty ? "no entries accepted" : VoteConflict(accept.Batches, Log.Last);
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

        if (!Log.EndsAt(sync.Keep))
        {
            return $"no batch ends at slot {sync.Keep} (log through {Log.Last})";
        }

        bool isBehindStopSign = IsSealed && sync.Keep == Log.Last && !sync.Batches.IsDefaultOrEmpty;
        return isBehindStopSign ? $"entries adopted behind the stop-sign at slot {Log.Last}" : VoteConflict(sync.Batches, sync.Keep);
    }

    /// <summary>What is voted for in a configuration ends with its stop-sign.</summary>
    private string? VoteConflict(ImmutableArray<EntryBatch> batches, Slot after) =>
        LogConflict(batches, after) ?? MessageCheck.Sealed(batches, Configuration);

    private static string? LogConflict(ImmutableArray<EntryBatch> batches, Slot after) => MessageCheck.Consecutive(batches, after);

    private string? SnapshotConflict(SnapshotInfo snapshot)
    {
        if (snapshot.Slot <= Log.Base)
        {
            return $"a snapshot of slot {snapshot.Slot} comes after one of slot {Log.Base}";
        }

        if (snapshot.Slot > Decided || Log.EndsAt(snapshot.Slot))
        {
            return StopSign.FaultOf(snapshot.Members);
        }

        return $"no batch ends at slot {snapshot.Slot} of a snapshot (log through {Log.Last})";
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
