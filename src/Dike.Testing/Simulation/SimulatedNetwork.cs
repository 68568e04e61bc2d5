using Dike.Node.Liveness;
using Dike.Node.Shards;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Testing.Simulation;

/// <summary>
/// Everything between the nodes: connections that are dialled, made and broken, and frames on their way. A good network delivers in order and loses nothing while a connection
/// lasts; under faults this one loses, doubles, overtakes and repeats single frames on living connections, also old ones from earlier connections and starts, because
/// nothing of the protocol's safety may rest on TCP.
/// </summary>
internal sealed class SimulatedNetwork
{
    private const int KeptFrames = 256;
    private const long BaseDelayUs = 120;
    private const long MaxBacklogUs = 5_000_000;

    private readonly VirtualTime _time;
    private readonly DeterministicRandom _random;
    private readonly RunTrace _trace;
    private readonly FaultProbes _probes;
    private readonly IReadOnlyList<SimulatedNode> _nodes;
    private readonly LinkConditions[,] _conditions;
    private readonly SimulatedLink?[,] _links;
    private readonly List<(int From, int To, ShardInput Input)> _kept = [];
    private long _lastLink;

    public SimulatedNetwork(VirtualTime time, DeterministicRandom random, RunTrace trace, FaultProbes probes, IReadOnlyList<SimulatedNode> nodes, int count)
    {
        _time = time;
        _random = random;
        _trace = trace;
        _probes = probes;
        _nodes = nodes;
        _conditions = new LinkConditions[count, count];
        _links = new SimulatedLink?[count, count];
        for (int from = 0; from < count; from++)
        {
            for (int to = 0; to < count; to++)
            {
                _conditions[from, to] = new LinkConditions();
            }
        }
    }

    public LinkConditions this[int from, int to] => _conditions[from, to];

    public int Count => _conditions.GetLength(0);

    /// <summary>The node at one end of a link.</summary>
    public SimulatedNode NodeAt(int index) => _nodes[index];

    /// <summary>Whether a frame could pass now.</summary>
    public bool Passes(int from, int to) => _conditions[from, to].Blocks == 0;

    /// <summary>A node came up: it dials all others, and goes on as long as it lives.</summary>
    public void Join(SimulatedNode node)
    {
        for (int to = 0; to < Count; to++)
        {
            if (to != node.Index)
            {
                Redial(node, node.Boot, to, 1_000 + _random.Next(4_000));
            }
        }
    }

    /// <summary>A node is gone without a word: its connections break, and those who can be reached learn it.</summary>
    public void Leave(int node)
    {
        for (int other = 0; other < Count; other++)
        {
            Break(_links[node, other], "its end is gone");
            Break(_links[other, node], "its end is gone");
        }
    }

    /// <summary>Cuts a connection on behalf of the node that made it.</summary>
    public void Close(SimulatedLink link, string reason) => Break(link.IsOpen ? link : null, reason);

    /// <summary>Takes a frame.</summary>
    /// <returns>False if the line is too far behind.</returns>
    public bool Send(SimulatedLink link, FrameKind kind, ShardInput input, int bytes)
    {
        Invariant.Require(link.IsOpen, $"link {link.Number}");
        LinkConditions line = _conditions[link.From, link.To];
        _trace.Note(link.From, TraceEvent.Sent, link.To, ((long)kind << 32) | (uint)bytes);
        if (line.Blocks > 0 || (line.Loss > 0 && _random.NextDouble() < line.Loss))
        {
            _trace.Note(link.From, TraceEvent.Lost, link.To, (long)kind);
            _probes.Fired(line.Blocks > 0 ? Blocking(link.From, link.To) : FaultKind.Loss);
            return true;
        }

        long arrival = ArrivalOf(line, bytes);
        if (arrival - _time.Now > MaxBacklogUs && line.CloggedUntil == 0)
        {
            return false;
        }

        Keep(link, input);
        Deliver(link, input, arrival);
        if (line.Duplicate > 0 && _random.NextDouble() < line.Duplicate)
        {
            _probes.Fired(FaultKind.Duplicate);
            Deliver(link, input, arrival + _random.Next(1_000_000));
        }

        if (line.Replay > 0 && _random.NextDouble() < line.Replay)
        {
            Replay(link, arrival);
        }

        return true;
    }

    /// <summary>Which fault blocks a direction; told by whoever blocks it.</summary>
    public Func<int, int, FaultKind> Blocking { get; set; } = static (_, _) => FaultKind.FullPartition;

    private long ArrivalOf(LinkConditions line, int bytes)
    {
        long delay = BaseDelayUs + _random.Next(80);
        if (line.DelayMs > 0)
        {
            delay += (long)(-Math.Log(1 - _random.NextDouble()) * line.DelayMs * 1_000);
            _probes.Fired(FaultKind.Delay);
        }

        long departure = _time.Now;
        if (line.Bandwidth > 0)
        {
            departure = line.BusyUntil = Math.Max(line.BusyUntil, departure) + (long)(bytes / line.Bandwidth / 1_024 * 1_000_000);
            _probes.Fired(FaultKind.SlowLink);
        }

        long arrival = departure + delay;
        if (line.CloggedUntil > arrival)
        {
            arrival = line.CloggedUntil;
            _probes.Fired(FaultKind.CloggedLink);
        }

        if (line.Reorder > 0 && _random.NextDouble() < line.Reorder)
        {
            _probes.Fired(FaultKind.Reorder);
            return arrival + _random.Next(20_000);
        }

        return line.LastArrival = Math.Max(line.LastArrival, arrival);
    }

    private void Deliver(SimulatedLink link, ShardInput input, long arrival) => _time.At(arrival, () =>
    {
        if (link.IsOpen && Passes(link.From, link.To))
        {
            _trace.Note(link.To, TraceEvent.Delivered, link.From);
            _nodes[link.To].Post(input);
        }
    });

    private void Keep(SimulatedLink link, ShardInput input)
    {
        if (input is PeerMessagesReceived)
        {
            if (_kept.Count < KeptFrames)
            {
                _kept.Add((link.From, link.To, input));
            }
            else
            {
                // Any one may go: some of the very first frames stay for a long time, and those are the interesting ones.
                _kept[_random.Next(KeptFrames)] = (link.From, link.To, input);
            }
        }
    }

    /// <summary>An old frame of the same direction arrives on the present connection as if it had just been sent.</summary>
    private void Replay(SimulatedLink link, long arrival)
    {
        (int from, int to, ShardInput input) = _kept[_random.Next(_kept.Count)];
        if (from == link.From && to == link.To && input is PeerMessagesReceived messages)
        {
            _probes.Fired(FaultKind.LateReplay);
            Deliver(link, messages with { Link = link.Number }, arrival);
        }
    }

    private void Redial(SimulatedNode node, ulong boot, int to, long inUs) => _time.In(inUs, () =>
    {
        if (!node.IsAlive || node.Boot != boot)
        {
            return;
        }

        SimulatedNode other = _nodes[to];
        if (_links[node.Index, to] is not { IsOpen: true } && other.IsAlive && Passes(node.Index, to) && Passes(to, node.Index) && node.Admits(other) && other.Admits(node))
        {
            Open(node, other);
        }

        Redial(node, boot, to, 50_000 + _random.Next(100_000));
    });

    private void Open(SimulatedNode from, SimulatedNode to)
    {
        var link = new SimulatedLink(this, from.Index, to.Index, ++_lastLink);
        _links[from.Index, to.Index] = link;
        _conditions[from.Index, to.Index].LastArrival = 0;
        _trace.Note(from.Index, TraceEvent.LinkUp, to.Index, link.Number);
        to.Post(new LinkOpened(from.Index, from.Incarnation, LinkDirection.Incoming, link.Number, null));
        from.Post(new LinkOpened(to.Index, to.Incarnation, LinkDirection.Outgoing, link.Number, link));
    }

    private void Break(SimulatedLink? link, string reason)
    {
        if (link is null || !link.IsOpen)
        {
            return;
        }

        link.IsOpen = false;
        _trace.Note(link.From, TraceEvent.LinkDown, link.To, link.Number);
        _time.In(50, () => _nodes[link.From].Post(new LinkClosed(link.To, LinkDirection.Outgoing, link.Number, reason)));
        if (Passes(link.From, link.To))
        {
            _time.In(200, () => _nodes[link.To].Post(new LinkClosed(link.From, LinkDirection.Incoming, link.Number, reason)));
        }
    }
}
