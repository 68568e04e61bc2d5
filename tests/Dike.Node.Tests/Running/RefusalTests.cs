using Dike.Node.Identity;

namespace Dike.Node.Tests.Running;

/// <summary>Starts that are refused: one clear error each, and nothing changed.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task StartAsync_PortInUse_NamesThePortAndTouchesNoDirectory()
    {
        using DikeListener taken = DikeListener.Bind("127.0.0.1:0");
        using var directory = new TemporaryDirectory();
        string data = Path.Combine(directory.Path, "data");
        DikeNodeOptions options = Options(data);
        options.Node.Listen = taken.Address;

        var error = await Assert.ThrowsAsync<DikeConfigurationException>(() => DikeNode.StartAsync(options));

        Assert.Contains(taken.Address, error.Message, StringComparison.Ordinal);
        Assert.False(System.IO.Directory.Exists(data));
    }

    [Fact]
    public async Task StartAsync_DirectoryBelowAFile_NamesThePathAndFreesThePort()
    {
        using var directory = new TemporaryDirectory();
        string file = Path.Combine(directory.Path, "file");
        await File.WriteAllTextAsync(file, "not a directory");
        DikeNodeOptions options = Options(Path.Combine(file, "data"));
        using (DikeListener free = DikeListener.Bind("127.0.0.1:0"))
        {
            options.Node.Listen = free.Address;
        }

        var error = await Assert.ThrowsAsync<DikeStorageException>(() => DikeNode.StartAsync(options));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        DikeListener.Bind(options.Node.Listen).Dispose();
    }

    [Fact]
    public async Task StartAsync_DirectoryOfAnotherNode_NamesBoth()
    {
        using var directory = new TemporaryDirectory();
        await RunOnceAsync(Options(directory.Path));
        DikeNodeOptions options = Options(directory.Path);
        options.Node.Name = "second";

        var error = await Assert.ThrowsAsync<DikeStorageException>(() => DikeNode.StartAsync(options));

        Assert.Contains("'first'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'second'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_DirectoryOfAnotherCluster_NamesBoth()
    {
        using var directory = new TemporaryDirectory();
        await RunOnceAsync(Options(directory.Path));
        DikeNodeOptions options = Options(directory.Path);
        options.Cluster.Name = "other";

        var error = await Assert.ThrowsAsync<DikeStorageException>(() => DikeNode.StartAsync(options));

        Assert.Contains("'dike'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'other'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_OtherNumberOfSeedsThanMembers_NamesBoth()
    {
        using var directory = new TemporaryDirectory();
        await RunOnceAsync(Options(directory.Path));
        DikeNodeOptions options = Options(directory.Path);
        options.Cluster.Seeds.Add("127.0.0.1:1");
        options.Cluster.Seeds.Add("127.0.0.1:2");
        options.Cluster.Seeds.Add("127.0.0.1:3");

        var error = await Assert.ThrowsAsync<DikeConfigurationException>(() => DikeNode.StartAsync(options));

        Assert.Contains("1 nodes", error.Message, StringComparison.Ordinal);
        Assert.Contains("lists 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_DirectoryInUse_Refused()
    {
        using var directory = new TemporaryDirectory();
        await using DikeNode running = await DikeNode.StartAsync(Options(directory.Path));

        var error = await Assert.ThrowsAsync<DikeStorageException>(() => DikeNode.StartAsync(Options(directory.Path)));

        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_IdentityOfAnotherFormat_Refused()
    {
        using var directory = new TemporaryDirectory();
        using (Dike.Storage.DataDirectory open = Dike.Storage.DataDirectory.Open(directory.Path))
        {
            open.WriteDocument(NodeFiles.IdentityDocument, [9, 0, 0, 0, 0]);
        }

        var error = await Assert.ThrowsAsync<DikeStorageException>(() => DikeNode.StartAsync(Options(directory.Path)));

        Assert.Contains("format 9", error.Message, StringComparison.Ordinal);
        Assert.Contains("format 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_IdentityWasDeletedFromAMember_Refused()
    {
        using var directory = new TemporaryDirectory();
        await RunOnceAsync(Options(directory.Path));
        File.Delete(Path.Combine(directory.Path, NodeFiles.IdentityDocument + ".dike"));

        var error = await Assert.ThrowsAsync<DikeStorageException>(() => DikeNode.StartAsync(Options(directory.Path)));

        Assert.Contains("no identity", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_EachStart_CountsABoot()
    {
        using var directory = new TemporaryDirectory();
        await RunOnceAsync(Options(directory.Path));
        await RunOnceAsync(Options(directory.Path));

        using NodeFiles files = NodeFiles.Open(Options(directory.Path));

        Assert.Equal(3UL, files.Identity.Boot);
    }

    private static async Task RunOnceAsync(DikeNodeOptions options)
    {
        await using DikeNode node = await DikeNode.StartAsync(options);
    }

    private static DikeNodeOptions Options(string directory) => new() { Node = { Name = "first", Listen = "127.0.0.1:0", DataDirectory = directory } };
}
