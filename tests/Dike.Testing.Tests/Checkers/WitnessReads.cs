using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

/// <summary>What can be wrong with the queries of <see cref="WitnessRuns.Good"/>, and with the recording itself.</summary>
internal static class WitnessReads
{
    public static IEnumerable<BadRun> Reads =>
    [
        Reading(6, 7, "the key held 8 in slots [6..7]; the lower bound comes from #5 "),
        Reading(6, 5, "the key held 8 in slots [6..7]"),
        Reading(6, 0, "the key held 8 in slots [6..7]"),
        Reading(6, 18, "the key held 8 in slots [6..7]"),
        Reading(9, 8, "at slot 8 the key held 18"),
        Reading(13, 8, "the key held 18, 118, 119 in slots [8..10]; the lower bound comes from #8 "),
        Reading(13, 120, "the key held 18, 118, 119 in slots [8..10]"),
        Reading(14, 6, "the key held 0, 5, 7, 8, 18, 118, ... in slots [0..10]"),
        Reading(14, 120, "in slots [0..10]"),
        Reading(17, 4, "the key held 10 in slots [2..end]; the lower bound comes from #16 "),
        Reading(17, 0, "the key held 10 in slots [2..end]"),
        Reading(21, 2, "the key held 3 in slots [11..end]; the lower bound comes from #20 "),
        Reading(21, 4, "the key held 3 in slots [11..end]"),
        Reading(22, 118, "the key held 119 in slots [11..end]"),
        Reading(22, 18, "the key held 119 in slots [11..end]"),
        new("a read of a key that nobody wrote", run => run.AddCall("4 Read e = 1 @350-360"), "#23 ", "the key held 0 in slots [2..end]"),
        new("a slot of the future", run => run.Call(9, call => call with { Slot = 9 }), "#9 ", "it names slot 9, which does not lie in [7..8]"),
        new("a slot of the past", run => run.Call(9, call => call with { Slot = 6 }), "#9 ", "it names slot 6, which does not lie in [7..8]; the lower bound comes from #7 "),
        new("the slot before", run => run.Call(9, call => call with { Slot = 7 }), "#9 ", "at slot 7 the key held 8"),
        new("a bounded read names too old a slot", run => run.Call(13, call => call with { Slot = 7 }), "#13 ", "it names slot 7, which does not lie in [8..10]"),
        new("a bounded read names the wrong slot", run => run.Call(13, call => call with { Slot = 10 }), "#13 ", "at slot 10 the key held 119"),
        new("a tighter bound", run => run.Call(13, call => call with { MaxStaleness = 5 }), "#13 ", "the key held 119 in slots [10..10]"),
        new("older than allowed by an instant", run => run.Call(13, call => call with { MaxStaleness = 89, Value = 8 }), "#13 ", "in slots [8..10]; the lower bound comes from #8 "),
        new("a local read names the future", run => run.Call(14, call => call with { Slot = 11 }), "#14 ", "it names slot 11, which does not lie in [0..10]"),
        new("a local read names the wrong slot", run => run.Call(14, call => call with { Slot = 2 }), "#14 ", "at slot 2 the key held 7"),
        new("a local read told as linearizable", run => run.Call(14, call => call with { Kind = OperationKind.LinearizableQuery }), "#14 ", "the key held 119 in slots [10..10]"),
        new("older than the read before", OlderThanTheReadBefore, "#23 ", "the key held 18 in slots [8..8]; the lower bound comes from #9 "),
    ];

    public static IEnumerable<BadRun> Recordings =>
    [
        Recorded("a number twice", 2, call => call with { Number = 1 }, "two operations have the number 1"),
        Recorded("called before the run", 1, call => call with { CalledAt = -1 }, "#1 ", "it was called before the run began"),
        Recorded("returned before its call", 1, call => call with { ReturnedAt = 9 }, "#1 ", "it returned before it was called"),
        Recorded("open and returned", 18, call => call with { ReturnedAt = 400 }, "#18 ", "it is open and has returned"),
        Recorded("ended and not returned", 22, call => call with { ReturnedAt = long.MaxValue }, "#22 ", "it has ended and never returned"),
        Recorded("no method", 3, call => call with { Method = "Frob" }, "#3 ", "the machine has no such method"),
        Recorded("a command that reads", 3, call => call with { Method = nameof(ModelMethod.Read) }, "#3 ", "a command that is a query"),
        Recorded("a query that writes", 6, call => call with { Method = nameof(ModelMethod.Add) }, "#6 ", "a command that is a query, or the reverse"),
        Recorded("a query with a command id", 6, call => call with { CommandId = new CommandId(1, 3, 6) }, "#6 ", "a query has no command id"),
        Recorded("a rejected query", 6, call => call with { End = OperationEnd.Rejected }, "#6 ", "a query is neither rejected nor applied"),
        Recorded("a failed query", 14, call => call with { End = OperationEnd.Failed }, "#14 ", "a query is neither rejected nor applied"),
        Recorded("a query applied", 13, call => call with { End = OperationEnd.Applied }, "#13 ", "a query is neither rejected nor applied"),
        Recorded("negative staleness", 13, call => call with { MaxStaleness = -1 }, "#13 ", "its staleness is negative"),
        Recorded("two calls of one client", 2, call => call with { Client = 3 }, "#3 ", "was called while #2 ", "was under way"),
        new("a call behind an open one", run => run.AddCall("3 Read a = 119 @400-410"), "bad history: #23 ", "was called while #18 "),
        Recorded("a command id twice", 3, call => call with { CommandId = new CommandId(1, 2, 2) }, "#3 ", "has the command id of #2 "),
        Recorded("no command id", 8, call => call with { CommandId = null }, "#8 ", "has no command id"),
    ];

    /// <summary>Call 8 takes longer, so that only the read before, call 9, tells that its effect was visible.</summary>
    private static RecordedRun OlderThanTheReadBefore(RecordedRun run) =>
        run.Call(8, call => call with { ReturnedAt = 158 }).AddCall("4 Read a = 8 @151-155");

    private static BadRun Reading(long number, long value, string reason) =>
        new(FormattableString.Invariant($"call {number} reads {value}"), run => run.Call(number, call => call with { Value = value }), FormattableString.Invariant($"#{number} "), reason);

    private static BadRun Recorded(string name, long number, Func<Operation, Operation> change, params string[] reasons) =>
        new(name, run => run.Call(number, change), ["bad history: ", .. reasons]);
}
