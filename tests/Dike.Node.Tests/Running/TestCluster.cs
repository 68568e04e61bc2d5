using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Tests.Running;

/// <summary>
/// Nodes in one process on free loopback ports, each with a journal of its own in a temporary directory. Nodes are stopped and started by index;
/// a node that comes back takes the same address and directory. Everything that waits has a bound.
/// </summary>
internal sealed class TestCluster : IAsyncDisposable
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly string _root = System.IO.Directory.CreateTempSubdirectory("dike-node-").FullName;
    private readonly DikeListener?[] _listeners;
    private readonly Action<int, DikeNodeOptions> _configure;

    private TestCluster(int count, Action<int, DikeNodeOptions>? configure)
    {
        _listeners = [.. Enumerable.Range(0, count).Select(_ => DikeListener.Bind("127.0.0.1:0"))];
        Addresses = [.. _listeners.Select(listener => listener!.Address)];
        Nodes = new DikeNode?[count];
        Logs = [.. Enumerable.Range(0, count).Select(_ => new RecordingLoggers())];
        _configure = configure ?? ((_, _) => { });
    }

    public string[] Addresses { get; }

    public DikeNode?[] Nodes { get; }

    public RecordingLoggers[] Logs { get; }

    /// <summary>A client of a running node.</summary>
    public IDikeClient Client => Nodes.First(node => node is not null)!.Client;

    public static TestCluster Make(int count, Action<int, DikeNodeOptions>? configure = null) => new(count, configure);

    /// <summary>A founded cluster with all nodes running.</summary>
    public static async Task<TestCluster> StartAsync(int count, Action<int, DikeNodeOptions>? configure = null)
    {
        var cluster = new TestCluster(count, configure);
        bool isStarted = false;
        try
        {
            await cluster.StartAllAsync();
            isStarted = true;
            return cluster;
        }
        finally
        {
            if (!isStarted)
            {
                await cluster.DisposeAsync();
            }
        }
    }

    public string DirectoryOf(int index) => Path.Combine(_root, NameOf(index));

    public static string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"node-{index}");

    public DikeNodeOptions OptionsOf(int index)
    {
        var options = new DikeNodeOptions
        {
            Node = { Name = NameOf(index), Listen = Addresses[index], DataDirectory = DirectoryOf(index) },
            LoggerFactory = Logs[index],
        };
        foreach (string address in Addresses)
        {
            options.Cluster.Seeds.Add(address);
        }

        options.StateMachines.Add<Tally>();
        _configure(index, options);
        return options;
    }

    public async Task<DikeNode> StartNodeAsync(int index)
    {
        DikeNodeOptions options = OptionsOf(index);
        options.Node.Listener = Interlocked.Exchange(ref _listeners[index], null);
        DikeNode node = await DikeNode.StartAsync(options);
        Nodes[index] = node;
        return node;
    }

    /// <summary>Starts all nodes that do not run, and waits until they are ready.</summary>
    public async Task StartAllAsync()
    {
        for (int index = 0; index < Nodes.Length; index++)
        {
            if (Nodes[index] is null)
            {
                await StartNodeAsync(index);
            }
        }

        await ReadyAsync();
    }

    public async Task ReadyAsync()
    {
        foreach (DikeNode? node in Nodes)
        {
            if (node is not null)
            {
                await node.Ready.WaitAsync(Bound);
            }
        }
    }

    /// <summary>Stops a node as a crash would.</summary>
    public async Task AbortNodeAsync(int index)
    {
        DikeNode node = Nodes[index]!;
        Nodes[index] = null;
        await node.AbortAsync().WaitAsync(Bound);
    }

    /// <summary>The index of the node that leads a partition.</summary>
    public async Task<int> LeaderOfAsync(string ring, int partition)
    {
        RoutingTable table = await Eventually.GetAsync(
            () => Client.Admin.GetRoutingTableAsync(),
            routes => routes.Rings.FirstOrDefault(candidate => candidate.Name == ring)?.Partitions[partition].Leader is not null,
            $"a leader of {ring}/{partition}");
        string leader = table.Rings.First(candidate => candidate.Name == ring).Partitions[partition].Leader!;
        return Array.FindIndex([.. Enumerable.Range(0, Nodes.Length)], index => NameOf(index) == leader);
    }

    public async ValueTask DisposeAsync()
    {
        WriteLogs();
        foreach (DikeNode? node in Nodes)
        {
            if (node is not null)
            {
                await node.DisposeAsync().AsTask().WaitAsync(Bound);
            }
        }

        foreach (DikeListener? listener in _listeners)
        {
            listener?.Dispose();
        }

        System.IO.Directory.Delete(_root, recursive: true);
    }

    // The runner shows a test's output only if it failed: what the nodes said is then the first thing to read.
    private void WriteLogs()
    {
        foreach (LogLine line in Logs.SelectMany(log => log.Lines).Where(line => line.Level >= LogLevel.Information))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{line.Level} {line.EventId} {line.Text} {line.Exception}");
        }
    }
}
