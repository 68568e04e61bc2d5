using Dike.Node.Groups;
using Dike.Wire;

namespace Dike.Node.Tests.Groups.Versions;

/// <summary>Every slot is applied under the version that the log made active before it; a build that lacks it applies nothing and says so.</summary>
public sealed class MachineVersionTests
{
    [Fact]
    public void FirstCommand_NoVersionIsActive_RaisesToTheLeadersOwn()
    {
        GroupHarness harness = Harness(3, new LedgerBuild(4, 2));
        HarnessNode leader = harness.ElectLeader();
        harness.Settle();
        Assert.Equal(0, leader.Core.ActiveVersion);

        Assert.Equal(4, Tell(harness));

        Assert.Equal(4, leader.Core.ActiveVersion);
    }

    [Fact]
    public void FirstCommand_MembersAreKnown_RaisesToTheLowestThatAllHave()
    {
        GroupHarness harness = Harness(3, new LedgerBuild(4, 2));
        harness.ElectLeader().MembersSupport(2, 3);

        Assert.Equal(3, Tell(harness));
        harness.HashOfAll();
        Assert.All(harness.Nodes, node => Assert.Equal(3, node.Core.ActiveVersion));
    }

    [Fact]
    public void MembersSupport_Higher_IsRaisedOnceWithoutAnyCommand()
    {
        GroupHarness harness = Harness(3, new LedgerBuild(4, 2));
        harness.ElectLeader().MembersSupport(2, 3);
        Tell(harness);
        HarnessNode leader = harness.ElectLeader();

        leader.MembersSupport(2, 4);
        harness.RunUntil(() => leader.Core.ActiveVersion == 4);
        Dike.Paxos.Slot raised = leader.Core.Applied;
        harness.TickAll();
        harness.Settle();

        Assert.Equal(raised, leader.Core.Applied);
        Assert.Equal(4, Tell(harness));
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(2, 2)]
    [InlineData(5, 4)]
    public void MembersSupport_NotHigherOrNotByAll_RaisesNothing(int highestMin, int lowest)
    {
        GroupHarness harness = Harness(3, new LedgerBuild(4, 2));
        harness.ElectLeader().MembersSupport(2, 3);
        Tell(harness);
        HarnessNode leader = harness.ElectLeader();
        Dike.Paxos.Slot applied = leader.Core.Applied;

        leader.MembersSupport(highestMin, lowest);
        harness.Settle();

        Assert.Equal((3, applied), (leader.Core.ActiveVersion, leader.Core.Applied));
    }

    [Fact]
    public void Follower_BuildLacksTheVersion_VotesButNeitherAppliesNorServes()
    {
        GroupHarness harness = Harness(3, new LedgerBuild(4, 2));
        HarnessNode old = Restart(harness, harness.Nodes[2], new LedgerBuild(3, 2));
        HarnessNode gone = harness.Nodes.First(node => node != old && node != harness.ElectLeader());
        harness.Crash(gone);

        Assert.Equal(4, Tell(harness));
        harness.RunUntil(() => old.Core.StalledReason is not null);

        Assert.Contains("version 4 of Ledger; this build applies versions 2 to 3", old.Core.StalledReason, StringComparison.Ordinal);
        Assert.Null(old.Core.Peek("somekey"));
        CallResult stale = harness.CallAt(old, Calls.Query(Ledger.Read, consistency: Consistency.Stale));
        Assert.Equal(CallStatus.NotLeader, stale.Status);
    }

    [Fact]
    public void Follower_BuildLacksTheVersion_NeverLeads()
    {
        GroupHarness harness = Harness(3, new LedgerBuild(4, 2));
        HarnessNode old = Restart(harness, harness.Nodes[1], new LedgerBuild(3, 2));
        Tell(harness);
        harness.RunUntil(() => old.Core.StalledReason is not null);
        harness.Crash(harness.ElectLeader());

        HarnessNode next = harness.ElectLeader();

        Assert.NotSame(old, next);
        Assert.Equal(4, Tell(harness));
    }

    [Fact]
    public void Restart_WithTheNewerBuild_AppliesWhatWasLeft()
    {
        GroupHarness harness = Harness(3, new LedgerBuild(4, 2));
        HarnessNode old = Restart(harness, harness.Nodes[2], new LedgerBuild(3, 2));
        harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 15));
        harness.RunUntil(() => old.Core.StalledReason is not null);

        Restart(harness, old, new LedgerBuild(4, 2));

        Assert.Null(old.Core.StalledReason);
        harness.HashOfAll();
        Assert.Equal(15, ((Ledger)old.Core.Peek("somekey")!).Value);
    }

    [Fact]
    public void Restart_WithABuildTooNewForTheLog_SaysWhichBuildItNeeds()
    {
        GroupHarness harness = Harness(1, new LedgerBuild(3, 2));
        Tell(harness);

        Restart(harness, harness.Nodes[0], new LedgerBuild(6, 5));
        harness.RunUntil(() => harness.Nodes[0].Core.StalledReason is not null);

        Assert.Contains("a build of Ledger that still applies version 3", harness.Nodes[0].Core.StalledReason, StringComparison.Ordinal);
        CallResult refused = harness.CallAt(harness.Nodes[0], harness.NewCaller().Command(Ledger.Add, 1));
        Assert.Equal((CallStatus.NoQuorum, Outcome.NotApplied), (refused.Status, refused.Outcome));
        Assert.Contains("still applies version 3", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Restart_OldTailUnderNewCode_TakesTheOldBranch()
    {
        GroupHarness harness = Harness(1, new LedgerBuild(3, 2));
        Call old = harness.NewCaller().CommandWithoutArgument(Ledger.TellVersion);
        harness.CallLeader(old);
        HarnessNode node = Restart(harness, harness.Nodes[0], new LedgerBuild(4, 2));
        node.MembersSupport(2, 4);
        harness.RunUntil(() => node.Core.ActiveVersion == 4);
        Restart(harness, node, new LedgerBuild(4, 2));

        Assert.Equal(3, Calls.Value(harness.CallLeader(old)));
        Assert.Equal(4, Tell(harness));
    }

    [Fact]
    public void Raise_ExpectsAnotherActiveVersion_ChangesNothing()
    {
        var version = new Dike.Node.Groups.Versions.ActiveVersion(LedgerContract.PerKey);
        version.Raise(0, 2, new Dike.Paxos.Slot(2));
        version.Raise(0, 3, new Dike.Paxos.Slot(3));
        Assert.Equal(2, version.Number);

        version.Raise(2, 2, new Dike.Paxos.Slot(4));
        version.Raise(2, 1, new Dike.Paxos.Slot(5));
        Assert.Equal(2, version.Number);

        version.Raise(2, 3, new Dike.Paxos.Slot(6));
        Assert.Equal((3, null), (version.Number, version.StalledReason));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Restore_FromASnapshot_ChecksTheBuild(int number, bool isSupported)
    {
        var version = new Dike.Node.Groups.Versions.ActiveVersion(LedgerContract.PerKey);
        version.Restore(number, new Dike.Paxos.Slot(8));

        Assert.Equal((number, isSupported), (version.Number, version.StalledReason is null));
    }

    [Fact]
    public void NewLeader_FirstVersionIsNotAppliedYet_TheSecondProposalChangesNothing()
    {
        GroupHarness harness = Harness(3, new LedgerBuild(4, 2));
        HarnessNode first = harness.ElectLeader();
        first.MembersSupport(2, 3);
        first.Submit(new Attempt(harness.NewCaller().CommandWithoutArgument(Ledger.TellVersion)));
        while (harness.Network.DeliverOne(_ => 0))
        {
            // Only deliveries: the others have the first batch, unsynced and undecided.
        }

        foreach (HarnessNode node in harness.Nodes.Where(node => node != first))
        {
            node.Sync();
        }

        harness.Crash(first);

        // Its successor knows no builds, and would take its own version 4.
        Assert.Equal(3, Tell(harness));
    }

    private static GroupHarness Harness(int nodes, MachineType build) => new(nodes, machine: build);

    private static long Tell(GroupHarness harness) => Calls.Value(harness.CallLeader(harness.NewCaller().CommandWithoutArgument(Ledger.TellVersion)));

    private static HarnessNode Restart(GroupHarness harness, HarnessNode node, MachineType build)
    {
        harness.Crash(node);
        node.Machine = build;
        harness.Start(node);
        return node;
    }
}
