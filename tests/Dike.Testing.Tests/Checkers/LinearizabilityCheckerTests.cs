using CsCheck;
using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

public sealed class LinearizabilityCheckerTests
{
    [Theory]
    [InlineData("")]
    [InlineData("1 Add a 1 = 1 @1-2; 2 Read a = 1 @3-4")]
    [InlineData("1 Add a 1 = 1 @1-9; 2 Read a = 0 @2-3; 2 Read a = 1 @4-5")]
    [InlineData("1 Add a 1 = 3 @1-9; 2 Add a 2 = 2 @1-9")]
    [InlineData("1 Add a 1 = 1 @1-2; 2 Read a = 0 @2-3")]
    [InlineData("1 Add a 1 unknown @1-2; 2 Read a = 0 @3-4; 2 Read a = 1 @5-6")]
    [InlineData("1 Add a 1 unknown @1-2; 2 Read a = 0 @3-4; 2 Read a = 0 @5-6")]
    [InlineData("1 Add a 1 open @1; 2 Read a = 1 @3-4")]
    [InlineData("1 Add a 1 open @1; 2 Add a 2 unknown @1-2; 3 Swap a 9 open @3")]
    [InlineData("1 Swap a 5 unknown @1-2; 2 Swap a 6 unknown @1-2; 3 Read a = 5 @3-4; 3 Read a = 6 @5-6")]
    [InlineData("1 Add a 1 notapplied @1-2; 2 Read a = 0 @3-4")]
    [InlineData("1 Add a 1 applied @1-2; 2 Read a = 1 @3-4")]
    [InlineData("1 Swap a 1 applied @1-9; 2 Swap a 2 applied @1-9; 3 Read a = 1 @10-11")]
    [InlineData("1 Swap a 2 applied @1-9; 2 Swap a 1 applied @1-9; 3 Read a = 2 @10-11; 4 Add a 1 open @3")]
    [InlineData("1 Reject a 1 rejected @1-2; 2 Throw a 1 failed @1-2; 3 Reject a 1 unknown @1-2; 4 Read a = 0 @3-4")]
    [InlineData("1 Add a 1 = 1 @1-2; 2 Read~ a = 77 @3-4; 2 Read~5 a = 77 @5-6; 2 Read a unknown @7-8")]
    [InlineData("1 Add a 1 = 1 @1-2; 2 Add b 2 = 2 @3-4; 1 Read b = 2 @5-6; 2 Read a = 1 @5-6")]
    [InlineData("1 Swap a 1 = 2 @1-9; 2 Swap a 2 = 3 @1-9; 3 Swap a 3 = 0 @1-9; 4 Read a = 1 @1-9")]
    public void Check_HistoryWithAnOrder_Accepts(string history)
    {
        Operation[] operations = HistoryText.Parse(history);
        Assert.Null(LinearizabilityChecker.Check(operations));
        Assert.True(PermutationChecker.IsLinearizable(operations));
    }

    [Theory]
    [InlineData("1 Read a = 1 @1-2", "#1")]
    [InlineData("1 Add a 1 = 2 @1-2", "#1")]
    [InlineData("1 Add a 1 = 0 @1-2", "#1")]
    [InlineData("1 Add a 1 rejected @1-2", "#1")]
    [InlineData("1 Add a 1 failed @1-2", "#1")]
    [InlineData("1 Reject a 1 = 1 @1-2", "#1")]
    [InlineData("1 Throw a 1 = 0 @1-2", "#1")]
    [InlineData("1 Reject a 1 failed @1-2", "#1")]
    [InlineData("1 Throw a 1 rejected @1-2", "#1")]
    [InlineData("1 Reject a 1 applied @1-2", "#1")]
    [InlineData("1 Throw a 1 applied @1-2", "#1")]
    [InlineData("1 Swap a 5 = 5 @1-2", "#1")]
    [InlineData("1 Swap a 5 rejected @1-2", "#1")]
    [InlineData("1 AddWithThen a 5 = 6 @1-2", "#1")]
    [InlineData("1 AddFrom a 5 = 0 @1-2", "#1")]
    public void Check_AnswerThatNoExecutionGives_Rejects(string history, string blocked) => Rejects(history, blocked);

    [Theory]
    [InlineData("1 Add a 1 = 1 @1-2; 2 Read a = 0 @3-4", "#2")]
    [InlineData("1 Add a 1 = 1 @1-2; 1 Read a = 0 @3-4", "#2")]
    [InlineData("1 Add a 1 = 1 @1-2; 2 Add a 1 = 2 @3-4; 3 Read a = 1 @5-6", "#3")]
    [InlineData("1 Add a 1 = 1 @1-2; 2 Add a 1 = 2 @3-4; 3 Read a = 0 @5-6", "#3")]
    [InlineData("1 Swap a 5 = 0 @1-2; 2 Swap a 6 = 0 @3-4", "#2")]
    [InlineData("1 Swap a 5 = 0 @1-2; 2 Swap a 6 = 5 @3-4; 3 Read a = 5 @5-6", "#3")]
    [InlineData("1 Swap a 5 = 0 @1-2; 2 Swap a 6 = 5 @3-4; 3 Swap a 7 = 5 @5-6", "#3")]
    [InlineData("1 Add a 1 applied @1-2; 2 Read a = 0 @3-4", "#2")]
    [InlineData("1 Swap a 4 applied @1-2; 2 Read a = 0 @3-4", "#2")]
    [InlineData("1 Add a 1 = 1 @1-9; 2 Read a = 1 @2-3; 2 Read a = 0 @4-5", "#3")]
    [InlineData("1 Add a 1 unknown @1-2; 2 Read a = 1 @3-4; 2 Read a = 0 @5-6", "#3")]
    [InlineData("1 Add a 1 open @1; 2 Read a = 1 @3-4; 3 Read a = 0 @5-6", "#3")]
    [InlineData("1 Add a 1 = 1 @1-2; 2 AddFrom a 1 = 2 @3-9; 3 Read a = 2 @4-5; 3 Read a = 1 @6-7", "#4")]
    [InlineData("1 Add a 1 = 1 @1-2; 2 Add b 1 = 1 @1-2; 3 Read b = 0 @5-6", "key 'b': not linearizable: #3")]
    [InlineData("1 Add b 1 = 1 @1-2; 2 Read a = 1 @3-4", "key 'a': not linearizable: #2")]
    [InlineData("1 Swap a 1 = 0 @1-2; 2 Swap a 2 = 1 @3-9; 3 Read a = 2 @4-5; 4 Read a = 1 @6-7", "#4")]
    public void Check_StaleAnswer_Rejects(string history, string blocked) => Rejects(history, blocked);

    [Theory]
    [InlineData("1 Read a = 1 @1-2; 2 Add a 1 = 1 @3-4", "#1")]
    [InlineData("1 Read a = 1 @1-2; 2 Add a 1 unknown @3-4", "#1")]
    [InlineData("1 Read a = 1 @1-2; 2 Add a 1 open @3", "#1")]
    [InlineData("1 Swap a 1 = 2 @1-2; 2 Swap a 2 = 0 @3-4", "#1")]
    [InlineData("1 Add a 1 = 3 @1-2; 2 Add a 2 = 2 @3-4", "#1")]
    [InlineData("1 Add a 1 = 2 @1-2; 2 Add a 1 = 1 @3-4", "#1")]
    [InlineData("1 Add a 1 = 2 @1-3; 2 Add a 1 = 2 @1-4", "#1")]
    [InlineData("1 Add a 1 = 1 @1-3; 2 Add a 1 = 1 @1-4", "#2")]
    [InlineData("1 Swap a 7 = 0 @1-5; 2 Swap a 8 = 0 @1-6", "#2")]
    [InlineData("1 Swap a 7 = 8 @1-5; 2 Swap a 8 = 7 @1-6", "#1")]
    [InlineData("1 Swap a 1 = 2 @1-9; 2 Swap a 2 = 3 @1-9; 3 Swap a 3 = 1 @1-9", "#")]
    [InlineData("1 Add a 1 = 1 @1-9; 2 Read a = 2 @2-3", "#2")]
    [InlineData("1 Add a 1 = 3 @1-5; 2 Add a 2 = 3 @1-6", "#1")]
    public void Check_AnswerFromTheFutureOrACircle_Rejects(string history, string blocked) => Rejects(history, blocked);

    [Theory]
    [InlineData("1 Add a 1 notapplied @1-2; 2 Read a = 1 @3-4", "#2")]
    [InlineData("1 Add a 1 notapplied @1-9; 2 Read a = 1 @3-4", "#2")]
    [InlineData("1 Reject a 1 rejected @1-2; 2 Read a = 1 @3-4", "#2")]
    [InlineData("1 Throw a 1 failed @1-2; 2 Read a = 1 @3-4", "#2")]
    [InlineData("1 Reject a 1 unknown @1-2; 2 Read a = 1 @3-4", "#2")]
    [InlineData("1 Throw a 1 open @1; 2 Read a = 1 @3-4", "#2")]
    [InlineData("1 Add a 1 unknown @1-2; 2 Read a = 2 @3-4", "#2")]
    [InlineData("1 Add a 1 = 1 @1-2; 2 Read a = 2 @3-4", "#2")]
    [InlineData("1 Add a 1 = 1 @1-2; 2 Add a 1 = 3 @3-4", "#2")]
    [InlineData("1 Add a 1 unknown @1-2; 2 Add a 1 unknown @1-2; 3 Read a = 3 @5-6", "#3")]
    [InlineData("1 Add a 1 unknown @1-2; 2 Add a 2 = 2 @3-4; 3 Read a = 3 @5-6; 3 Read a = 4 @7-8", "#4")]
    [InlineData("1 Swap a 5 unknown @1-2; 2 Read a = 5 @3-4; 3 Swap a 6 = 5 @5-6; 4 Read a = 5 @7-8", "#4")]
    [InlineData("1 Swap a 5 unknown @1-2; 2 Swap a 6 = 5 @3-4; 3 Swap a 7 = 5 @5-6", "#3")]
    [InlineData("1 Add a 1 = 1 @1-4; 2 Add a 1 = 2 @2-5; 3 Add a 1 = 2 @3-6", "#3")]
    [InlineData("1 Add a 1 = 1 @1-4; 2 Add a 2 = 3 @2-5; 3 Read a = 2 @1-6", "#3")]
    [InlineData("1 Swap a 1 = 0 @1-4; 2 Swap a 2 = 1 @2-5; 3 Read a = 2 @6-7; 4 Read a = 1 @8-9", "#4")]
    public void Check_EffectThatIsNotThereOrTwice_Rejects(string history, string blocked) => Rejects(history, blocked);

    [Fact]
    public void Check_ThousandSmallHistories_AgreesWithAllPermutations()
    {
        int accepted = 0;
        int rejected = 0;
        SmallHistory.Any.Sample(
            history =>
            {
                bool expected = PermutationChecker.IsLinearizable(history);
                _ = expected ? Interlocked.Increment(ref accepted) : Interlocked.Increment(ref rejected);
                string? failure = LinearizabilityChecker.Check(history);
                Assert.True(expected == failure is null, $"permutations say {expected}, the search {failure}");
            },
            iter: 1_000,
            print: history => string.Join("\n", history.Select(operation => operation.ToString())));

        // Were nearly all of one kind, agreement would show little.
        Assert.True(accepted >= 100 && rejected >= 100, $"{accepted} accepted, {rejected} rejected");
    }

    [Fact]
    public void Check_SequentialExecutionsWithOverlappingCalls_Accepts() =>
        Gen.Int.Sample(seed => Assert.Null(LinearizabilityChecker.Check(SequentialExecution.Run(seed, 60).Operations)), iter: 200);

    [Fact]
    public void Check_SequentialExecutionWithAnImpossibleAnswer_Rejects() =>
        Gen.Select(Gen.Int, Gen.Int[0, 1_000]).Sample(
            (seed, choice) =>
            {
                RecordedRun run = SequentialExecution.Run(seed, 60);
                Operation[] done = [.. run.Operations.Where(operation =>
                    operation.End == OperationEnd.Done && operation.Kind is OperationKind.Command or OperationKind.LinearizableQuery)];
                Operation victim = done[choice % done.Length];
                string? failure = LinearizabilityChecker.Check(run.Call(victim.Number, operation => operation with { Value = 1_000_000 }).Operations);
                Assert.StartsWith($"key '{victim.Key}': not linearizable", failure, StringComparison.Ordinal);
            },
            iter: 100);

    [Fact]
    public void Check_MoreStepsThanAllowed_IsAFailure()
    {
        Operation[] history = HistoryText.Parse("1 Add a 1 = 1 @1-2; 2 Read a = 1 @3-4");
        Assert.StartsWith("key 'a': undecided after 1 steps", LinearizabilityChecker.Check(history, 1), StringComparison.Ordinal);
        Assert.Null(LinearizabilityChecker.Check(history, 2));
    }

    [Fact]
    public void Check_HundredsOfCallsAndSomeUnknown_EndsWithinItsSteps() =>
        Assert.Null(LinearizabilityChecker.Check(SequentialExecution.Run(20, 1_500).Operations, 2_000_000));

    private static void Rejects(string history, string blocked)
    {
        Operation[] operations = HistoryText.Parse(history);
        Assert.False(PermutationChecker.IsLinearizable(operations), "this history is not bad");
        string? failure = LinearizabilityChecker.Check(operations);
        Assert.NotNull(failure);
        Assert.Contains(blocked, failure[..failure.IndexOf(';', StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains("not linearizable", failure, StringComparison.Ordinal);
        Assert.Contains("cannot have ended", failure, StringComparison.Ordinal);
    }
}
