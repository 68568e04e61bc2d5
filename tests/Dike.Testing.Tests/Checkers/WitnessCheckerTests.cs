using CsCheck;
using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

public sealed class WitnessCheckerTests
{
    private static readonly Dictionary<string, BadRun> BadRuns = ((IEnumerable<BadRun>)
        [.. WitnessRuns.Results, .. WitnessRuns.Entries, .. WitnessRuns.Order, .. WitnessReads.Reads, .. WitnessReads.Recordings]).ToDictionary(run => run.Name);

    public static TheoryData<string> BadRunNames => [.. BadRuns.Keys];

    [Fact]
    public void Check_GoodRun_Accepts() => Assert.Null(WitnessRuns.Good.Judge());

    [Fact]
    public void Check_NothingHappened_Accepts() => Assert.Null(new RecordedRun([], []).Judge());

    [Fact]
    public void Check_LogInAnyOrder_Accepts() => Assert.Null((WitnessRuns.Good with { Log = [.. WitnessRuns.Good.Log.Reverse()] }).Judge());

    [Fact]
    public void Check_UnknownEndsWithAndWithoutEffect_Accepts() => Assert.Null(WitnessRuns.Good.AddToLog(18).AddToLog(19).Judge());

    [Theory]
    [InlineData(6, 8)]
    [InlineData(13, 18)]
    [InlineData(13, 119)]
    [InlineData(14, 0)]
    [InlineData(14, 119)]
    public void Check_QueryWithAnotherValueBetweenItsBounds_Accepts(long number, long value) =>
        Assert.Null(WitnessRuns.Good.Call(number, call => call with { Value = value }).Judge());

    /// <summary>Call 8 returned at 140 µs, 90 µs before call 13: at one instant the two are concurrent, and the slot before call 8 is fresh enough.</summary>
    [Fact]
    public void Check_BoundedQueryExactlyAsOldAsAllowed_Accepts() =>
        Assert.Null(WitnessRuns.Good.Call(13, call => call with { MaxStaleness = 90, Value = 8 }).Judge());

    [Theory]
    [MemberData(nameof(BadRunNames))]
    public void Check_BadRun_SaysWhatIsWrong(string name)
    {
        BadRun bad = BadRuns[name];
        string? failure = bad.Break(WitnessRuns.Good).Judge();
        Assert.NotNull(failure);
        Assert.All(bad.Reasons, reason => Assert.Contains(reason, failure, StringComparison.Ordinal));
    }

    [Fact]
    public void Check_SequentialExecutionsWithOverlappingCalls_Accepts() =>
        Gen.Int.Sample(seed => Assert.Null(SequentialExecution.Run(seed, 300).Judge()), iter: 300);

    [Fact]
    public void Check_SequentialExecutionWithALostAcknowledgedCommand_Rejects() => RejectsAny(
        HistoryForm.IsAcknowledged, (run, victim) => run.Lose(victim.Number), "#");

    [Fact]
    public void Check_SequentialExecutionWithAnImpossibleValue_Rejects() => RejectsAny(
        operation => operation.End == OperationEnd.Done, (run, victim) => run.Call(victim.Number, operation => operation with { Value = 1_000_000 }), "");

    [Fact]
    public void Check_SequentialExecutionWithAnAcknowledgedCommandToldAsNotApplied_Rejects() => RejectsAny(
        HistoryForm.IsAcknowledged, (run, victim) => run.Call(victim.Number, operation => operation with { End = OperationEnd.NotApplied }), "took effect in slot");

    [Fact]
    public void Check_SequentialExecutionWithACommandOfNobody_Rejects() => RejectsAny(
        HistoryForm.IsAcknowledged, (run, victim) => run with { Operations = [.. run.Operations.Where(operation => operation != victim)] }, "nobody called");

    private static void RejectsAny(Func<Operation, bool> isVictim, Func<RecordedRun, Operation, RecordedRun> change, string reason) =>
        Gen.Select(Gen.Int, Gen.Int[0, 1_000]).Sample(
            (seed, choice) =>
            {
                RecordedRun run = SequentialExecution.Run(seed, 100);
                Operation[] victims = [.. run.Operations.Where(isVictim)];
                string? failure = change(run, victims[choice % victims.Length]).Judge();
                Assert.NotNull(failure);
                Assert.Contains(reason, failure, StringComparison.Ordinal);
            },
            iter: 200);
}
