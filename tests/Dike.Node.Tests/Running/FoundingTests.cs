using System.Globalization;
using Dike.Node.Identity;
using Dike.Node.Runtime;
using Dike.Storage;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Tests.Running;

/// <summary>Founding on real sockets and directories: in every order, with crashes between the steps, and what is refused.</summary>
public sealed class FoundingTests
{
    public static TheoryData<int, int, int> Orders => new()
    {
        { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task StartAsync_OneAfterTheOtherInAnyOrder_OneCluster(int first, int second, int third)
    {
        await using TestCluster cluster = TestCluster.Make(3);
        await cluster.StartNodeAsync(first);
        await cluster.StartNodeAsync(second);
        Assert.False(cluster.Nodes[first]!.Ready.IsCompleted);

        await cluster.StartNodeAsync(third);
        await cluster.ReadyAsync();

        await StopAllAsync(cluster);
        Assert.Single(Enumerable.Range(0, 3).Select(index => MembershipOf(cluster, index)!.ClusterId).Distinct());
    }

    [Fact]
    public async Task StartAsync_FounderCrashedAfterWritingTheMembership_TheOthersAdoptIt()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await StopAllAsync(cluster);
        Guid founded = MembershipOf(cluster, 0)!.ClusterId;
        // The state after a crash of the founder right after its own write: nobody else has adopted the membership.
        for (int index = 1; index < 3; index++)
        {
            Forget(cluster, index);
        }

        await cluster.StartAllAsync();

        await StopAllAsync(cluster);
        Assert.All(Enumerable.Range(0, 3), index => Assert.Equal(founded, MembershipOf(cluster, index)!.ClusterId));
    }

    [Fact]
    public async Task StartAsync_OneNodeCrashedBeforeAdopting_AdoptsFromAnyOther()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await StopAllAsync(cluster);
        Guid founded = MembershipOf(cluster, 1)!.ClusterId;
        Forget(cluster, 2);

        // Without the founder: any member can tell.
        await cluster.StartNodeAsync(1);
        await cluster.StartNodeAsync(2);
        await cluster.ReadyAsync();

        await StopAllAsync(cluster);
        Assert.Equal(founded, MembershipOf(cluster, 2)!.ClusterId);
    }

    [Fact]
    public async Task StartAsync_CrashBeforeAnybodyWrote_FoundsAnew()
    {
        await using TestCluster cluster = TestCluster.Make(3);
        await cluster.StartNodeAsync(0);
        await cluster.StartNodeAsync(1);
        await cluster.AbortNodeAsync(0);

        await cluster.StartAllAsync();

        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 3);
    }

    [Fact]
    public async Task StartAsync_WipedNode_ComesBackAsANewIncarnationAndVotesOnceAdmitted()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 3);
        await cluster.Client.Tally("k").AddAsync(4);
        await cluster.AbortNodeAsync(2);
        System.IO.Directory.Delete(cluster.DirectoryOf(2), recursive: true);

        DikeNode wiped = await cluster.StartNodeAsync(2);

        await wiped.Ready.WaitAsync(TestCluster.Bound);
        cluster.Logs[2].Single(2204);
        await Eventually.TrueAsync(() => Admissions(cluster.Logs[2]).Contains(0) && Admissions(cluster.Logs[2]).Contains(1), "the admission to the directory and to the ring");
        // Without the wiped node's vote there is no quorum any more.
        await cluster.AbortNodeAsync(1);
        Assert.Equal(5, await cluster.Client.Tally("k", Patient).AddAsync(1));
        Assert.Equal(5, await wiped.Client.Tally("k", Patient).ReadAsync());
    }

    [Fact]
    public async Task StartAsync_LostDirectoryTurnsUpAgain_SupersededForGood()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 3);
        await cluster.AbortNodeAsync(2);
        using var lost = new TemporaryDirectory();
        Copy(cluster.DirectoryOf(2), lost.Path);
        System.IO.Directory.Delete(cluster.DirectoryOf(2), recursive: true);
        await cluster.StartNodeAsync(2);
        await Eventually.TrueAsync(() => Admissions(cluster.Logs[2]).Contains(1), "the admission of the new incarnation");
        await cluster.AbortNodeAsync(2);

        System.IO.Directory.Delete(cluster.DirectoryOf(2), recursive: true);
        Copy(lost.Path, cluster.DirectoryOf(2));
        await cluster.StartNodeAsync(2);

        await Eventually.TrueAsync(
            () => cluster.Logs[2].Lines.Any(line => line.EventId == 2304 && line.Text.Contains("superseded", StringComparison.Ordinal)),
            "the refusal of the superseded incarnation");
        Assert.Equal(1, await cluster.Client.Tally("k", Patient).AddAsync(1));
    }

    [Fact]
    public async Task StartAsync_MajorityWiped_NothingIsAnsweredFromEmptyVoters()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3, (_, options) => options.Client.Timeout = TimeSpan.FromSeconds(2));
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 3);
        await cluster.Client.Tally("k").AddAsync(4);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(cluster.AbortNodeAsync));
        System.IO.Directory.Delete(cluster.DirectoryOf(1), recursive: true);
        System.IO.Directory.Delete(cluster.DirectoryOf(2), recursive: true);

        await cluster.StartNodeAsync(0);
        DikeNode[] wiped = [await cluster.StartNodeAsync(1), await cluster.StartNodeAsync(2)];

        foreach (DikeNode node in wiped)
        {
            await node.Ready.WaitAsync(TestCluster.Bound);
            await Assert.ThrowsAnyAsync<DikeException>(() => node.Client.Tally("k").ReadAsync());
        }

        await Assert.ThrowsAnyAsync<DikeException>(() => cluster.Nodes[0]!.Client.Tally("k").ReadAsync());
        Assert.All([1, 2], index => Assert.Empty(Admissions(cluster.Logs[index])));
    }

    [Fact]
    public async Task StartAsync_FounderWipedWhileTheOthersRecover_FoundsNothingAndTheOthersGoOn()
    {
        await using TestCluster cluster = await RestartWipedAsync(0);

        Assert.Equal(5, await cluster.Nodes[1]!.Client.Tally("k", Patient).AddAsync(1));
        Assert.Equal(6, await cluster.Nodes[0]!.Client.Tally("k", Patient).AddAsync(1));
    }

    [Fact]
    public async Task StartAsync_MajorityWithTheFounderWipedWhileTheLastRecovers_NothingIsAnsweredFromEmptyVoters()
    {
        await using TestCluster cluster = await RestartWipedAsync(0, 1);

        foreach (DikeNode? node in cluster.Nodes)
        {
            await Assert.ThrowsAnyAsync<DikeException>(() => node!.Client.Tally("k", new DikeCallOptions { Timeout = TimeSpan.FromSeconds(1) }).ReadAsync());
        }

        Assert.All([0, 1], index => Assert.Empty(Admissions(cluster.Logs[index])));
    }

    [Fact]
    public async Task StartAsync_DirectoryOfAnotherClusterUnderAKnownName_NobodyFollowsIt()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 3);
        await cluster.Client.Tally("k").AddAsync(4);
        await StopAllAsync(cluster);
        await using TestCluster other = await TestCluster.StartAsync(3);
        await StopAllAsync(other);
        System.IO.Directory.Delete(cluster.DirectoryOf(2), recursive: true);
        Copy(other.DirectoryOf(2), cluster.DirectoryOf(2));

        // The stranger is the first to answer at one of the seeds.
        DikeNode stranger = await cluster.StartNodeAsync(2);
        await cluster.StartAllAsync();

        Assert.Equal(5, await cluster.Nodes[0]!.Client.Tally("k", Patient).AddAsync(1));
        Assert.Equal(6, await cluster.Nodes[1]!.Client.Tally("k", Patient).AddAsync(1));
        await Assert.ThrowsAnyAsync<DikeException>(() => stranger.Client.Tally("k", new DikeCallOptions { Timeout = TimeSpan.FromSeconds(1) }).ReadAsync());
        await Eventually.TrueAsync(
            () => cluster.Logs[0].Lines.Any(line => line is { EventId: 2302, Level: LogLevel.Error } && line.Text.Contains("belongs to cluster", StringComparison.Ordinal)),
            "the refusal of the stranger as an error");
    }

    [Fact]
    public async Task StartAsync_SeedOfAnotherCluster_RefusedNamingBoth()
    {
        await using TestCluster other = await TestCluster.StartAsync(1, (_, options) => options.Cluster.Name = "other");
        using var directory = new TemporaryDirectory();
        var options = new DikeNodeOptions { Node = { Name = "lost", Listen = "127.0.0.1:0", DataDirectory = directory.Path } };
        options.Cluster.Seeds.Add(other.Addresses[0]);
        await using DikeNode node = await DikeNode.StartAsync(options);

        var refused = await Assert.ThrowsAsync<DikeConfigurationException>(() => node.Ready.WaitAsync(TestCluster.Bound));

        Assert.Contains("'other'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'dike'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_OldCopyOfADataDirectory_RefusedByTheOthers()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 3);
        await cluster.AbortNodeAsync(2);
        using var copy = new TemporaryDirectory();
        Copy(cluster.DirectoryOf(2), copy.Path);
        for (int boot = 0; boot < 2; boot++)
        {
            await cluster.StartNodeAsync(2);
            int seen = boot + 2;
            await Eventually.TrueAsync(() => BootsSeen(cluster.Logs[0], cluster.Logs[1], seen), "the others to see the node again");
            await cluster.AbortNodeAsync(2);
        }

        System.IO.Directory.Delete(cluster.DirectoryOf(2), recursive: true);
        Copy(copy.Path, cluster.DirectoryOf(2));
        await cluster.StartNodeAsync(2);

        await Eventually.TrueAsync(
            () => cluster.Logs[0].Lines.Any(line => line.EventId is 2302 or 2304 && line.Text.Contains("old copy", StringComparison.Ordinal)),
            "the refusal of the old copy");
        // Each start counts: without the bar the third one would pass for new.
        for (int restart = 0; restart < 3; restart++)
        {
            int refusals = Refusals(cluster.Logs[2]);
            await cluster.AbortNodeAsync(2);
            await cluster.StartNodeAsync(2);
            await Eventually.TrueAsync(() => Refusals(cluster.Logs[2]) > refusals, "the refusal of the copy that was started again");
        }

        Assert.DoesNotContain(cluster.Logs[0].Lines.SkipWhile(line => !line.Text.Contains("old copy", StringComparison.Ordinal)), IsNode2Up);
    }

    private static DikeCallOptions Patient { get; } = new() { Timeout = TestCluster.Bound };

    private static bool BootsSeen(RecordingLoggers first, RecordingLoggers second, int times) =>
        new[] { first, second }.All(log => log.Lines.Count(IsNode2Up) >= times);

    // What the copy is told: its own line about each seed that refuses it.
    private static int Refusals(RecordingLoggers log) =>
        log.Lines.Count(line => line.EventId == 2304 && line.Text.Contains("barred for good", StringComparison.Ordinal));

    // The groups in which the node says of itself that it votes, having come back from nothing.
    private static int[] Admissions(RecordingLoggers log) =>
    [
        .. log.Lines.Where(line => line.EventId == 2404 && line.Text.Contains("Voter", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Text.Split("group ")[1].Split(' ')[0], CultureInfo.InvariantCulture)),
    ];

    private static bool IsNode2Up(LogLine line) => line.EventId == 2300 && line.Text.Contains("node-2 is up", StringComparison.Ordinal);

    /// <summary>
    /// A cluster whose k is 4, crashed; <paramref name="wiped"/> start with empty directories while the others, which have a membership, are held in the
    /// recovery of their journals; then those are let go. The wiped must belong to the same cluster, told so by members that take part in nothing yet.
    /// </summary>
    private static async Task<TestCluster> RestartWipedAsync(params int[] wiped)
    {
        using var recovery = new ManualResetEventSlim(initialState: true);
        TestCluster cluster = await TestCluster.StartAsync(3, (_, options) => options.OpenStore = (directory, identity, logger) =>
        {
            recovery.Wait(TestCluster.Bound, TestContext.Current.CancellationToken);
            return NodeStore.OpenJournal(directory, identity, logger);
        });
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 3);
        await cluster.Client.Tally("k").AddAsync(4);
        await StopAllAsync(cluster);
        string founded = MembershipOf(cluster, 0)!.ToString();
        Array.ForEach(wiped, index => System.IO.Directory.Delete(cluster.DirectoryOf(index), recursive: true));

        recovery.Reset();
        Task[] recovering = [.. Enumerable.Range(0, 3).Except(wiped).Select(index => Task.Run(() => cluster.StartNodeAsync(index)))];
        try
        {
            await Task.WhenAll(wiped.Select(cluster.StartNodeAsync));
            foreach (int index in wiped)
            {
                await Eventually.TrueAsync(
                    () => cluster.Logs[index].Lines.Any(line => line.EventId == 2204 && line.Text.Contains(founded, StringComparison.Ordinal)),
                    "the old cluster on the wiped node");
            }
        }
        finally
        {
            recovery.Set();
            await Task.WhenAll(recovering).WaitAsync(TestCluster.Bound);
        }

        await cluster.ReadyAsync();
        return cluster;
    }

    private static async Task StopAllAsync(TestCluster cluster)
    {
        for (int index = 0; index < cluster.Nodes.Length; index++)
        {
            if (cluster.Nodes[index] is not null)
            {
                await cluster.AbortNodeAsync(index);
            }
        }
    }

    private static ClusterMembership? MembershipOf(TestCluster cluster, int index)
    {
        using NodeFiles files = NodeFiles.Open(cluster.OptionsOf(index));
        return files.Membership;
    }

    // Takes a node back to the moment before it adopted the membership: its identity is there, the membership and the journal are not.
    private static void Forget(TestCluster cluster, int index)
    {
        string directory = cluster.DirectoryOf(index);
        System.IO.Directory.Delete(Path.Combine(directory, "journal"), recursive: true);
        foreach (string document in System.IO.Directory.EnumerateFiles(directory, "*.dike"))
        {
            if (Path.GetFileNameWithoutExtension(document) != NodeFiles.IdentityDocument)
            {
                File.Delete(document);
            }
        }

        using DataDirectory open = DataDirectory.Open(directory);
        Assert.Null(open.ReadDocument(NodeFiles.MembershipDocument));
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in System.IO.Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
