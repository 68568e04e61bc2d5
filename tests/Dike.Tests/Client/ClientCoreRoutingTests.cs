using Dike.Client;
using Dike.Wire;

namespace Dike.Tests.Client;

/// <summary>Links and routes: which node is asked, what happens when nodes are silent, gone, foreign or wrong.</summary>
public sealed class ClientCoreRoutingTests
{
    private static readonly RoutingTable Three = FakeShell.Table("a", 1, "a", "b", "c");

    [Fact]
    public void OnFrame_NodeOfAnotherCluster_IsCutNamingBoth()
    {
        FakeShell shell = ClientCoreTests.Ready();
        shell.Begin();
        shell.Answer("a", shell.TakeCall("a"), CallStatus.NotLeader, "b");
        long link = shell.LinkOf("b:1");
        shell.Core.OnConnected(link, shell.Now);
        Assert.Equal(FakeShell.Cluster, Assert.IsType<Hello>(shell.Take("b:1")).ClusterId);
        var other = new Guid("bbbbbbbb-0000-0000-0000-000000000002");

        shell.Core.OnFrame(link, FakeShell.WelcomeOf("b:1", other), shell.Now);

        string cut = Assert.Single(shell.Cuts);
        Assert.Contains($"node 'b' belongs to cluster {other}", cut, StringComparison.Ordinal);
        Assert.Contains($"speaks to cluster {FakeShell.Cluster} (as node 'a')", cut, StringComparison.Ordinal);
    }

    [Fact]
    public void OnFrame_FirstNodeIsAStrangerToAClientThatKnowsItsCluster_IsCutAndNotFollowed()
    {
        var shell = new FakeShell("b") { Known = FakeShell.Cluster };
        shell.Begin();
        long link = shell.LinkOf("b:1");
        shell.Core.OnConnected(link, shell.Now);
        Assert.Equal(FakeShell.Cluster, Assert.IsType<Hello>(shell.Take("b:1")).ClusterId);
        var other = new Guid("bbbbbbbb-0000-0000-0000-000000000002");

        shell.Core.OnFrame(link, FakeShell.WelcomeOf("b:1", other), shell.Now);

        Assert.Contains($"node 'b' belongs to cluster {other}, this client speaks to cluster {FakeShell.Cluster} (as its own node)", Assert.Single(shell.Cuts), StringComparison.Ordinal);
    }

    [Fact]
    public void Tick_EveryEndpointRefuses_EndsAsConfigurationWithTheReasons()
    {
        var shell = new FakeShell("a");
        long id = shell.Begin(new RoutesRequest { Timeout = TimeSpan.FromSeconds(1) });
        while (!shell.Ended.ContainsKey(id))
        {
            foreach (string address in shell.Connects.ToArray())
            {
                long link = shell.LinkOf(address);
                shell.Core.OnConnected(link, shell.Now);
                shell.Take(address);
                shell.Core.OnFrame(link, new Refused("this is cluster 'orders', not 'billing'"), shell.Now);
            }

            shell.Connects.Clear();
            shell.Advance(TimeSpan.FromMilliseconds(50));
        }

        DikeConfigurationException error = shell.Error<DikeConfigurationException>(id);
        Assert.Contains("a:1: this is cluster 'orders', not 'billing'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tick_NobodyListens_NamesEveryEndpointAndPausesBetweenAttempts()
    {
        var shell = new FakeShell("a", "b");
        shell.Dead.UnionWith(["a:1", "b:1"]);
        long id = shell.Begin();
        int attempts = 0;
        while (!shell.Ended.ContainsKey(id))
        {
            attempts += shell.Connects.Count;
            shell.Settle(Three);
            shell.Advance(TimeSpan.FromMilliseconds(5));
        }

        DikeUnavailableException error = shell.Error<DikeUnavailableException>(id);
        Assert.Contains("a:1: connection refused; b:1: connection refused", error.Message, StringComparison.Ordinal);
        Assert.Equal(Outcome.NotApplied, error.Outcome);
        Assert.InRange(attempts, 8, 30);
    }

    [Fact]
    public void Tick_MembersUnreachable_NamesEachMember()
    {
        FakeShell shell = ClientCoreTests.Ready(FakeShell.Table(null, 1, "b", "c"));
        shell.Dead.UnionWith(["b:1", "c:1"]);
        long id = shell.Begin(FakeShell.Command(seconds: 0.3));
        shell.Settle(FakeShell.Table(null, 1, "b", "c"));

        shell.Advance(TimeSpan.FromSeconds(0.3), FakeShell.Table(null, 1, "b", "c"));

        DikeUnavailableException error = shell.Error<DikeUnavailableException>(id);
        Assert.Contains("b: b:1: connection refused", error.Message, StringComparison.Ordinal);
        Assert.Contains("c: c:1: connection refused", error.Message, StringComparison.Ordinal);
        Assert.Contains("key 'somekey' in ring 'Counter'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tick_LeaderIsSilentAndDoesNotAnswerAProbe_IsCutAndTheCommandGoesElsewhereUnderItsId()
    {
        FakeShell shell = ClientCoreTests.Ready();
        shell.Begin();
        Call first = shell.TakeCall("a");

        shell.Advance(LinkTable.SilenceBound);
        Assert.IsType<GetRoutes>(shell.Take("a:1"));
        shell.Advance(LinkTable.SilenceBound);

        Assert.Contains("no sign of life", Assert.Single(shell.Cuts), StringComparison.Ordinal);
        shell.Settle(Three);
        Assert.Equal(first.CommandId, shell.TakeCall("b").CommandId);
    }

    [Fact]
    public void Tick_LeaderIsSlowButAlive_IsLeftAlone()
    {
        FakeShell shell = ClientCoreTests.Ready();
        long id = shell.Begin();
        Call first = shell.TakeCall("a");

        shell.Advance(TimeSpan.FromSeconds(4), Three);

        Assert.Empty(shell.Cuts);
        shell.Answer("a", first, CallStatus.Done);
        Assert.NotNull(shell.Ended[id].Reply);
    }

    [Fact]
    public void Tick_RefreshOfRoutesIsNotAnswered_LinkIsCutAndAnotherNodeIsAsked()
    {
        var shell = new FakeShell("a", "b");
        long id = shell.Begin();
        foreach (string address in (string[])["a:1", "b:1"])
        {
            long link = shell.LinkOf(address);
            shell.Core.OnConnected(link, shell.Now);
            shell.Take(address);
            shell.Core.OnFrame(link, FakeShell.WelcomeOf(address), shell.Now);
        }

        Assert.IsType<GetRoutes>(shell.Take("a:1"));
        shell.Connects.Clear();
        shell.Advance(2 * LinkTable.SilenceBound);
        shell.Sent.RemoveAll(sent => sent.Address == "a:1");
        shell.Dead.Add("a:1");
        shell.Advance(TimeSpan.FromMilliseconds(200), FakeShell.Table("b", 1, "a", "b"));

        shell.Answer("b", shell.TakeCall("b"), CallStatus.Done);
        Assert.NotNull(shell.Ended[id].Reply);
    }

    [Fact]
    public void Begin_RingIsMissingInOneTable_AsksAgainBeforeItGivesUp()
    {
        FakeShell shell = ClientCoreTests.Ready(RoutingTable.Empty);
        long late = shell.Begin();

        shell.Advance(TimeSpan.FromMilliseconds(60), RoutingTable.Empty);
        Assert.Empty(shell.Ended);
        shell.Advance(TimeSpan.FromMilliseconds(60), Three);
        shell.Answer("a", shell.TakeCall("a"), CallStatus.Done);

        Assert.NotNull(shell.Ended[late].Reply);
    }

    [Fact]
    public void Begin_RingDoesNotExist_IsNotFoundLongBeforeTheDeadline()
    {
        FakeShell shell = ClientCoreTests.Ready(RoutingTable.Empty);
        long id = shell.Begin();

        shell.Advance(TimeSpan.FromSeconds(0.5), RoutingTable.Empty);

        DikeNotFoundException error = shell.Error<DikeNotFoundException>(id);
        Assert.Contains("There is no ring 'Counter'", error.Message, StringComparison.Ordinal);
        Assert.Contains("CreateRingAsync(\"Counter\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnFrame_OlderTable_DoesNotReplaceANewerOne()
    {
        FakeShell shell = ClientCoreTests.Ready(FakeShell.Table("a", 5, "a", "b", "c"));
        shell.Begin();
        shell.Answer("a", shell.TakeCall("a"), CallStatus.UnknownGroup);

        shell.Advance(TimeSpan.FromMilliseconds(100), RoutingTable.Empty);
        shell.TakeCall("b");

        shell.Begin();
        shell.TakeCall("a");
    }

    [Fact]
    public void Begin_RingOfAnotherMachine_IsAContractMismatch()
    {
        RoutingTable table = Three with { Rings = [Three.Rings[0] with { Machine = "Other" }] };
        FakeShell shell = ClientCoreTests.Ready(table);

        long id = shell.Begin();

        Assert.Contains("holds machines 'Other', the call is for 'Counter'", shell.Error<ContractMismatchException>(id).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Begin_StaleQueries_SpreadOverTheMembers()
    {
        FakeShell shell = ClientCoreTests.Ready();
        var asked = new HashSet<string>(StringComparer.Ordinal);
        for (int number = 0; number < 6; number++)
        {
            shell.Begin(FakeShell.Query(Consistency.Stale));
            shell.Settle(Three);
            (string address, Frame frame) = Assert.Single(shell.Sent);
            shell.Sent.Clear();
            asked.Add(address);
            shell.Answer(address[..1], (Call)frame, CallStatus.Done);
        }

        Assert.Equal(3, asked.Count);
    }

    [Fact]
    public void Send_LinkTakesNothing_GoesToAnotherMemberAndIsNotALostAttempt()
    {
        FakeShell shell = ClientCoreTests.Ready();
        shell.Full.Add("a:1");
        long id = shell.Begin();
        shell.Settle(Three);

        Call call = shell.TakeCall("b");

        Assert.Equal(1, call.Attempt);
        shell.Answer("b", call, CallStatus.Overloaded);
        Assert.Equal(Outcome.NotApplied, shell.Error<DikeOverloadedException>(id).Outcome);
    }

    [Fact]
    public void OnFrame_FrameThatOnlyClientsSend_CutsTheLink()
    {
        FakeShell shell = ClientCoreTests.Ready();

        shell.Core.OnFrame(shell.LinkOf("a:1"), new GetRoutes(1), shell.Now);

        Assert.Contains("GetRoutes frame out of turn", Assert.Single(shell.Cuts), StringComparison.Ordinal);
    }

    [Fact]
    public void OnFrame_AnswerOfAnotherKind_CutsTheLinkAndTheCommandGoesElsewhere()
    {
        FakeShell shell = ClientCoreTests.Ready();
        shell.Begin();
        Call first = shell.TakeCall("a");

        shell.Core.OnFrame(shell.LinkOf("a:1"), new RingCreated(first.Correlation, CallStatus.Done, Outcome.Applied, "", ""), shell.Now);
        shell.Settle(Three);

        Assert.Contains("as the answer to something else", Assert.Single(shell.Cuts), StringComparison.Ordinal);
        Assert.Equal(first.CommandId, shell.TakeCall("b").CommandId);
    }

    [Fact]
    public void OnFrame_AnswerFromANodeThatWasNotAsked_CutsThatLinkOnly()
    {
        FakeShell shell = ClientCoreTests.Ready();
        long redirected = shell.Begin();
        shell.Answer("a", shell.TakeCall("a"), CallStatus.NotLeader, "b");
        shell.Settle(Three);
        Call call = shell.TakeCall("b");

        shell.Answer("a", call, CallStatus.Done);
        Assert.Empty(shell.Ended);
        shell.Answer("b", call, CallStatus.Done);

        Assert.StartsWith("a:1", Assert.Single(shell.Cuts), StringComparison.Ordinal);
        Assert.NotNull(shell.Ended[redirected].Reply);
    }

    [Fact]
    public void CompareReplicas_UnknownPartition_IsNotFound()
    {
        FakeShell shell = ClientCoreTests.Ready();

        long id = shell.Begin(new CompareRequest("Counter", 1) { Timeout = TimeSpan.FromSeconds(5) });

        Assert.Contains("partitions 0 to 0, not 1", shell.Error<DikeNotFoundException>(id).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CompareReplicas_NotLeader_GoesToTheLeader()
    {
        FakeShell shell = ClientCoreTests.Ready();
        long id = shell.Begin(new CompareRequest("Counter", 0) { Timeout = TimeSpan.FromSeconds(5) });
        var first = Assert.IsType<CompareReplicas>(shell.Take("a:1"));

        shell.Core.OnFrame(shell.LinkOf("a:1"), new ReplicasCompared(first.Correlation, CallStatus.NotLeader, "b", []), shell.Now);
        shell.Settle(Three);
        var second = Assert.IsType<CompareReplicas>(shell.Take("b:1"));
        shell.Core.OnFrame(shell.LinkOf("b:1"), new ReplicasCompared(second.Correlation, CallStatus.Done, "", [new ReplicaCheck("b", 3, "00ff")]), shell.Now);

        Assert.Equal("00ff", Assert.Single(Assert.IsType<ReplicasCompared>(shell.Ended[id].Reply).Checks).StateHash);
    }

    [Fact]
    public void CreateRing_AnswerLost_AsksAnotherNodeAndTimesOutAsUnknown()
    {
        FakeShell shell = ClientCoreTests.Ready();
        long id = shell.Begin(new CreateRingRequest("r", "m", 4, 3) { Timeout = TimeSpan.FromSeconds(1) });
        Assert.IsType<CreateRing>(shell.Take("a:1"));

        shell.Down("a");
        shell.Advance(TimeSpan.FromSeconds(1), Three);

        DikeTimeoutException error = shell.Error<DikeTimeoutException>(id);
        Assert.Equal(Outcome.Unknown, error.Outcome);
        Assert.Contains("Creating it again is harmless", error.Message, StringComparison.Ordinal);
    }
}
