using System.Collections.Immutable;
using System.Text;

namespace Dike.Paxos.Tests.Scenarios;

/// <summary>How messages, records and batches read in a scenario.</summary>
internal static class MessageText
{
    public static string Of(PeerMessage message) => Text(message) + In(message);

    private static string Text(PeerMessage message) => message switch
    {
        Prepare m => $"Prepare {m.Ballot} nonce {m.Nonce}",
        Promise m => $"Promise {m.Ballot} nonce {m.Nonce} accepted {m.AcceptedBallot} last {m.Last} decided {m.Decided}",
        PullLog m => $"PullLog {m.Ballot} nonce {m.Nonce} after {m.After}",
        LogChunk m => $"LogChunk {m.Ballot} nonce {m.Nonce} after {m.After}{Of(m.Batches)} last {m.Last}",
        AcceptSync m => $"AcceptSync {m.Ballot} nonce {m.Nonce} session {m.Session} keep {m.Keep} after {m.After}{Of(m.Batches)} decided {m.Decided}",
        Accept m => $"Accept {m.Ballot} session {m.Session}/{m.Sequence}{Of(m.Batches)} decided {m.Decided}",
        Accepted m => $"Accepted {m.Ballot} session {m.Session} last {m.Last} decided {m.Decided}",
        Decide m => $"Decide {m.Ballot} session {m.Session}/{m.Sequence} decided {m.Decided}",
        Refuse m => $"Refuse {m.Asked} promised {m.Promised}",
        AskPrepare m => $"AskPrepare promised {m.Promised}",
        ConfirmRead m => $"ConfirmRead {m.Ballot} round {m.Round}{(m.WantsGrant ? " lease" : "")}",
        ReadConfirmed m => $"ReadConfirmed {m.Ballot} round {m.Round}{(m.IsGranted ? " granted" : "")}",
        Probe m => $"Probe nonce {m.Nonce} promised {m.Promised}",
        ProbeAnswer m => $"ProbeAnswer nonce {m.Nonce} promised {m.Promised} accepted {m.AcceptedBallot} last {m.Last} follows {m.Followed}{(m.IsAlive ? " alive" : "")}",
        HandOver m => $"HandOver {m.Ballot} to {m.To} number {m.Number}",
        AskDecided m => $"AskDecided {m.Ballot} session {m.Session} round {m.Round}",
        DecidedIs m => $"DecidedIs {m.Ballot} session {m.Session} round {m.Round} through {m.Through}",
        Learn m => $"Learn after {m.After}",
        LearnChunk m => $"LearnChunk after {m.After}{Of(m.Batches)} decided {m.Decided} leader {m.Leader}",
        OfferSnapshot m => $"OfferSnapshot {m.Ballot} nonce {m.Nonce} slot {m.Snapshot.Slot} configuration {m.Snapshot.Configuration}",
        Superseded m => $"Superseded {m.Asked} by {m.Configuration}",
        _ => throw new ArgumentException($"Unknown message {message.Kind}.", nameof(message)),
    };

    public static string Of(LogWrite write) => write switch
    {
        PromiseWrite w => $"promise {w.Promised}",
        AcceptWrite w => $"accept {w.Accepted}{Of(w.Batches)}",
        SyncWrite w => $"sync {w.Accepted} keep {w.Keep}{Of(w.Batches)}",
        DecidedWrite w => $"decided {w.Decided}",
        ConfigurationWrite w => $"configuration {w.Configuration} of {Of(w.Members)} as {(w.IsVoter ? "voter" : "learner")}",
        LearnWrite w => $"learned{Of(w.Batches)}",
        SnapshotWrite w => $"snapshot {w.Snapshot.Slot} configuration {w.Snapshot.Configuration} of {Of(w.Snapshot.Members)}",
        _ => throw new ArgumentException($"Unknown record {write}.", nameof(write)),
    };

    public static string Of(EntryBatch batch)
    {
        string slots = batch.Count == 1 ? $"{batch.First}" : $"{batch.First}-{batch.Last}";
        if (batch.Kind == EntryKind.StopSign)
        {
            StopSign stopSign = StopSign.Of(batch);
            return $"{slots}:stop({stopSign.Next} of {Of(stopSign.Members)})";
        }

        return batch.Kind == EntryKind.EpochStart ? $"{slots}:start" : $"{slots}:{Encoding.UTF8.GetString(batch.Payload.Span)}";
    }

    public static string Of(ImmutableArray<Member> members) => string.Join(',', members.Select(member => member.Id));

    /// <summary>Only where configurations meet does a text say in which one a message is.</summary>
    private static string In(PeerMessage message) => message.Configuration == ConfigurationId.First ? "" : $" in {message.Configuration}";

    private static string Of(ImmutableArray<EntryBatch> batches) => $" [{string.Join(' ', batches.Select(Of))}]";
}
