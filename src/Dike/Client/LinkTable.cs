using Dike.Wire;

namespace Dike.Client;

/// <summary>
/// All links of the client: connects with growing pauses, greets, checks that every node is of one cluster, and notices silent nodes.
/// Knows nothing of calls except how many wait on a link. Owned by <see cref="ClientCore"/>.
/// </summary>
internal sealed class LinkTable(ClientSettings settings, IClientShell shell, Func<ulong> random)
{
    /// <summary>How long a node with unanswered calls may say nothing before it is asked for a sign of life, and then again before its link is cut.</summary>
    public static readonly TimeSpan SilenceBound = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan GreetingBound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, NodeLink> _byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<long, NodeLink> _byId = [];
    private long _lastId;
    private Guid _clusterId;
    private string _clusterWitness = "";

    /// <summary>The links that may take calls. In the order in which they were first tried.</summary>
    public IEnumerable<NodeLink> Ready => _byAddress.Values.Where(link => link.State == LinkState.Ready);

    public bool HasReady
    {
        get
        {
            foreach (NodeLink link in _byAddress.Values)
            {
                if (link.State == LinkState.Ready)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public IEnumerable<NodeLink> All => _byAddress.Values;

    public NodeLink? Find(long linkId) => _byId.GetValueOrDefault(linkId);

    public NodeLink At(string address)
    {
        if (!_byAddress.TryGetValue(address, out NodeLink? link))
        {
            link = new NodeLink(address);
            _byAddress.Add(address, link);
        }

        return link;
    }

    /// <summary>The ready link to a node: one whose node gave that name, whatever address led to it.</summary>
    public NodeLink? ReadyTo(string node)
    {
        foreach (NodeLink link in _byAddress.Values)
        {
            if (link.State == LinkState.Ready && link.NodeName == node)
            {
                return link;
            }
        }

        return null;
    }

    /// <summary>Makes sure that a link is on its way if it may be. False while it must pause.</summary>
    public bool TryBringUp(NodeLink link, TimeSpan now)
    {
        if (link.State != LinkState.Down)
        {
            return true;
        }

        if (now < link.NotBefore)
        {
            return false;
        }

        link.Id = ++_lastId;
        link.State = LinkState.Connecting;
        _byId.Add(link.Id, link);
        shell.Connect(link.Id, link.Address);
        return true;
    }

    /// <summary>Greets the node of a new connection. False if that failed; the link is cut then.</summary>
    public bool TryGreet(NodeLink link, TimeSpan now)
    {
        WireFormat.Require(link.State == LinkState.Connecting);
        if (_clusterId == Guid.Empty && settings.ClusterId() is var known && known != Guid.Empty)
        {
            // A node's own client knows its cluster: a stranger at the address of a seed must not become the witness.
            _clusterId = known;
            _clusterWitness = "as its own node";
        }

        link.State = LinkState.Greeting;
        link.Heard(now);
        var hello = new Hello(Hello.CurrentProtocol, ConnectionRole.Client, settings.ClusterName, _clusterId, "", 0, 0);
        if (shell.Send(link.Id, hello))
        {
            return true;
        }

        Cut(link, now, "the connection ended before the greeting");
        return false;
    }

    /// <summary>Takes the node's greeting. False if it is of another cluster; the link is cut then.</summary>
    public bool TryWelcome(NodeLink link, Welcome welcome, TimeSpan now)
    {
        if (_clusterId == Guid.Empty)
        {
            _clusterId = welcome.ClusterId;
            _clusterWitness = $"as node '{welcome.NodeName}'";
        }

        if (welcome.ClusterId != _clusterId)
        {
            Cut(link, now, Fail.OtherCluster(welcome, settings.ClusterName, _clusterId, _clusterWitness), isRefused: true);
            return false;
        }

        link.State = LinkState.Ready;
        link.NodeName = welcome.NodeName;
        link.MaxFrameBytes = Math.Min(settings.MaxFrameBytes, welcome.MaxFrameBytes);
        link.Problem = null;
        link.Failures = 0;
        return true;
    }

    /// <summary>Marks a link down and says when it may be tried again: after a pause that doubles, with jitter, so that clients do not come back in step.</summary>
    public void Down(NodeLink link, TimeSpan now, string reason, bool isRefused = false)
    {
        WireFormat.Require(link.State != LinkState.Down);
        _byId.Remove(link.Id);
        link.State = LinkState.Down;
        link.Problem = reason;
        link.IsRefused = isRefused;
        link.ProbedAt = null;
        link.NotBefore = now + Pause(link.Failures++);
    }

    /// <summary>Cuts a link and marks it down.</summary>
    public void Cut(NodeLink link, TimeSpan now, string reason, bool isRefused = false)
    {
        long id = link.Id;
        Down(link, now, reason, isRefused);
        shell.Disconnect(id, link.Address, reason);
    }

    /// <summary>The pause before attempt number <paramref name="failures"/> + 1: doubling from 20 ms up to 1 s, three quarters to all of it.</summary>
    public TimeSpan Pause(int failures)
    {
        double full = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 16)), LongestPause.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.75 + (random() % 1024 / 4096.0)));
    }

    /// <summary>What to do about a link that has been silent too long.</summary>
    public static LinkAction Check(NodeLink link, TimeSpan now) => link.State switch
    {
        LinkState.Greeting when now - link.HeardAt >= GreetingBound => LinkAction.Cut,
        LinkState.Ready when link.Awaiting == 0 => LinkAction.None,
        LinkState.Ready when link.ProbedAt is TimeSpan probed && now - probed >= SilenceBound => LinkAction.Cut,
        LinkState.Ready when link.ProbedAt is null && now - link.HeardAt >= SilenceBound => LinkAction.Probe,
        LinkState.Down or LinkState.Connecting or LinkState.Greeting or LinkState.Ready => LinkAction.None,
    };

    /// <summary>Sets when the next link wants to be looked at.</summary>
    public void SetDue(TimeSpan now, Alarm alarm)
    {
        foreach (NodeLink link in _byAddress.Values)
        {
            alarm.SetIfAhead(DueOf(link), now);
        }
    }

    /// <summary>When <see cref="Check"/> should look at the link again at the latest.</summary>
    public static TimeSpan DueOf(NodeLink link) => link.State switch
    {
        LinkState.Down => link.NotBefore,
        LinkState.Connecting => TimeSpan.MaxValue,
        LinkState.Greeting => link.HeardAt + GreetingBound,
        LinkState.Ready => link.Awaiting == 0 ? TimeSpan.MaxValue : (link.ProbedAt ?? link.HeardAt) + SilenceBound,
    };
}

/// <summary>What to do about a silent link.</summary>
internal enum LinkAction
{
    None,
    Probe,
    Cut,
}
