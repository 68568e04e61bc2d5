using System.Collections.Immutable;
using Dike.Paxos;

namespace Dike.Storage.Tests.Compliance;

/// <summary>Records for tests, and their comparison by content.</summary>
internal static class LogWrites
{
    public static readonly Ballot Ballot = new(7, 3, new ReplicaId(2));

    public static LogRecord Promise(int group, long number) =>
        new(new GroupId(group), new PromiseWrite(number, ConfigurationId.First, Ballot with { Number = number }));

    public static LogRecord Decided(int group, long number, long slot) =>
        new(new GroupId(group), new DecidedWrite(number, ConfigurationId.First, new Slot(slot)));

    public static LogRecord Accept(int group, long number, params byte[][] payloads) =>
        new(new GroupId(group), new AcceptWrite(number, new ConfigurationId(4), Ballot, Batches(number, payloads)));

    public static LogRecord Sync(int group, long number, long keep, params byte[][] payloads) =>
        new(new GroupId(group), new SyncWrite(number, new ConfigurationId(4), Ballot, new Slot(keep), Batches(keep + 1, payloads)));

    /// <summary>A payload that differs from every other in content, whatever its length.</summary>
    public static byte[] Payload(int bytes, int seed)
    {
        byte[] payload = new byte[bytes];
        for (int i = 0; i < bytes; i++)
        {
            payload[i] = (byte)((i * 31) + (i >> 8) + (seed * 7) + 1);
        }

        return payload;
    }

    public static string Describe(LogRecord record) => record.Write switch
    {
        AcceptWrite write => $"{record.Group}#{write.Number} c{write.Configuration} accept {write.Accepted} {Describe(write.Batches)}",
        SyncWrite write => $"{record.Group}#{write.Number} c{write.Configuration} sync {write.Accepted} keep {write.Keep} {Describe(write.Batches)}",
        LearnWrite write => $"{record.Group}#{write.Number} c{write.Configuration} learn {Describe(write.Batches)}",
        ConfigurationWrite write => $"{record.Group}#{write.Number} c{write.Configuration} self {write.Self} votes {write.IsVoter} {Describe(write.Members)}",
        SnapshotWrite write => $"{record.Group}#{write.Number} c{write.Configuration} {write.Snapshot} {Describe(write.Snapshot.Members)}",
        _ => $"{record.Group} {record.Write}",
    };

    public static void AssertEqual(IEnumerable<LogRecord> expected, IEnumerable<LogRecord> actual) =>
        Assert.Equal(expected.Select(Describe), actual.Select(Describe));

    private static string Describe(ImmutableArray<Member> members) => string.Join(' ', members);

    private static string Describe(ImmutableArray<EntryBatch> batches) =>
        string.Join(' ', batches.Select(batch => $"{batch}={Convert.ToHexString(System.IO.Hashing.XxHash128.Hash(batch.Payload.Span))}"));

    private static ImmutableArray<EntryBatch> Batches(long first, byte[][] payloads) =>
        [.. payloads.Select((payload, i) => new EntryBatch(new Slot(first + (2 * i)), 2, EntryKind.Commands, payload))];
}
