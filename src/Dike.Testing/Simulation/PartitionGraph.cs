namespace Dike.Testing.Simulation;

/// <summary>The shapes of partial partitions: which pairs of nodes do not hear each other although others do.</summary>
internal static class PartitionGraph
{
    /// <summary>The pairs that are cut.</summary>
    /// <param name="variant">0 random, 1 quorum loss, 2 constrained election, 3 chained, 4 ring, 5 star.</param>
    /// <param name="nodes">How many nodes there are.</param>
    /// <param name="leader">The node that leads, where the shape is made around it.</param>
    /// <param name="random">Draws what is open.</param>
    public static IEnumerable<(int One, int Other)> Cuts(long variant, int nodes, int leader, DeterministicRandom random)
    {
        // The node that keeps its links where only one does: never the leader, or nothing would have to change.
        int hub = (Math.Max(0, leader) + 1 + random.Next(Math.Max(1, nodes - 1))) % nodes;
        for (int one = 0; one < nodes; one++)
        {
            for (int other = one + 1; other < nodes; other++)
            {
                bool isCut = variant switch
                {
                    1 => one != hub && other != hub,
                    2 => (one != hub && other != hub) || one == leader || other == leader,
                    3 => Math.Min(one, other) == Math.Min(leader, Beside(leader, hub, nodes)) && Math.Max(one, other) == Math.Max(leader, Beside(leader, hub, nodes)),
                    4 => other - one != 1 && other - one != nodes - 1,
                    5 => one != hub && other != hub,
                    _ => random.Next(3) == 0,
                };
                if (isCut)
                {
                    yield return (one, other);
                }
            }
        }
    }

    /// <summary>A node that is neither the leader nor the hub, if there is one.</summary>
    private static int Beside(int leader, int hub, int nodes)
    {
        for (int node = 0; node < nodes; node++)
        {
            if (node != leader && node != hub)
            {
                return node;
            }
        }

        return hub;
    }
}
