namespace Dike.Paxos.Tests.Cluster;

/// <summary>
/// Every way in which the links of a group can be cut, in virtual time: 3 members have 8 graphs, 5 have 1,024. The group is led and in use when it happens; the
/// cut is noticed an election timeout later, as nodes do.
/// </summary>
public sealed class PartitionGraphTests(ITestOutputHelper output)
{
    private static readonly PaxosOptions Options = new();

    /// <summary>The bound of recovery, from the cut itself, in ticks: four election timeouts.</summary>
    private static readonly int Bound = 4 * Options.ElectionTimeoutTicks;

    /// <summary>A member that merely cannot reach the leader must not disturb it, however long it waits (paper, section 2: chained and partial partitions).</summary>
    [Theory]
    [InlineData(3, 6)]
    [InlineData(5, 704)]
    public void Leader_KeepsItsQuorum_IsNeverDisturbed(int size, int expected)
    {
        int graphs = 0;
        foreach (bool[,] graph in Graphs(size).Where(graph => Degree(graph, size - 1) + 1 > size / 2))
        {
            graphs++;
            var run = new GraphRun(size, graph);
            run.Cut();
            run.Pass(10 * Options.ElectionTimeoutTicks);
            Assert.True(run.Epochs == 1 && run.HighestPromise == 1, $"{Text(graph)}: {run.Epochs} epochs, promise {run.HighestPromise}");
            run.Heal();
            run.Pass(2 * Options.ElectionTimeoutTicks);
            Assert.True(run.Epochs == 1, $"{Text(graph)}: {run.Epochs} epochs after it healed");
        }

        output.WriteLine($"{graphs} graphs");
        Assert.Equal(expected, graphs);
    }

    /// <summary>Quorum loss, constrained election and every other graph: as long as one member reaches a quorum, the group decides again in time, and then rests.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Group_OneMemberReachesAQuorum_RecoversInTimeAndRests(int size)
    {
        List<int> recoveries = [];
        foreach (bool[,] graph in Graphs(size).Where(graph => Enumerable.Range(0, size).Any(member => Degree(graph, member) + 1 > size / 2)))
        {
            var run = new GraphRun(size, graph);
            run.Cut();
            int ticks = run.TicksUntilDecided(Bound);
            Assert.True(ticks <= Bound, $"{Text(graph)}: nothing decided {Bound} ticks after the cut");
            recoveries.Add(ticks);
            run.Pass(Options.ElectionTimeoutTicks);
            (int epochs, long promise) = (run.Epochs, run.HighestPromise);
            run.Pass(10 * Options.ElectionTimeoutTicks);
            Assert.True(
                (run.Epochs, run.HighestPromise) == (epochs, promise), $"{Text(graph)}: {run.Epochs} epochs and promise {run.HighestPromise} after {epochs} and {promise}");
        }

        recoveries.Sort();
        output.WriteLine($"{recoveries.Count} graphs, recovery in ticks of 50 ms: p50 {recoveries[recoveries.Count / 2]}, p100 {recoveries[^1]}");
        Assert.NotEmpty(recoveries);
    }

    /// <summary>The three partial partitions of the paper (EuroSys 2023, section 2), and the leader gone altogether. Links are pairs of digits.</summary>
    [Theory]
    [InlineData("quorum loss", 5, "12 13 14 15")]
    [InlineData("constrained election", 5, "12 13 14")]
    [InlineData("chained", 5, "12 23 34 45")]
    [InlineData("leader gone", 3, "12")]
    [InlineData("leader gone", 5, "12 13 14 23 24 34")]
    public void Group_NamedPartition_RecoversInTime(string name, int size, string links)
    {
        bool[,] graph = new bool[size, size];
        foreach (string link in links.Split(' '))
        {
            (int one, int other) = (link[0] - '1', link[1] - '1');
            graph[one, other] = graph[other, one] = true;
        }

        var run = new GraphRun(size, graph);
        run.Cut();
        int ticks = run.TicksUntilDecided(Bound);

        output.WriteLine($"{name}, {size} members: {ticks} ticks of {TestCluster.TickMs} ms");
        Assert.InRange(ticks, Options.ElectionTimeoutTicks, Bound);
    }

    private static int Degree(bool[,] graph, int member) => Enumerable.Range(0, graph.GetLength(0)).Count(other => graph[member, other]);

    private static string Text(bool[,] graph)
    {
        int size = graph.GetLength(0);
        return "links " + string.Join(' ', Enumerable.Range(0, size * size).Where(pair => pair / size < pair % size && graph[pair / size, pair % size])
            .Select(pair => $"{(pair / size) + 1}-{(pair % size) + 1}"));
    }

    private static IEnumerable<bool[,]> Graphs(int size)
    {
        (int One, int Other)[] pairs = [.. Enumerable.Range(0, size * size).Select(pair => (pair / size, pair % size)).Where(pair => pair.Item1 < pair.Item2)];
        for (int bits = 0; bits < 1 << pairs.Length; bits++)
        {
            bool[,] graph = new bool[size, size];
            for (int pair = 0; pair < pairs.Length; pair++)
            {
                (int one, int other) = pairs[pair];
                graph[one, other] = graph[other, one] = (bits >> pair & 1) == 1;
            }

            yield return graph;
        }
    }

    /// <summary>A group led by its last member whose links become those of a graph.</summary>
    private sealed class GraphRun
    {
        private readonly TestCluster _cluster;
        private readonly bool[,] _graph;
        private bool _isNoticed;
        private int _sinceCut;

        public GraphRun(int size, bool[,] graph)
        {
            _graph = graph;
            _cluster = new TestCluster(size, Options);
            while (!_cluster[size - 1].Replica.IsLeader)
            {
                _cluster.Run(1);
            }

            Pass(4);
            Assert.Equal(1, Epochs);
        }

        public int Epochs => _cluster.Checks.Leaders;

        public long HighestPromise => Enumerable.Range(0, _cluster.Size).Max(member => _cluster[member].Replica.Promised.Number);

        public void Cut()
        {
            for (int pair = 0; pair < _graph.Length; pair++)
            {
                (int one, int other) = (pair / _cluster.Size, pair % _cluster.Size);
                if (one < other && !_graph[one, other])
                {
                    _cluster.CutUnnoticed(one, other);
                }
            }

            _isNoticed = false;
            _sinceCut = 0;
        }

        public void Heal()
        {
            for (int pair = 0; pair < _graph.Length; pair++)
            {
                if (pair / _cluster.Size < pair % _cluster.Size)
                {
                    _cluster.Mend(pair / _cluster.Size, pair % _cluster.Size);
                }
            }
        }

        public int TicksUntilDecided(int patience)
        {
            Pass(1);
            long before = _cluster.Checks.LastDecided;
            while (_cluster.Checks.LastDecided == before && _sinceCut <= patience)
            {
                Pass(1);
            }

            return _sinceCut;
        }

        /// <summary>Lets time pass; whoever leads is asked for commands and reads all the while.</summary>
        public void Pass(int ticks)
        {
            for (int tick = 0; tick < ticks; tick++)
            {
                for (int member = 0; member < _cluster.Size; member++)
                {
                    if (_cluster[member].Replica.IsLeader)
                    {
                        _cluster.Propose(member, [1]);
                        _cluster.Read(member);
                    }
                }

                _cluster.Run(1);
                if (++_sinceCut == Options.ElectionTimeoutTicks && !_isNoticed)
                {
                    _isNoticed = true;
                    _cluster.Report();
                }
            }
        }
    }
}
