using System.Collections.Immutable;
using Dike.Node.Groups;
using Dike.Node.Shards;
using Dike.Node.Tests.Groups;
using Dike.Paxos;
using Dike.Storage;
using Dike.Wire;

namespace Dike.Node.Tests.Shards;

/// <summary>Leadership handed over, members changed and directories lost, on whole shards in memory: the group goes on, and nothing acknowledged is forgotten.</summary>
public sealed class ShardMembersTests
{
    private static readonly GroupId Ring = new(1);
    private readonly Caller _caller = new(DateTime.UnixEpoch.Ticks, 7);
    private long _sum;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Transfer_ToANode_ItLeads(int node)
    {
        ShardCluster cluster = Make(3, replicas: 3);
        string? obstacle = "not asked";

        cluster.Order(Ring, (core, moment, outputs) => obstacle = core.LeaderNode == cluster.Nodes[node] ? null : core.Transfer(cluster.Nodes[node], moment, outputs));
        cluster.Run(2);

        Assert.Null(obstacle);
        Assert.Equal(node, cluster.FindLeader(Ring));
        Add(cluster);
    }

    [Fact]
    public void Transfer_ToANodeWithoutAReplica_RefusedByName()
    {
        ShardCluster cluster = Make(3, replicas: 1);
        string? obstacle = null;

        cluster.Order(Ring, (core, moment, outputs) => obstacle = core.Transfer("node-9", moment, outputs));
        cluster.Run(1);

        Assert.Contains("'node-9'", obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void HandOverAsked_NodeLeads_OthersLeadBeforeItIsDone()
    {
        ShardCluster cluster = Make(3, replicas: 3, partitions: 5);
        GroupId[] all = [.. Enumerable.Range(0, 6).Select(number => new GroupId(number))];
        int stopping = cluster.LeaderOf(Ring);
        bool isDone = false;

        cluster.Post(stopping, new HandOverAsked(() => isDone = true));
        // Less than the election timeout of ten ticks: nobody had to find out by silence.
        for (int tick = 0; tick < 5 && !isDone; tick++)
        {
            cluster.Run(1);
        }

        Assert.True(isDone, "the hand-over is not done");
        Assert.All(all, group => Assert.False(cluster.Find(stopping, group)!.IsLeader));
        cluster.Run(2);
        Assert.All(all, group => Assert.True(cluster.FindLeader(group) >= 0, $"group {group.Value} has no leader"));

        cluster.Crash(stopping);
        Add(cluster);
    }

    [Fact]
    public void HandOverAsked_NobodyToHandOverTo_DoneAtOnce()
    {
        ShardCluster cluster = Make(1, replicas: 1);
        bool isDone = false;

        cluster.Post(0, new HandOverAsked(() => isDone = true));
        cluster.Run(1);

        Assert.True(isDone);
    }

    [Fact]
    public void Want_OneToThreeToFiveToThreeToOne_EachTimeServedByTheNewMembersAlone()
    {
        ShardCluster cluster = Make(5, replicas: 1);
        int first = cluster.LeaderOf(Ring);
        int[] order = [first, .. Enumerable.Range(0, 5).Except([first])];
        Add(cluster);
        uint configuration = 1;

        foreach (int[] wanted in new int[][] { [.. order.Take(3)], order, [.. order.Skip(2)], [order[4]] })
        {
            Change(cluster, wanted);

            Assert.Equal(++configuration, cluster.Find(cluster.LeaderOf(Ring), Ring)!.Members.Configuration.Value);
            Add(cluster);
            Assert.Contains(cluster.LeaderOf(Ring), wanted);
            foreach (int node in Enumerable.Range(0, 5))
            {
                Assert.Equal(wanted.Contains(node), cluster.Find(node, Ring)?.Members.Role == ReplicaRole.Voter);
            }
        }

        // All who left are gone: the last member needs none of them.
        Array.ForEach(order[..4], cluster.Crash);
        Add(cluster);
    }

    [Fact]
    public void Want_AllOthers_NoneOfTheOldIsNeeded()
    {
        ShardCluster cluster = Make(5, replicas: 3);
        int[] old = [.. Enumerable.Range(0, 5).Where(node => cluster.Find(node, Ring) is not null)];
        Assert.Equal(3, old.Length);
        Add(cluster);

        int[] next = [.. Enumerable.Range(0, 5).Except(old), old[0]];
        Change(cluster, next);
        Add(cluster);

        cluster.Crash(old[1]);
        cluster.Crash(old[2]);
        Add(cluster);
    }

    [Fact]
    public void Want_MemberRestartsAfterTheChange_VotesByWhatItsLogSays()
    {
        ShardCluster cluster = Make(3, replicas: 1);
        Change(cluster, [0, 1, 2]);
        Add(cluster);

        for (int node = 0; node < 3; node++)
        {
            cluster.Crash(node);
        }

        for (int node = 0; node < 3; node++)
        {
            cluster.Start(node);
        }

        Add(cluster);
        Assert.All([0, 1, 2], node => Assert.Equal(ReplicaRole.Voter, cluster.Find(node, Ring)!.Members.Role));
    }

    [Fact]
    public void Start_WipedNode_AdmittedUnderANewIdToAllItsGroupsAndVotes()
    {
        ShardCluster cluster = Make(3, replicas: 3);
        Add(cluster);
        cluster.Crash(2);
        cluster.Wipe(2, incarnation: 99);
        Add(cluster);

        cluster.Start(2);
        Assert.Null(cluster.Find(2, GroupId.Directory));
        cluster.RunUntil(() => IsVoter(cluster, 2, GroupId.Directory) && IsVoter(cluster, 2, Ring), "the admission to both groups");

        foreach (GroupId group in new[] { GroupId.Directory, Ring })
        {
            Member here = cluster.Find(2, group)!.Members.Here;
            Assert.Equal(99UL, here.Incarnation);
            Assert.True(here.Id.Value > 3, $"replica {here.Id}");
            Assert.DoesNotContain(new ReplicaId(3), cluster.Find(cluster.LeaderOf(group), group)!.Members.Current.Select(member => member.Id));
        }

        cluster.Crash(1);
        Add(cluster);
        cluster.CreateRing("another", 1);
    }

    [Fact]
    public void Start_WipedNodeRestarts_ItsLogSaysWhatItIs()
    {
        ShardCluster cluster = Make(3, replicas: 3);
        cluster.Crash(2);
        cluster.Wipe(2, incarnation: 99);
        cluster.Start(2);
        cluster.RunUntil(() => IsVoter(cluster, 2, GroupId.Directory) && IsVoter(cluster, 2, Ring), "the admission to both groups");
        ReplicaId admitted = cluster.Find(2, Ring)!.Members.Here.Id;

        cluster.Crash(2);
        cluster.Crash(1);
        cluster.Start(2);

        Add(cluster);
        Assert.Equal(admitted, cluster.Find(2, Ring)!.Members.Here.Id);
    }

    /// <summary>Before anybody admits it, a node that lost its directory is worth nothing: with it alone, no quorum may come about.</summary>
    [Fact]
    public void Start_MajorityWiped_NobodyLeadsOrAnswers()
    {
        ShardCluster cluster = Make(3, replicas: 3);
        Add(cluster);
        foreach (int node in new[] { 0, 1, 2 })
        {
            cluster.Crash(node);
        }

        cluster.Wipe(1, incarnation: 98);
        cluster.Wipe(2, incarnation: 99);
        foreach (int node in new[] { 0, 1, 2 })
        {
            cluster.Start(node);
        }

        cluster.Run(10 * ShardCluster.TicksPerSecond);

        Assert.Equal(-1, cluster.FindLeader(GroupId.Directory));
        Assert.Equal(-1, cluster.FindLeader(Ring));
        Assert.Equal(CallStatus.NoQuorum, cluster.CallAt(0, Calls.Query(Ledger.Read)).Status);
    }

    /// <summary>The lost directory turns up again, after its place was given to its successor: its votes would be those of two at once.</summary>
    [Fact]
    public void Start_OldIncarnationAfterItsSuccessorWasAdmitted_NeverVotes()
    {
        ShardCluster cluster = Make(3, replicas: 3);
        Add(cluster);
        cluster.Crash(2);
        NodeDisk lost = cluster.Wipe(2, incarnation: 99);
        cluster.Start(2);
        cluster.RunUntil(() => IsVoter(cluster, 2, GroupId.Directory) && IsVoter(cluster, 2, Ring), "the admission to both groups");
        Array.ForEach([0, 1, 2], cluster.Crash);

        cluster.Put(2, lost);
        cluster.Start(0);
        cluster.Start(2);
        cluster.Run(10 * ShardCluster.TicksPerSecond);

        Assert.Equal(-1, cluster.FindLeader(GroupId.Directory));
        Assert.Equal(-1, cluster.FindLeader(Ring));
        Assert.False(IsVoter(cluster, 2, Ring), "the old incarnation believes that it votes");
    }

    private ShardCluster Make(int nodes, int replicas, int partitions = 1)
    {
        var cluster = new ShardCluster(nodes);
        cluster.CreateRing("r", partitions, replicas);
        return cluster;
    }

    private static bool IsVoter(ShardCluster cluster, int node, GroupId group) => cluster.Find(node, group)?.Members.Role == ReplicaRole.Voter;

    /// <summary>Has the ring's group run on these nodes, the first of them preferred as leader, and waits until all of them know.</summary>
    private static void Change(ShardCluster cluster, int[] nodes)
    {
        ImmutableArray<MemberPlace> wanted = [.. nodes.Select(node => new MemberPlace(cluster.Nodes[node], (ulong)node + 1))];
        cluster.Order(Ring, (core, _, _) => core.Members.Keeper.Want(wanted));
        cluster.RunUntil(
            () => Enumerable.Range(0, cluster.Nodes.Count).All(node => nodes.Contains(node) == IsVoter(cluster, node, Ring)) && cluster.FindLeader(Ring) >= 0,
            $"a group of {string.Join(", ", nodes)}");
    }

    /// <summary>One more, at the leader; its answer tells that nothing was lost. Sent again as a client does, because who leads may change.</summary>
    private void Add(ShardCluster cluster)
    {
        _sum++;
        Call command = _caller.Command(Ledger.Add, 1);
        CallResult result = cluster.CallAt(cluster.LeaderOf(Ring), command);
        for (int attempt = 0; attempt < 20 && result.Status is CallStatus.LeadershipLost or CallStatus.NotLeader or CallStatus.NoQuorum; attempt++)
        {
            cluster.Run(ShardCluster.TicksPerSecond / 4);
            result = cluster.CallAt(cluster.LeaderOf(Ring), command);
        }

        Assert.Equal((CallStatus.Done, _sum), (result.Status, Calls.Value(result)));
    }
}
