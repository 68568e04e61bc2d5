using System.Buffers.Binary;
using Dike.Node.Groups;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Tests.Groups;

/// <summary>Random histories against the model: retries in other slots, acknowledgements, sessions that expire and come back, times that go back, failing handlers.</summary>
public sealed class SessionModelTests
{
    private const int Histories = 10_000;
    private const int CommandsPerHistory = 24;
    private static readonly long Expiry = TimeSpan.FromMinutes(1).Ticks;
    private static readonly uint[] Methods = [Ledger.Add, Ledger.Append, Ledger.Divide, Ledger.AddThenThrow, Ledger.AddThenReject];

    // What the histories must have brought about, or they show nothing.
    private readonly SortedDictionary<Admission, int> _admissions = [];

    [Fact]
    public void Apply_RandomHistories_AgreesWithTheModel()
    {
        for (int seed = 1; seed <= Histories; seed++)
        {
            Run(seed);
        }

        Assert.All(Enum.GetValues<Admission>(), admission => Assert.True(_admissions.GetValueOrDefault(admission) > Histories / 10, $"{admission}: {_admissions.GetValueOrDefault(admission)}"));
    }

    private void Run(int seed)
    {
        var random = new Random(seed);
        var model = new SessionModel(Expiry);
        var description = new GroupDescription(new GroupId(1), "ledger", 0, [new GroupMember(new ReplicaId(1), 1, "node-1")], new ReplicaId(1));
        var applier = new Applier(description, new MachineType<Ledger>(), new Holder(1, 1));
        var applied = new List<AppliedCommand>();
        long time = TimeSpan.FromDays(1).Ticks;
        var sent = new List<LogEntry>();
        for (int count = 0; count < CommandsPerHistory;)
        {
            time += random.Next(5) switch { 0 => Expiry + 1, 1 => -Expiry / 2, _ => random.NextInt64(Expiry / 2) };
            LogEntry[] entries = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Next(random, time, sent))];
            count += entries.Length;
            long first = applier.Applied.Value + 1;
            applied.Clear();
            applier.Apply(
                new EntryBatch(new Slot(first), entries.Length, EntryKind.Commands, BatchCodec.Encode(new BatchHeader(3, time, 1, Expiry), entries)), applied, new GroupOutputs());
            model.BeginBatch(time);
            for (int i = 0; i < entries.Length; i++)
            {
                LogEntry entry = entries[i];
                (Admission Admission, string? Result) expected = model.Apply(
                    entry.CommandId, entry.AnsweredUpTo, entry.Method, BinaryPrimitives.ReadInt64LittleEndian(entry.Arguments.Span), first + i);
                (Admission, string?) actual = (applied[i].Admission, Text(applied[i].Result));
                Assert.True(expected == actual, $"seed {seed}, slot {first + i}: the model says {expected}, the applier {actual}");
                _admissions[expected.Admission] = _admissions.GetValueOrDefault(expected.Admission) + 1;
            }
        }

        var ledger = (Ledger?)applier.States.Find("somekey");
        Assert.True(model.Value == (ledger?.Value ?? 0) && model.Tokens.SequenceEqual(ledger?.Tokens ?? []), $"seed {seed}: the states differ");
    }

    /// <summary>A new command of one of few sessions, or an old one again.</summary>
    private static LogEntry Next(Random random, long time, List<LogEntry> sent)
    {
        if (sent.Count > 0 && random.Next(3) == 0)
        {
            return sent[random.Next(sent.Count)];
        }

        // Few starts, so that sessions meet again; some too far ahead to be opened.
        long start = random.Next(8) == 0 ? time + TimeSpan.FromSeconds(random.Next(50, 70)).Ticks : TimeSpan.FromDays(1).Ticks + (random.Next(4) * Expiry);
        ulong sequence = (ulong)random.Next(1, 8);
        var entry = new LogEntry(
            LogEntryKind.Command,
            0,
            new CommandId(start, (ulong)random.Next(1, 3), sequence),
            (ulong)random.Next((int)sequence),
            new Holder(9, 9),
            Methods[random.Next(Methods.Length)],
            "somekey",
            Calls.Arguments(random.Next(-3, 10)));
        sent.Add(entry);
        return entry;
    }

    private static string? Text(StoredResult? result) => result is null
        ? null
        : $"{result.Status} {result.Slot} {result.Code} {(result.Value.IsEmpty ? "" : BinaryPrimitives.ReadInt64LittleEndian(result.Value.Span))}";
}
