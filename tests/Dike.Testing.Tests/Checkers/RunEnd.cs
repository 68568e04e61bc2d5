using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

/// <summary>What is left at the end of a run: two groups on four nodes, healed at 1,000 and 1,100 µs under an election timeout of 500 µs; each change makes it worse in one place.</summary>
internal sealed record RunEnd(HealedGroup[] Groups, FinalReplica[] Replicas, Operation[] Operations)
{
    public const long ElectionTimeout = 500;

    public static RunEnd Good { get; } = new(
        [new HealedGroup(1, [1, 2, 3], 1_000), new HealedGroup(2, [2, 3, 4], 1_100)],
        [.. new[] { 1, 2, 3 }.Select(node => new FinalReplica(1, node, 10, "one")), .. new[] { 2, 3, 4 }.Select(node => new FinalReplica(2, node, 20, "two"))],
        HistoryText.Parse("1 Add a 1 = 1 @1000-1500; 2 Add c 1 = 1 @1200-1800; 3 Add a 1 unknown @900-1400; 3 Read a = 1 @1600-1700; 4 Add c 1 = 1 @100-200"));

    public string? Judge() => ConvergenceChecker.Check(Groups, Replicas, Operations, RecordedRun.GroupOf, ElectionTimeout);

    public RunEnd Replica(int group, int node, Func<FinalReplica, FinalReplica[]> change) =>
        this with { Replicas = [.. Replicas.SelectMany(replica => replica.Group == group && replica.Node == node ? change(replica) : [replica])] };

    public RunEnd Call(long number, Func<Operation, Operation> change) =>
        this with { Operations = [.. Operations.Select(operation => operation.Number == number ? change(operation) : operation)] };

    public RunEnd Group(int number, Func<HealedGroup, HealedGroup> change) =>
        this with { Groups = [.. Groups.Select(group => group.Group == number ? change(group) : group)] };

    public RunEnd AddCall(string text) =>
        this with { Operations = [.. Operations, HistoryText.Parse(text)[0] with { Number = Operations.Length + 1 }] };
}
