using Dike.Node.Groups;
using Dike.Node.Liveness;

namespace Dike.Node.Tests.Liveness;

/// <summary>
/// Nodes that exchange heartbeats as bytes under virtual time, one tick every 50 ms. A cut link between two nodes takes what is sent and delivers nothing,
/// as a firewall does; when a node cuts it, both ends learn that it has ended, and the dialer makes a new one as soon as the path is there again.
/// Each node has a wall clock of its own.
/// </summary>
internal sealed class LivenessNetwork
{
    public const long TimeoutMs = 500;
    public const long IntervalMs = 50;

    private readonly bool[,] _isCut;
    private readonly long[,] _links;
    private readonly Queue<(int From, int To, long Link, byte[] Body)> _wire = new();
    private readonly List<(int From, int To, byte[] Body)> _delivered = [];
    private readonly long[,] _freshMs;
    private readonly NodeOutputs _outputs = new();
    private long _lastLink;

    public LivenessNetwork(int count)
    {
        _isCut = new bool[count, count];
        _links = new long[count, count];
        _freshMs = new long[count, count];
        Boots = [.. Enumerable.Repeat(1UL, count)];
        UtcOffMs = new long[count];
        HangsSinceMs = new long?[count];
        Nodes = [.. Enumerable.Range(0, count).Select(node => new NodeCore(node, count, 1, TimeoutMs))];
        Changes = [.. Enumerable.Range(0, count).Select(_ => new List<PeerChange>())];
        Views = [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
    }

    public NodeCore[] Nodes { get; }

    public ulong[] Boots { get; }

    /// <summary>By how much each node's wall clock is off the true time.</summary>
    public long[] UtcOffMs { get; }

    /// <summary>Since when each node's journal hangs, or null.</summary>
    public long?[] HangsSinceMs { get; }

    public List<PeerChange>[] Changes { get; }

    public List<int>[] Views { get; }

    public long NowMs { get; private set; } = 10_000;

    /// <summary>Whether the next heartbeat gets lost. Real links lose nothing; nothing must rest on that.</summary>
    public Func<bool> Loses { get; set; } = () => false;

    /// <summary>How many heartbeats have arrived.</summary>
    public int Delivered => _delivered.Count;

    /// <summary>All nodes linked and settled.</summary>
    public static LivenessNetwork Settled(int count)
    {
        var network = new LivenessNetwork(count);
        network.Run(4 * IntervalMs);
        Assert.All(network.Nodes, node => Assert.Equal((1u << count) - 1, node.Connected));
        network.ForgetChanges();
        return network;
    }

    public Moment At(int node) => new(DateTime.UnixEpoch.Ticks + (NowMs + UtcOffMs[node]) * TimeSpan.TicksPerMillisecond, NowMs, 1);

    /// <summary>From now on nothing gets through between two nodes, in both directions or from the first to the second only.</summary>
    public void Cut(int one, int other, bool isOneWay = false)
    {
        _isCut[one, other] = true;
        _isCut[other, one] |= !isOneWay;
    }

    /// <summary>Leaves only the links that are listed, both ways.</summary>
    public void LeaveOnly(params (int One, int Other)[] links)
    {
        for (int one = 0; one < Nodes.Length; one++)
        {
            for (int other = one + 1; other < Nodes.Length; other++)
            {
                if (!links.Contains((one, other)) && !links.Contains((other, one)))
                {
                    Cut(one, other);
                }
            }
        }
    }

    public void Heal() => Array.Clear(_isCut);

    public void ForgetChanges()
    {
        Array.ForEach(Changes, changes => changes.Clear());
        Array.ForEach(Views, views => views.Clear());
    }

    /// <summary>Ends a node and starts it again at once, with the next boot.</summary>
    public void Restart(int node)
    {
        for (int other = 0; other < Nodes.Length; other++)
        {
            CloseLinks(node, other);
        }

        Nodes[node] = new NodeCore(node, Nodes.Length, ++Boots[node], TimeoutMs);
    }

    public void Run(long durationMs)
    {
        for (long endMs = NowMs + durationMs; NowMs < endMs;)
        {
            NowMs += IntervalMs;
            Dial();
            for (int node = 0; node < Nodes.Length; node++)
            {
                Nodes[node].Tick(At(node), HangsSinceMs[node], _outputs);
                CarryOut(node);
            }

            Deliver();
        }
    }

    /// <summary>Delivers a heartbeat of the past once more, on the link of today, as if it had just been sent.</summary>
    public void Replay(int index)
    {
        (int from, int to, byte[] body) = _delivered[index];
        Nodes[to].HeartbeatReceived(from, _links[from, to], Heartbeat.Read(body), At(to), _outputs);
        CarryOut(to);
        Deliver();
    }

    /// <summary>When the last heartbeat arrived that was no repetition.</summary>
    public long FreshMs(int from, int to) => _freshMs[from, to];

    /// <summary>What a node knows of each, as the bits of each member's vector in order.</summary>
    public string SeenBy(int node) =>
        string.Join(' ', Enumerable.Range(0, Nodes.Length).Select(member => Convert.ToString(Nodes[node].ConnectedOf(member), 2).PadLeft(Nodes.Length, '0')));

    private void Dial()
    {
        for (int from = 0; from < Nodes.Length; from++)
        {
            for (int to = 0; to < Nodes.Length; to++)
            {
                if (from != to && _links[from, to] == 0 && !_isCut[from, to] && !_isCut[to, from])
                {
                    long link = _links[from, to] = ++_lastLink;
                    Nodes[from].LinkOpened(to, LinkDirection.Outgoing, link, At(from), _outputs);
                    CarryOut(from);
                    Nodes[to].LinkOpened(from, LinkDirection.Incoming, link, At(to), _outputs);
                    CarryOut(to);
                }
            }
        }
    }

    private void Deliver()
    {
        while (_wire.TryDequeue(out (int From, int To, long Link, byte[] Body) sent))
        {
            if (!_isCut[sent.From, sent.To] && _links[sent.From, sent.To] == sent.Link && !Loses())
            {
                _delivered.Add((sent.From, sent.To, sent.Body));
                _freshMs[sent.From, sent.To] = NowMs;
                Nodes[sent.To].HeartbeatReceived(sent.From, sent.Link, Heartbeat.Read(sent.Body), At(sent.To), _outputs);
                CarryOut(sent.To);
            }
        }
    }

    private void CarryOut(int node)
    {
        Changes[node].AddRange(_outputs.Changes);
        Views[node].AddRange(_outputs.ViewChanges);
        foreach ((int member, Heartbeat heartbeat) in _outputs.Heartbeats)
        {
            var body = new System.Buffers.ArrayBufferWriter<byte>();
            heartbeat.Write(new Dike.Wire.WireWriter(body));
            _wire.Enqueue((node, member, _links[node, member], body.WrittenSpan.ToArray()));
        }

        LinkCut[] cuts = [.. _outputs.Cuts];
        _outputs.Clear();
        foreach (LinkCut cut in cuts)
        {
            CloseLink(node, cut.Member);
        }
    }

    private void CloseLinks(int node, int other)
    {
        CloseLink(node, other);
        CloseLink(other, node);
    }

    private void CloseLink(int from, int to)
    {
        long link = _links[from, to];
        if (link != 0)
        {
            _links[from, to] = 0;
            Nodes[from].LinkClosed(to, LinkDirection.Outgoing, link, "cut", At(from), _outputs);
            CarryOut(from);
            Nodes[to].LinkClosed(from, LinkDirection.Incoming, link, "cut", At(to), _outputs);
            CarryOut(to);
        }
    }
}
