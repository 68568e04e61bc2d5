using System.Globalization;
using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

/// <summary>A good run in which every kind of call and end occurs, and what can be wrong with it: with results, entries and order. Reads and recordings are in <see cref="WitnessReads"/>.</summary>
internal static class WitnessRuns
{
    /// <summary>The good run; the comment numbers are the calls'.</summary>
    public static RecordedRun Good { get; } = RecordedRun.Parse(
        "1 Add a 5 = 5 @10-20; 2 Swap a 7 = 5 @30-50; 3 Add a 1 = 8 @45-60; 1 Reject a 9 rejected @70-80; 2 Throw a 9 failed @70-82; " // 1 to 5
        + "3 Read a = 8 @90-100; 1 AddWithThen b 2 = 2 /7 @90-110; 2 AddFrom a 10 = 18 @120-140; 3 Read a = 18 /8 @125-150; " // 6 to 9
        + "1 Add a 1 notapplied @160-170; 2 Add a 100 unknown @160-180; 3 Add a 1 applied @190-220; " // 10 to 12
        + "1 Read~50 a = 118 @230-240; 2 Read~ a = 5 @230-250; 3 Swap c 4 = 0 @230-260; 1 Add c 6 = 10 @270-280; 2 Read c = 10 @290-300; " // 13 to 17
        + "3 Add a 1 open @290; 1 Add b 3 unknown @290-310; 2 Add b 1 = 3 @320-340; 1 Read b = 3 @350-360; 2 Read a = 119 @350-370", // 18 to 22
        "1:1@15 2:2@40 3:4@50 4:5@75 5:6@76 7:7@100 8:8@130 11:9@200 12:10@210 20:11@330 20:12@335 15:1@245 16:2@275");

    private static readonly long[] Acknowledged = [1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 20];

    private static readonly long[] WithValue = [1, 2, 3, 7, 8, 15, 16, 20];

    public static IEnumerable<BadRun> Results =>
    [
        .. Acknowledged.Select(number => new BadRun(Name("acknowledged and lost", number), run => run.Lose(number), Call(number), "it was acknowledged, but it is in no log")),
        .. WithValue.Select(number => new BadRun(
            Name("one too much", number), run => run.Call(number, call => call with { Value = call.Value + 1 }), Call(number), Slot(number) + " gives ")),
        new("replies swapped: 1 and 3", run => run.SwapReplies(1, 3), Call(1), "slot 1 gives 5"),
        new("replies swapped: 3 and 8", run => run.SwapReplies(3, 8), Call(3), "slot 4 gives 8"),
        new("replies swapped: 15 and 16", run => run.SwapReplies(15, 16), Call(15), "slot 1 gives 0"),
        new("replies swapped: rejected and failed", run => run.SwapReplies(4, 5), Call(4), "slot 5 comes to Rejected"),
        new("replies swapped: done and rejected", run => run.SwapReplies(3, 4), Call(3), "slot 4 comes to Done"),
        new("a rejection told as done", run => run.Call(4, call => call with { End = OperationEnd.Done }), Call(4), "slot 5 comes to Rejected"),
        new("a rejection told as applied", run => run.Call(4, call => call with { End = OperationEnd.Applied }), Call(4), "slot 5 comes to Rejected"),
        new("a failure told as done", run => run.Call(5, call => call with { End = OperationEnd.Done, Value = 8 }), Call(5), "slot 6 comes to Failed"),
        new("an effect told as rejected", run => run.Call(8, call => call with { End = OperationEnd.Rejected }), Call(8), "slot 8 comes to Done"),
        new("an effect told as failed", run => run.Call(12, call => call with { End = OperationEnd.Failed }), Call(12), "slot 10 comes to Done"),
        new("the next slot named", run => run.Call(7, call => call with { Slot = 8 }), Call(7), "the answer names slot 8, it took effect in slot 7"),
        new("the duplicate's slot named", run => run.Call(20, call => call with { Slot = 12 }), Call(20), "the answer names slot 12, it took effect in slot 11"),
        new("not applied, yet in the log", run => run.AddToLog(10), Call(10), "but it took effect in slot 13 of group 1"),
        new("not applied, yet in the log before", run => run.Call(11, call => call with { End = OperationEnd.NotApplied }), Call(11), "but it took effect in slot 9 of group 1"),
        new("a rejection left a trace", run => run.InLog(4, entry => entry with { Method = nameof(ModelMethod.Add) }), Call(4), "slot 5 comes to Done"),
        new("a failure left a trace", run => run.Call(8, call => call with { Value = 27 }), Call(8), "slot 8 gives 18"),
        new("a lost effect counted", run => run.Lose(11), Call(13), "the key held 18, 19 in slots [8..10]"),
    ];

    public static IEnumerable<BadRun> Entries =>
    [
        new("an entry of nobody", run => run.AddToLog(Foreign("a", 13)), "group 1, slot 13: nobody called Add('a', 1)"),
        new("an entry of nobody in the other group", run => run.AddToLog(Foreign("d", 3)), "group 2, slot 3: nobody called Add('d', 1)"),
        new("another argument", run => run.InLog(11, entry => entry with { Argument = 99 }), "slot 9: Add('a', 99) is not what was called: #11 "),
        new("another method", run => run.InLog(11, entry => entry with { Method = nameof(ModelMethod.AddFrom) }), "slot 9: AddFrom('a', 100) is not what was called: #11 "),
        new("another key", run => run.InLog(12, entry => entry with { Key = "aa" }), "slot 10: Add('aa', 1) is not what was called: #12 "),
        new("another argument of a failed command", run => run.InLog(5, entry => entry with { Argument = 8 }), "slot 6: ThrowAfterWrite('a', 8) is not what was called: #5 "),
        new("slot 0", run => run.InLog(1, entry => entry with { Slot = 0 }), "group 1, slot 0: slots start at 1"),
        new("a negative slot", run => run.InLog(1, entry => entry with { Slot = -3 }), "group 1, slot -3: slots start at 1"),
        new("two in one slot", run => run.InLog(2, entry => entry with { Slot = 4 }), "group 1, slot 4: two commands are decided there"),
        new("decided before the slot before", run => run.InLog(5, entry => entry with { DecidedAt = 74 }), "group 1, slot 6: it was decided at 74 µs, the slot before it only at 75 µs"),
        new("in the wrong group", run => run.InLog(16, entry => entry with { Group = 1, Slot = 13, DecidedAt = 400 }), "group 1, slot 13: key 'c' belongs to group 2"),
        new("a query in the log", run => run.InLog(12, entry => entry with { Method = nameof(ModelMethod.Read) }), "slot 10: 'Read' is no command"),
        new("an unknown method", run => run.InLog(12, entry => entry with { Method = "Frob" }), "slot 10: 'Frob' is no command"),
        new("executed in both groups", run => run.AddToLog(Foreign("c", 3) with { CommandId = run[20].CommandId!.Value }), "group 2, slot 3: command ", "takes effect again, first in slot 11 of group 1"),
        new("answered before it took effect", run => run.InLog(20, entry => entry with { AnsweredUpTo = 20 }), Call(20), "slot 12 of group 1 did not execute it: it had been answered"),
        new("its session had expired", run => run.InLog(12, entry => entry with { LogTime = 1_000, SessionExpiry = 10 }), Call(12), "slot 10 of group 1 did not execute it: its session had expired"),
        new("its session starts in the future", FromTheFuture, Call(1), "slot 1 of group 1 did not execute it: its session had expired"),
    ];

    public static IEnumerable<BadRun> Order =>
    [
        new("slots against real time: 3 and 4", run => run.SwapSlots(3, 4), Call(4), "it took effect in slot 4, but slot 5 was known before its call from #3 "),
        new("slots against real time: 7 and 8", run => run.Call(7, call => call with { Slot = 0 }).SwapSlots(7, 8), Call(8), "it took effect in slot 7, but slot 8 was known before its call from #7 "),
        new("slots against real time: 12 and 20", run => run.SwapSlots(12, 20), Call(20), "it took effect in slot 10, but slot 11 was known before its call from #12 "),
        new("slots against real time: 3 and 5", run => run.SwapSlots(3, 5), Call(4), "it took effect in slot 5, but slot 6 was known before its call from #3 "),
        new("an unknown end before what its caller knew", UnknownInTheGap, "#23 ", "it took effect in slot 3, but slot 11 was known before its call from #20 "),
        new("acknowledged before it was decided: 1", run => run.Call(1, call => call with { ReturnedAt = 14 }), "slot 1: it was decided at 15 µs, after its answer: #1 "),
        new("acknowledged before it was decided: 12", run => run.Call(12, call => call with { ReturnedAt = 209 }), "slot 10: it was decided at 210 µs, after its answer: #12 "),
        new("acknowledged before it was decided: 16", run => run.Call(16, call => call with { ReturnedAt = 274 }), "slot 2: it was decided at 275 µs, after its answer: #16 "),
        new("decided before its call: 1", run => run.InLog(1, entry => entry with { DecidedAt = 9 }), "slot 1: it was decided at 9 µs, before its call: #1 "),
        new("decided before its call: 11", run => run.InLog(11, entry => entry with { DecidedAt = 159 }), "slot 9: it was decided at 159 µs, before its call: #11 "),
        new("decided before its call: 15", run => run.Call(15, call => call with { CalledAt = 246 }), "slot 1: it was decided at 245 µs, before its call: #15 "),
    ];

    private static RecordedRun UnknownInTheGap(RecordedRun run)
    {
        RecordedRun called = run.AddCall("4 Throw a 1 unknown @400-410");
        return called.AddToLog(RecordedRun.Entry(called[23], 3, 45));
    }

    private static RecordedRun FromTheFuture(RecordedRun run)
    {
        CommandId id = run[1].CommandId!.Value with { SessionStart = 2 * TimeSpan.TicksPerMinute };
        return run.InLog(1, entry => entry with { CommandId = id, LogTime = 5, SessionExpiry = 100 }).Call(1, call => call with { CommandId = id });
    }

    private static WitnessEntry Foreign(string key, long slot) =>
        new(RecordedRun.GroupOf(key), slot, new CommandId(1, 99, 1), key, nameof(ModelMethod.Add), 1, 500);

    private static string Name(string what, long number) => string.Create(CultureInfo.InvariantCulture, $"{what}: {number}");

    private static string Call(long number) => string.Create(CultureInfo.InvariantCulture, $"#{number} ");

    private static string Slot(long number) => string.Create(CultureInfo.InvariantCulture, $"slot {Good.Log.First(entry => entry.CommandId == Good[number].CommandId).Slot}");
}
