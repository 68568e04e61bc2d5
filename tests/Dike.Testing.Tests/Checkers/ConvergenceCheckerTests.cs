using System.Globalization;
using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

public sealed class ConvergenceCheckerTests
{
    private static readonly Dictionary<string, BadEnd> BadEnds = ((IEnumerable<BadEnd>)
        [.. Differences(), .. Recoveries(1, 1, 1_000, "c"), .. Recoveries(2, 2, 1_100, "a"), .. OpenCalls(), .. Memberships()]).ToDictionary(end => end.Name);

    public static TheoryData<string> BadEndNames => [.. BadEnds.Keys];

    [Fact]
    public void Check_GoodEnd_Accepts() => Assert.Null(RunEnd.Good.Judge());

    [Fact]
    public void Check_RecoveredAtTheLastInstant_Accepts() => Assert.Null(RunEnd.Good.Call(1, call => call with { ReturnedAt = 3_000 }).Judge());

    [Fact]
    public void Check_FirstCallLostAndTheNextAcknowledgedInTime_Accepts() =>
        Assert.Null(RunEnd.Good.Call(1, call => call with { End = OperationEnd.Unknown }).AddCall("5 Add b 1 = 1 @1600-2900").Judge());

    [Theory]
    [InlineData(nameof(OperationEnd.Rejected))]
    [InlineData(nameof(OperationEnd.Failed))]
    [InlineData(nameof(OperationEnd.Applied))]
    public void Check_RecoveredWithAnotherAcknowledgement_Accepts(string end) =>
        Assert.Null(RunEnd.Good.Call(1, call => call with { End = Enum.Parse<OperationEnd>(end) }).Judge());

    [Theory]
    [MemberData(nameof(BadEndNames))]
    public void Check_BadEnd_SaysWhatIsWrong(string name)
    {
        BadEnd bad = BadEnds[name];
        string? failure = bad.Break(RunEnd.Good).Judge();
        Assert.NotNull(failure);
        Assert.All(bad.Reasons, reason => Assert.Contains(reason, failure, StringComparison.Ordinal));
    }

    private static IEnumerable<BadEnd> Differences()
    {
        foreach ((int group, int node, long slot, string hash) in RunEnd.Good.Replicas)
        {
            string where = string.Create(CultureInfo.InvariantCulture, $"group {group}: ");
            string who = string.Create(CultureInfo.InvariantCulture, $"group {group}, node {node}");
            string named = string.Create(CultureInfo.InvariantCulture, $"node {node}");
            yield return new($"{who} is a slot ahead", Change(replica => [replica with { Slot = slot + 1 }]), where, named, Number("at slot ", slot + 1));
            yield return new($"{who} is a slot behind", Change(replica => [replica with { Slot = slot - 1 }]), where, named, Number("at slot ", slot - 1));
            yield return new($"{who} has applied nothing", Change(replica => [replica with { Slot = 0 }]), where, named, "at slot 0");
            yield return new($"{who} has another state", Change(replica => [replica with { StateHash = "odd" }]), where, named + " has", Number("at slot ", slot), "odd", hash);
            yield return new($"{who} has no hash", Change(replica => [replica with { StateHash = "" }]), where, named + " has", hash);
            yield return new($"{who} is missing", Change(_ => []), where + named + " ends with 0 replicas");
            yield return new($"{who} is there twice", Change(replica => [replica, replica]), where + named + " ends with 2 replicas");

            Func<RunEnd, RunEnd> Change(Func<FinalReplica, FinalReplica[]> change) => end => end.Replica(group, node, change);
        }
    }

    private static IEnumerable<BadEnd> Recoveries(int group, long call, long healedAt, string otherKey)
    {
        string where = string.Create(CultureInfo.InvariantCulture, $"group {group}: ");
        string nobody = where + Number("no command was called after it healed at ", healedAt);
        string nothing = where + Number("no command that was called after it healed at ", healedAt) + " µs was acknowledged";
        return
        [
            With("late by an instant", operation => operation with { ReturnedAt = healedAt + 2_001 }, where + "recovered 2001 µs after it healed, at most 2000 µs are allowed"),
            With("late by far", operation => operation with { ReturnedAt = healedAt + 90_000 }, where + "recovered 90000 µs after it healed"),
            With("called late and answered late", operation => operation with { CalledAt = healedAt + 5_000, ReturnedAt = healedAt + 5_001 }, where + "recovered 5001 µs"),
            With("not applied", operation => operation with { End = OperationEnd.NotApplied }, nothing),
            With("unknown", operation => operation with { End = OperationEnd.Unknown }, nothing),
            With("open", operation => operation with { End = OperationEnd.Open, ReturnedAt = long.MaxValue }, nothing),
            With("called too early", operation => operation with { CalledAt = healedAt - 1 }, nobody),
            With("only a query", operation => operation with { Kind = OperationKind.LinearizableQuery, Method = nameof(ModelMethod.Read), CommandId = null }, nobody),
            With("only to the other group", operation => operation with { Key = otherKey }, nobody),
        ];

        BadEnd With(string name, Func<Operation, Operation> change, string reason) => new($"{where}{name}", end => end.Call(call, change), reason);
    }

    private static IEnumerable<BadEnd> OpenCalls() =>
    [
        Open("command", "5 Add a 1 open @1900"),
        Open("command from before healing", "5 Add a 1 open @90"),
        Open("linearizable query", "5 Read a open @1900"),
        Open("bounded query", "5 Read~50 a open @1900"),
        Open("local query", "5 Read~ c open @1900"),
    ];

    private static IEnumerable<BadEnd> Memberships() =>
    [
        Foreign(1, 4),
        Foreign(2, 1),
        Foreign(3, 1),
        new("a member without a replica", end => end.Group(1, group => group with { Nodes = [1, 2, 3, 4] }), "group 1: node 4 ends with 0 replicas"),
        new("one member less", end => end.Group(2, group => group with { Nodes = [2, 3] }), "group 2: node 4 holds a replica and is no member"),
        new("no members", end => end.Group(2, group => group with { Nodes = [] }), "group 2: it has no members"),
        new("no hashes", end => end with { Replicas = [.. end.Replicas.Select(replica => replica with { StateHash = "" })] }, "group 1: its replicas report no state hash"),
    ];

    private static BadEnd Open(string name, string call) => new($"open {name}", end => end.AddCall(call), "#6 ", "the call never ended");

    private static BadEnd Foreign(int group, int node)
    {
        string who = string.Create(CultureInfo.InvariantCulture, $"group {group}: node {node} holds a replica and is no member");
        return new(who, end => end with { Replicas = [.. end.Replicas, new FinalReplica(group, node, 10, "one")] }, who);
    }

    private static string Number(string text, long number) => text + number.ToString(CultureInfo.InvariantCulture);

    private sealed record BadEnd(string Name, Func<RunEnd, RunEnd> Break, params string[] Reasons);
}
