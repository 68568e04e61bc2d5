using Dike.Node.Groups;
using Dike.Node.Groups.Messages;
using Dike.Storage;
using Dike.Wire;

namespace Dike.Node.Tests.Groups.Snapshots;

/// <summary>Whole groups that take snapshots every few slots: the log is cut, a start begins behind it, and who lacks what was cut gets the state.</summary>
public sealed class GroupSnapshotsTests
{
    private static readonly GroupOptions Options = new() { SnapshotEverySlots = 8, SnapshotBlockBytes = 64, SnapshotBytesPerTurn = 50 };
    private static readonly GroupId Group = new(1);

    [Fact]
    public void Run_ManySlots_CutsTheLogAndKeepsTwo()
    {
        var harness = new GroupHarness(3, options: Options);
        Append(harness, 40);

        Assert.All(harness.Nodes, node =>
        {
            Assert.Equal(ISnapshotStore.Kept, node.Snapshots.List(Group).Count);
            Assert.NotNull(node.Recovered.Snapshot);
            Assert.True(node.Recovered.Log.Count < 24, $"{node.Recovered.Log.Count} batches in the log");
        });
        Assert.Single(harness.Nodes.Select(node => node.Recovered.Snapshot!.ToString()).Distinct());
    }

    [Fact]
    public void Start_BehindASnapshot_HasTheStateOfOneThatNeverStopped()
    {
        var harness = new GroupHarness(1, options: Options);
        Caller caller = Append(harness, 20);
        string before = harness.HashOfAll();

        harness.Crash(harness.Nodes[0]);
        harness.Start(harness.Nodes[0]);
        harness.ElectLeader();

        Assert.NotNull(harness.Nodes[0].Recovered.Snapshot);
        Assert.Equal(before, harness.HashOfAll());
        Assert.Equal(20, Calls.Values(harness.CallLeader(Calls.Query(Ledger.ReadTokens))).Length);
        Assert.Equal(21, Calls.Value(harness.CallLeader(caller.Command(Ledger.Append, 99))));
    }

    [Fact]
    public void Start_RetryOfACommandBeforeTheSnapshot_GetsTheFirstAnswer()
    {
        var harness = new GroupHarness(1, options: Options);
        Caller caller = harness.NewCaller();
        Call first = caller.Command(Ledger.Append, 1);
        Assert.Equal(1, Calls.Value(harness.CallLeader(first)));
        Append(harness, 30);
        harness.Crash(harness.Nodes[0]);
        harness.Start(harness.Nodes[0]);

        CallResult again = harness.CallLeader(first);

        Assert.Equal((CallStatus.Done, 1L), (again.Status, Calls.Value(again)));
    }

    [Fact]
    public void Receive_LaggardBehindTheCut_InstallsTheStateInVerifiedBlocks()
    {
        var harness = new GroupHarness(3, options: Options);
        Append(harness, 3);
        HarnessNode laggard = harness.Nodes.First(node => !node.Core.IsLeader);
        harness.Crash(laggard);
        Append(harness, 40);
        harness.Start(laggard);
        harness.RunUntil(() => laggard.Core.Applied == harness.Leader?.Core.Applied);

        Assert.True(laggard.Recovered.Snapshot!.Slot.Value > 20, $"{laggard.Recovered.Snapshot}");
        int largest = harness.Network.Sent.Where(packet => packet.IsOfGroup).Select(packet => packet.DecodeOfGroup()).OfType<SnapshotBlocks>().Max(blocks => blocks.Blocks.Sum(block => block.Bytes.Length));
        Assert.InRange(largest, 1, 64);
        harness.HashOfAll();

        harness.Crash(laggard);
        harness.Start(laggard);
        harness.HashOfAll();
    }

    [Fact]
    public void Receive_LeaderGoneWithItsSnapshotHalfSent_GoesOnWithTheOther()
    {
        var harness = new GroupHarness(3, options: Options with { SnapshotWindowBlocks = 1 });
        Append(harness, 3);
        HarnessNode laggard = harness.Nodes.First(node => !node.Core.IsLeader);
        harness.Crash(laggard);
        Append(harness, 40);
        HarnessNode donor = harness.Leader!;
        harness.Start(laggard);
        for (int steps = 0; !BlocksTo(laggard) && steps < 10_000; steps++)
        {
            if (!harness.Network.DeliverOne(_ => 0) && !harness.Nodes.Where(node => node.IsUp).Any(node => node.Sync()))
            {
                harness.TickAll();
            }
        }

        Assert.True(BlocksTo(laggard), "no block was ever sent");
        harness.Crash(donor);
        harness.RunUntil(() => laggard.Core.Applied == harness.Leader?.Core.Applied && laggard.Core.Applied.Value > 40);
        harness.HashOfAll();

        bool BlocksTo(HarnessNode node) => harness.Network.Sent.Any(packet => packet.To == node.Id && packet.IsOfGroup && packet.DecodeOfGroup() is SnapshotBlocks { Blocks.Length: > 0 });
    }

    [Fact]
    public void Start_SnapshotLost_RefusesWithItsSlotAndWhatToDo()
    {
        var harness = new GroupHarness(1, options: Options);
        Append(harness, 20);
        HarnessNode node = harness.Nodes[0];
        harness.Crash(node);
        node.Snapshots = new MemorySnapshotStore();

        GroupHaltedException refused = Assert.Throws<GroupHaltedException>(() => harness.Start(node));

        Assert.Contains($"snapshot of slot {node.Recovered.Snapshot!.Slot}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Put its file back", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_HeldDisk_CommandsGoOnAndNothingIsCut()
    {
        var harness = new GroupHarness(3, options: Options);
        HarnessNode slow = harness.ElectLeader();
        Append(harness, 2);
        slow.HoldsSync = true;
        Append(harness, 30);

        Assert.Empty(slow.Snapshots.List(Group));
        Assert.Null(slow.Recovered.Snapshot);
        slow.HoldsSync = false;
        harness.HashOfAll();
    }

    [Fact]
    public void Take_StateThatCannotBeExported_SaysSoAndCutsNothing()
    {
        var harness = new GroupHarness(1, options: Options);
        harness.CallLeader(harness.NewCaller().Command(Ledger.Poison, 0, "poisoned"));
        Append(harness, 20);

        Assert.Null(harness.Nodes[0].Recovered.Snapshot);
        Assert.Contains("'poisoned' cannot be exported", harness.Nodes[0].SnapshotNotices[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Crash_AtAnyMoment_RestartsBehindASnapshotThatIsThere(bool isSaved)
    {
        for (int moment = 1; moment < 40; moment++)
        {
            var harness = new GroupHarness(1, moment, Options);
            Append(harness, moment);
            HarnessNode node = harness.Nodes[0];
            node.HoldsSync = !isSaved;
            node.Tick();
            harness.Crash(node);
            node.HoldsSync = false;
            harness.Start(node);
            Assert.Equal(moment, Calls.Values(harness.CallLeader(Calls.Query(Ledger.ReadTokens))).Length);
        }
    }

    private static Caller Append(GroupHarness harness, int count)
    {
        Caller caller = harness.NewCaller();
        for (int token = 1; token <= count; token++)
        {
            CallResult result = harness.CallLeader(caller.Command(Ledger.Append, token));
            Assert.Equal(CallStatus.Done, result.Status);
            harness.CallLeader(caller.Command(Ledger.Add, token, $"key-{token % 5}"));
            caller.AnsweredUpTo = caller.LastSequence;
        }

        harness.Settle();
        return caller;
    }
}
