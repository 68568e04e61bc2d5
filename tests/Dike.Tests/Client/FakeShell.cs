using Dike.Client;
using Dike.Wire;

namespace Dike.Tests.Client;

/// <summary>
/// A shell under virtual time: keeps what the core wants done, and lets the test play the nodes. Node "a" lives at "a:1" and so on.
/// </summary>
internal sealed class FakeShell : IClientShell
{
    public static readonly Guid Cluster = new("aaaaaaaa-0000-0000-0000-000000000001");
    public const long NodeTicks = 638_000_000_000_000_000;

    private readonly Dictionary<long, string> _addresses = [];
    private ulong _random;
    private long _lastCall;

    public FakeShell(params string[] endpoints)
        : this(4096, endpoints)
    {
    }

    public FakeShell(int maxInFlight, params string[] endpoints)
    {
        Settings = new ClientSettings([.. endpoints.Select(node => node + ":1")], TimeSpan.FromSeconds(5), maxInFlight, 1 << 20, "") { ClusterId = () => Known };
        Core = new ClientCore(Settings, this, () => ++_random);
    }

    public ClientSettings Settings { get; }

    /// <summary>The cluster the client knows from elsewhere, as a node's own client does.</summary>
    public Guid Known { get; set; }

    public ClientCore Core { get; }

    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Frames sent and not yet taken by the test, with the address.</summary>
    public List<(string Address, Frame Frame)> Sent { get; } = [];

    public List<string> Connects { get; } = [];

    public List<string> Cuts { get; } = [];

    public Dictionary<long, (Frame? Reply, Exception? Error)> Ended { get; } = [];

    /// <summary>Addresses whose links take nothing.</summary>
    public HashSet<string> Full { get; } = [];

    /// <summary>Addresses where nobody listens.</summary>
    public HashSet<string> Dead { get; } = [];

    public static RoutingTable Table(string? leader = "a", long version = 1, params string[] members) => new(
        version,
        [.. members.Select(member => new NodeRoute(member, member + ":1"))],
        [new RingRoute("Counter", "Counter", [new PartitionRoute(7, [.. members], leader)])]);

    public void Connect(long linkId, string address)
    {
        _addresses[linkId] = address;
        Connects.Add(address);
    }

    public bool Send(long linkId, Frame frame)
    {
        string address = _addresses[linkId];
        if (Full.Contains(address))
        {
            return false;
        }

        // Whatever is sent must be legal on the wire.
        Assert.Null(frame.Invalid());
        Sent.Add((address, frame));
        return true;
    }

    public void Disconnect(long linkId, string address, string reason)
    {
        _addresses.Remove(linkId);
        Cuts.Add($"{address}: {reason}");
    }

    public void Complete(long callId, Frame? reply, Exception? error) => Ended.Add(callId, (reply, error));

    /// <summary>Begins a call and returns its id.</summary>
    public long Begin(CallRequest? request = null)
    {
        Core.Begin(++_lastCall, request ?? Command(), Now);
        return _lastCall;
    }

    public static KeyedRequest Command(CommandId? userId = null, double seconds = 5, int bytes = 1) => new(
        "Counter", "Counter", CounterContract.Add, Consistency.Linearizable, "somekey", new byte[bytes], userId)
    {
        Timeout = TimeSpan.FromSeconds(seconds),
    };

    public static KeyedRequest Query(Consistency consistency = Consistency.Linearizable) => new(
        "Counter", "Counter", CounterContract.Read, consistency, "somekey", default, null)
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>Brings links up: answers every connection attempt and greeting, and every request for routes with <paramref name="table"/>.</summary>
    public void Settle(RoutingTable table)
    {
        for (int at = 0; at < Connects.Count; at++)
        {
            string address = Connects[at];
            long linkId = LinkOf(address);
            if (Dead.Contains(address))
            {
                _addresses.Remove(linkId);
                Core.OnDown(linkId, "connection refused", Now);
                continue;
            }

            Core.OnConnected(linkId, Now);
            Assert.IsType<Hello>(Take(address));
            Core.OnFrame(linkId, WelcomeOf(address), Now);
        }

        Connects.Clear();
        for (int at = Sent.FindIndex(sent => sent.Frame is GetRoutes); at >= 0; at = Sent.FindIndex(sent => sent.Frame is GetRoutes))
        {
            (string address, Frame frame) = Sent[at];
            Sent.RemoveAt(at);
            Core.OnFrame(LinkOf(address), new Routes(((GetRoutes)frame).Correlation, table), Now);
        }
    }

    public static Welcome WelcomeOf(string address, Guid? cluster = null) => new(cluster ?? Cluster, address.Split(':')[0], 1, 1, NodeTicks, 1 << 20);

    public long LinkOf(string address) => _addresses.Where(link => link.Value == address).Max(link => link.Key);

    /// <summary>Takes the only frame sent to an address.</summary>
    public Frame Take(string address)
    {
        (string Address, Frame Frame) sent = Assert.Single(Sent, sent => sent.Address == address);
        Sent.Remove(sent);
        return sent.Frame;
    }

    /// <summary>Takes the only call that is on its way, which must be at that node.</summary>
    public Call TakeCall(string node)
    {
        (string Address, Frame Frame) sent = Assert.Single(Sent, sent => sent.Frame is Call);
        Assert.Equal(node + ":1", sent.Address);
        Sent.Remove(sent);
        return (Call)sent.Frame;
    }

    public void Answer(string node, Call call, CallStatus status, string message = "", string code = "", Outcome outcome = Outcome.NotApplied) =>
        Core.OnFrame(LinkOf(node + ":1"), new CallResult(call.Correlation, status, outcome, 1, code, message, default), Now);

    public void Down(string node)
    {
        long linkId = LinkOf(node + ":1");
        _addresses.Remove(linkId);
        Core.OnDown(linkId, "reset by the other end", Now);
    }

    /// <summary>Lets time pass, ticking whenever the core asks for it; bounded, so that an alarm that never moves on fails the test.</summary>
    public void Advance(TimeSpan by, RoutingTable? table = null)
    {
        TimeSpan end = Now + by;
        for (int ticks = 0; Core.Due <= end; ticks++)
        {
            Assert.True(ticks < 10_000, "the core asks to be woken again and again");
            Now = Core.Due > Now ? Core.Due : Now;
            Core.Tick(Now);
            if (table is not null)
            {
                Settle(table);
            }
        }

        Now = end;
    }

    public TException Error<TException>(long callId)
        where TException : Exception => Assert.IsType<TException>(Ended[callId].Error);
}
