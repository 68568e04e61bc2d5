using System.Collections.Immutable;
using System.Globalization;
using Dike;
using Dike.Node;
using Microsoft.Extensions.Logging;

namespace ArithmeticSample;

/// <summary>
/// All nodes of a cluster in this process. Each has its own listener on a free loopback port and its own data directory, and nodes and client talk through the
/// listeners alone: what works here works between machines.
/// </summary>
internal sealed class ClusterHost : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    // Twice the default: five nodes share this process, and a busy machine is no reason to call a quorum missing.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private readonly ImmutableArray<Member> _members;
    private readonly ILoggerFactory _loggerFactory;

    private ClusterHost(ImmutableArray<Member> members, ILoggerFactory loggerFactory)
    {
        _members = members;
        _loggerFactory = loggerFactory;
    }

    /// <summary>A client of the cluster that belongs to a node that runs.</summary>
    /// <exception cref="InvalidOperationException">No node runs.</exception>
    public IDikeClient Client => _members.Select(member => member.Node).FirstOrDefault(node => node is not null)?.Client
        ?? throw new InvalidOperationException("No node runs.");

    /// <summary>The names of all nodes, running or not.</summary>
    public IEnumerable<string> Nodes => _members.Select(member => member.Name);

    /// <summary>Starts <paramref name="nodes"/> nodes with data below <paramref name="directory"/> and waits until they are a cluster.</summary>
    /// <exception cref="DikeException">A node refused its options or its data.</exception>
    /// <exception cref="RunRefusedException">The nodes did not become a cluster in time.</exception>
    public static async Task<ClusterHost> StartAsync(int nodes, string directory, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        // All ports are taken before the first node starts: every node is told the addresses of all.
        DikeListener[] listeners = [.. Enumerable.Range(0, nodes).Select(_ => DikeListener.Bind("127.0.0.1:0"))];
        ImmutableArray<Member> members =
        [
            .. listeners.Select((listener, index) => new Member(NameOf(index), listener.Address, Path.Combine(directory, NameOf(index)))),
        ];
        var host = new ClusterHost(members, loggerFactory);
        try
        {
            for (int index = 0; index < nodes; index++)
            {
                await host.StartMemberAsync(members[index], listeners[index], cancellationToken);
            }

            await WaitUntilReadyAsync(members, cancellationToken);
            return host;
        }
        catch
        {
            // A start that fails half-way leaves nothing behind: neither nodes nor ports.
            await host.DisposeAsync();
            Array.ForEach(listeners, listener => listener.Dispose());
            throw;
        }
    }

    /// <summary>Stops a node as a crash would: its sockets are cut and what its process knew is dropped, without a flush or a hand-over.</summary>
    /// <param name="name">The node's name.</param>
    public async Task AbortAsync(string name)
    {
        Member member = Find(name);
        DikeNode node = member.Node ?? throw new InvalidOperationException($"{name} does not run.");
        member.Node = null;
        await node.AbortAsync();
    }

    /// <summary>Starts a stopped node again, on its old port and with what its data directory holds.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public async Task RestartAsync(string name, CancellationToken cancellationToken)
    {
        Member member = Find(name);
        await StartMemberAsync(member, DikeListener.Bind(member.Address), cancellationToken);
        await WaitUntilReadyAsync([member], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Member member in _members)
        {
            if (member.Node is { } node)
            {
                member.Node = null;
                await node.DisposeAsync();
            }
        }
    }

    private async Task StartMemberAsync(Member member, DikeListener listener, CancellationToken cancellationToken)
    {
        var options = new DikeNodeOptions
        {
            Node = new NodeOptions { Name = member.Name, Listener = listener, DataDirectory = member.Directory },
            Cluster = new ClusterOptions { Name = "arithmetic" },
            Client = new NodeClientOptions { Timeout = CallTimeout },
            LoggerFactory = _loggerFactory,
        };
        foreach (Member other in _members)
        {
            options.Cluster.Seeds.Add(other.Address);
        }

        options.StateMachines.Add<Arithmetic>();
        member.Node = await DikeNode.StartAsync(options, cancellationToken);
    }

    private static async Task WaitUntilReadyAsync(ImmutableArray<Member> members, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(members.Select(member => member.Node!.Ready)).WaitAsync(StartTimeout, cancellationToken);
        }
        catch (TimeoutException timeout)
        {
            IEnumerable<string> waiting = members.Where(member => !member.Node!.Ready.IsCompleted).Select(member => $"{member.Name} at {member.Address}");
            throw new RunRefusedException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The nodes did not become a cluster within {StartTimeout.TotalSeconds} s; still waiting: {string.Join(", ", waiting)}."),
                timeout);
        }
    }

    private static string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"node-{index + 1}");

    private Member Find(string name) => _members.Single(member => member.Name == name);

    private sealed class Member(string name, string address, string directory)
    {
        public string Name { get; } = name;

        public string Address { get; } = address;

        public string Directory { get; } = directory;

        /// <summary>The running node, or null.</summary>
        public DikeNode? Node { get; set; }
    }
}
