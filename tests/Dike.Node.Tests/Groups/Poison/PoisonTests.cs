using Dike.Node.Groups.Poison;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Tests.Groups.Poison;

/// <summary>A command that kills the process that applies it: found, quarantined, and skipped alike on every replica, whether it was executed there or not.</summary>
public sealed class PoisonTests
{
    [Fact]
    public void Start_AfterACrash_AppliesUnderMarksAndClearsThem()
    {
        var harness = new GroupHarness(1);
        harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 15));
        HarnessNode node = harness.Nodes[0];
        Assert.Empty(node.Marks);
        harness.Crash(node);
        harness.Start(node);

        Assert.Equal(15, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
        Assert.Equal([Slot.First, Slot.None], node.Marks[..2].Select(mark => mark.From));
        Assert.Equal(ApplyMark.None, node.Mark);
    }

    [Fact]
    public void Start_KilledAgainAndAgainWhileItIdles_IsNeverQuarantined()
    {
        var harness = new GroupHarness(1);
        harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 15));
        for (int start = 0; start < 10; start++)
        {
            harness.Crash(harness.Nodes[0]);
            harness.Start(harness.Nodes[0]);
            harness.Settle();
            Assert.Null(harness.Nodes[0].Core.QuarantineReason);
        }
    }

    [Fact]
    public void Start_ProcessDiesAtOneSlotAgainAndAgain_IsQuarantinedWithItsName()
    {
        (GroupHarness harness, HarnessNode node, Slot poison) = Quarantined();

        Assert.Equal(poison.Value - 1, node.Core.Applied.Value);
        Assert.Contains($"slot {poison}: Ledger.Add on key 'poisoned'", node.Core.QuarantineReason, StringComparison.Ordinal);
        Assert.Contains("dike skip", node.Core.QuarantineReason, StringComparison.Ordinal);
        CallResult refused = harness.CallAt(node, Calls.Query(Ledger.Read));
        Assert.Equal((CallStatus.NoQuorum, Outcome.NotApplied), (refused.Status, refused.Outcome));
        Assert.Contains("dike skip", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_QuarantinedAndStoppedCleanly_DoesNotTryAgain()
    {
        (GroupHarness harness, HarnessNode node, _) = Quarantined();
        harness.Crash(node);
        node.IsUnclean = false;
        harness.Start(node);

        Assert.NotNull(node.Core.QuarantineReason);
    }

    [Fact]
    public void Skip_GroupOfOne_RejectsThatCommandAndGoesOn()
    {
        (GroupHarness harness, HarnessNode node, Slot poison) = Quarantined();

        Assert.Null(node.Skip(poison));
        harness.RunUntil(() => node.Core.QuarantineReason is null);

        Assert.Equal(0, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read, "poisoned"))));
        Assert.Equal(15, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
        Assert.Equal(16, Calls.Value(harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 1))));
    }

    [Fact]
    public void Skip_CallerOfTheSkippedCommand_GetsARejection()
    {
        var harness = new GroupHarness(1);
        Call poison = harness.NewCaller().Command(Ledger.Add, 1, "poisoned");
        Slot slot = new(harness.CallLeader(poison).Slot);
        HarnessNode node = Kill(harness, harness.Nodes[0], slot);
        node.Skip(slot);
        harness.RunUntil(() => node.Core.QuarantineReason is null);

        CallResult retry = harness.CallLeader(poison);

        Assert.Equal((CallStatus.Rejected, SkippedSlots.Code, Outcome.Refused), (retry.Status, retry.Code, retry.Outcome));
    }

    [Fact]
    public void Skip_OthersHaveExecutedTheCommand_TheyRebuildAndAllAgree()
    {
        var harness = new GroupHarness(3);
        Caller caller = harness.NewCaller();
        Call poison = caller.Command(Ledger.Add, 1_000);
        harness.CallLeader(caller.Command(Ledger.Add, 15));
        Slot slot = new(harness.CallLeader(poison).Slot);
        Assert.Equal(1_016, Calls.Value(harness.CallLeader(caller.Command(Ledger.Add, 1))));
        ApplyEverywhere(harness);
        HarnessNode victim = Kill(harness, harness.Nodes.First(node => node != harness.ElectLeader()), slot);

        Assert.Null(harness.ElectLeader().Skip(slot));
        harness.RunUntil(() => victim.Core.QuarantineReason is null);

        Assert.Equal(16, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
        Assert.Equal("skipped", harness.CallLeader(poison).Code);
        harness.HashOfAll();
        Array.ForEach(harness.Nodes, harness.Crash);
        Array.ForEach(harness.Nodes, harness.Start);
        harness.HashOfAll();
    }

    [Fact]
    public void Skip_AllReplicasAreQuarantined_OneLeadsToHaveItSkipped()
    {
        var harness = new GroupHarness(3);
        Slot slot = new(harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 1)).Slot);
        ApplyEverywhere(harness);
        foreach (HarnessNode node in harness.Nodes)
        {
            Kill(harness, node, slot);
        }

        Assert.All(harness.Nodes, node => Assert.NotNull(node.Core.QuarantineReason));
        HarnessNode away = harness.Leader ?? harness.Nodes[0];
        harness.Crash(away);
        for (int tick = 0; tick < 100; tick++)
        {
            harness.TickAll();
            harness.Settle();
        }

        Assert.Null(harness.Leader);
        Assert.Null(harness.Nodes.First(node => node.IsUp).Skip(slot));
        harness.Start(away);
        harness.RunUntil(() => harness.Nodes.All(node => node.Core.QuarantineReason is null));

        Assert.Equal(0, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
        harness.HashOfAll();
    }

    [Fact]
    public void Skip_RepliesAreComputedMeanwhile_TheyEndWhereTheyStarted()
    {
        var harness = new GroupHarness(1);
        Caller caller = harness.NewCaller();
        Slot slot = new(harness.CallLeader(caller.Command(Ledger.Add, 1_000)).Slot);
        var computing = new Attempt(caller.Command(Ledger.AddFrom, 2));
        HarnessNode node = harness.ElectLeader();
        node.Submit(computing);
        harness.Settle();

        Assert.Null(node.Skip(slot));
        harness.Settle();
        harness.RunDelegates();

        Assert.Equal(1, harness.DelegatesStarted);
        Assert.Equal(10_020, Calls.Value(computing.Result));
        Assert.Equal(10_020, Calls.Value(harness.CallLeader(computing.Call)));
        Assert.Equal(2, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void Skip_OfACommandThatDeferred_EndsTheWaitWithARejection()
    {
        GroupHarness harness = QueueCaller.Harness(1);
        HarnessNode node = harness.ElectLeader();
        var waiting = new Attempt(new QueueCaller(harness).Call("Dequeue"));
        node.Submit(waiting);
        harness.Settle();
        Slot slot = node.Core.Applied;

        Assert.Null(node.Skip(slot));
        harness.Settle();

        Assert.Equal((CallStatus.Rejected, "skipped"), (waiting.Result.Status, waiting.Result.Code));
    }

    [Fact]
    public void Skip_SlotThatIsNotDecidedOrNotHere_IsRefusedWithTheReason()
    {
        var harness = new GroupHarness(3);
        harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 1));
        harness.HashOfAll();
        HarnessNode follower = harness.Nodes.First(node => node != harness.ElectLeader());

        Assert.Contains("not decided", harness.ElectLeader().Skip(new Slot(1_000)), StringComparison.Ordinal);
        Assert.Contains("does not lead; ask node-", follower.Skip(new Slot(2)), StringComparison.Ordinal);
    }

    [Fact]
    public void Skip_Twice_ChangesNothingMore()
    {
        (GroupHarness harness, HarnessNode node, Slot poison) = Quarantined();
        node.Skip(poison);
        harness.RunUntil(() => node.Core.QuarantineReason is null);
        node.Skip(poison);
        harness.Settle();
        harness.Crash(node);
        harness.Start(node);

        Assert.Equal(15, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void Learn_SkipThatNamesALaterSlot_IsNoSkip()
    {
        var skipped = new SkippedSlots();
        skipped.Learn(new Slot(9), new Slot(5), new Slot(4));
        skipped.Decided(new Slot(9), new Slot(5));

        Assert.False(skipped.Contains(new Slot(9)));
        Assert.Null(skipped.Overdue);
    }

    /// <summary>A group of one with a command that it cannot apply, and others around it.</summary>
    private static (GroupHarness Harness, HarnessNode Node, Slot Poison) Quarantined()
    {
        var harness = new GroupHarness(1);
        harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 10));
        Slot poison = new(harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 1, "poisoned")).Slot);
        harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 5));
        return (harness, Kill(harness, harness.Nodes[0], poison), poison);
    }

    private static void ApplyEverywhere(GroupHarness harness) =>
        harness.RunUntil(() => harness.Nodes.All(node => node.Core.Applied == harness.Leader?.Core.Applied));

    /// <summary>Starts a node until it has found the slot that kills it.</summary>
    private static HarnessNode Kill(GroupHarness harness, HarnessNode node, Slot poison)
    {
        node.DiesAt = poison;
        if (node.IsUp)
        {
            harness.Crash(node);
        }

        for (int start = 0; start < 10 && !node.IsUp; start++)
        {
            harness.Start(node);
            harness.RunUntil(() => !node.IsUp || node.Core.QuarantineReason is not null);
        }

        Assert.NotNull(node.Core.QuarantineReason);
        node.DiesAt = Slot.None;
        return node;
    }
}
