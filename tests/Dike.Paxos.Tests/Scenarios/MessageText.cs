using System.Collections.Immutable;
using System.Text;

namespace Dike.Paxos.Tests.Scenarios;

/// <summary>How messages, records and batches read in a scenario.</summary>
internal static class MessageText
{
    public static string Of(PeerMessage message) => message switch
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
        ConfirmRead m => $"ConfirmRead {m.Ballot} round {m.Round}",
        ReadConfirmed m => $"ReadConfirmed {m.Ballot} round {m.Round}",
        _ => throw new ArgumentException($"Unknown message {message.Kind}.", nameof(message)),
    };

    public static string Of(LogWrite write) => write switch
    {
        PromiseWrite w => $"promise {w.Promised}",
        AcceptWrite w => $"accept {w.Accepted}{Of(w.Batches)}",
        SyncWrite w => $"sync {w.Accepted} keep {w.Keep}{Of(w.Batches)}",
        DecidedWrite w => $"decided {w.Decided}",
        _ => throw new ArgumentException($"Unknown record {write}.", nameof(write)),
    };

    public static string Of(EntryBatch batch)
    {
        string slots = batch.Count == 1 ? $"{batch.First}" : $"{batch.First}-{batch.Last}";
        return batch.Kind == EntryKind.EpochStart ? $"{slots}:start" : $"{slots}:{Encoding.UTF8.GetString(batch.Payload.Span)}";
    }

    private static string Of(ImmutableArray<EntryBatch> batches) => $" [{string.Join(' ', batches.Select(Of))}]";
}
