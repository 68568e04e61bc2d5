using System.Buffers.Binary;
using Dike.Node.Groups;
using Dike.Paxos;
using Dike.Storage;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>
/// Random histories of a queue whose callers wait, against the plainest model of tickets: a list of ids that wait, and of what each came to. With retries, failing
/// commands and sessions that expire while somebody waits. A second replica applies the same log in other pieces, and must come to the same chain and state.
/// </summary>
public sealed class DeferredModelTests
{
    private const int Histories = 3_000;
    private const int CommandsPerHistory = 30;
    private static readonly long Expiry = TimeSpan.FromMinutes(1).Ticks;
    private static readonly long Day = TimeSpan.FromDays(1).Ticks;
    private static readonly MachineType<BlockingQueue> Machine = new();
    private static readonly string[] Methods = ["Dequeue", "Dequeue", "Dequeue", "Enqueue", "Enqueue", "EnqueueAndThrow", "EnqueueAndReject", "DequeueAndThrow", "Close"];

    private int _completedLater;
    private int _skippedExpired;

    [Fact]
    public void Apply_RandomHistories_AgreesWithTheModel()
    {
        for (int seed = 1; seed <= Histories; seed++)
        {
            Run(seed);
        }

        Assert.True(_completedLater > Histories, $"{_completedLater} deferred replies were given");
        Assert.True(_skippedExpired > Histories / 20, $"{_skippedExpired} tickets of expired sessions were met");
    }

    private void Run(int seed)
    {
        var random = new Random(seed);
        Applier applier = Make();
        Applier twin = Make();
        var model = new Model();
        var applied = new List<AppliedCommand>();
        long time = Day;
        ulong lastSession = 0;
        var sent = new List<(CommandId Id, string Method, long Item)>();
        for (int slot = 1; slot <= CommandsPerHistory; slot += 2)
        {
            time += random.Next(12) == 0 ? Expiry + 1 : Expiry / 10;
            (CommandId Id, string Method, long Item)[] commands = [Next(), Next()];
            LogEntry[] entries = [.. commands.Select(Entry)];
            var batch = new EntryBatch(new Slot(slot), 2, EntryKind.Commands, BatchCodec.Encode(new BatchHeader(1, time, 1, Expiry), entries));
            applied.Clear();
            applier.Apply(batch, applied, new GroupOutputs());
            twin.Apply(batch, new Slot(slot), [], new GroupOutputs());
            twin.Apply(batch, batch.Last, [], new GroupOutputs());
            model.Expire(time, applier.Sessions);
            foreach ((CommandId id, string method, long item) in commands)
            {
                _skippedExpired += model.Apply(id, method, item);
            }

            foreach ((CommandId id, string result) in model.Results)
            {
                string? actual = Text(applier.Sessions.Find(id)?.Find(id.Sequence));
                Assert.True(result == actual, $"seed {seed}, slot {slot}, command {id}: the model says {result}, the sessions {actual}");
            }

            _completedLater += applied.Count(command => command.Admission == Admission.Known && command.Result!.Slot < slot);
        }

        Assert.True(applier.Chain.Value == twin.Chain.Value, $"seed {seed}: the chains differ");
        Assert.Equal(StateHash.Compute(applier.LogTime, applier.Sessions, applier.States), StateHash.Compute(twin.LogTime, twin.Sessions, twin.States));

        (CommandId Id, string Method, long Item) Next()
        {
            if (sent.Count > 0 && random.Next(5) == 0 && model.Results.ContainsKey(sent[^1].Id))
            {
                return sent[^1];
            }

            // Every command in a session of its own: one that waits does not keep its session alive.
            var command = (new CommandId(time, ++lastSession, 1), Methods[random.Next(Methods.Length)], random.NextInt64(100));
            sent.Add(command);
            return command;
        }
    }

    private static Applier Make() => new(
        new GroupDescription(new GroupId(1), "queue", 0, [new GroupMember(new ReplicaId(1), 1, "node-1")], new ReplicaId(1)), Machine, new Holder(1, 1));

    private static LogEntry Entry((CommandId Id, string Method, long Item) command) => new(
        LogEntryKind.Command,
        0,
        command.Id,
        0,
        new Holder(9, 9),
        Machine.Contract.Methods.Single(method => method.Name == command.Method).Tag,
        "somekey",
        command.Method.StartsWith("Enqueue", StringComparison.Ordinal) ? Calls.Arguments(command.Item) : default(ReadOnlyMemory<byte>));

    private static string? Text(StoredResult? result) => result switch
    {
        null => null,
        { Status: CallStatus.Done, Value.Length: sizeof(long) } => $"Done {BinaryPrimitives.ReadInt64LittleEndian(result.Value.Span)}",
        { Status: CallStatus.Done } => $"Done int {BinaryPrimitives.ReadInt32LittleEndian(result.Value.Span)}",
        _ => $"{result.Status} {result.Code}",
    };

    private sealed class Model
    {
        private readonly List<long> _items = [];
        private readonly List<CommandId> _waiting = [];
        private readonly HashSet<CommandId> _dropped = [];

        public Dictionary<CommandId, string> Results { get; } = [];

        /// <summary>Which sessions are dropped is the business of another model.</summary>
        public void Expire(long time, SessionTable sessions)
        {
            foreach (CommandId id in Results.Keys.Where(id => sessions.Find(id) is null).ToArray())
            {
                Assert.True(time - id.SessionStart > Expiry);
                Results.Remove(id);
                _dropped.Add(id);
            }
        }

        /// <returns>How many tickets it met that nobody can be answered by.</returns>
        public int Apply(CommandId id, string method, long item)
        {
            if (Results.ContainsKey(id) || _dropped.Contains(id))
            {
                return 0;
            }

            switch (method)
            {
                case "Dequeue" when _items.Count > 0:
                    Results.Add(id, $"Done {_items[0]}");
                    _items.RemoveAt(0);
                    return 0;
                case "Dequeue":
                    Results.Add(id, "Deferred ");
                    _waiting.Add(id);
                    return 0;
                case "Enqueue":
                    return Enqueue(id, item);
                case "Close":
                    CommandId[] open = [.. _waiting.Where(Results.ContainsKey)];
                    int dead = _waiting.Count - open.Length;
                    Array.ForEach(open, waiting => Results[waiting] = "Rejected closed");
                    _waiting.Clear();
                    Results.Add(id, $"Done int {open.Length}");
                    return dead;
                case "EnqueueAndReject":
                    Results.Add(id, "Rejected refused");
                    return 0;
                default:
                    Results.Add(id, "Failed System.InvalidOperationException");
                    return 0;
            }
        }

        private int Enqueue(CommandId id, long item)
        {
            int first = _waiting.FindIndex(Results.ContainsKey);
            if (first >= 0)
            {
                Results[_waiting[first]] = $"Done {item}";
                _waiting.RemoveRange(0, first + 1);
                Results.Add(id, "Done int 0");
                return first;
            }

            int dead = _waiting.Count;
            _waiting.Clear();
            _items.Add(item);
            Results.Add(id, $"Done int {_items.Count}");
            return dead;
        }
    }
}
