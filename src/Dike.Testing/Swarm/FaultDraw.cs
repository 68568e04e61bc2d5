using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>
/// Draws the faults of one kind for one plan, from random numbers that belong to that kind alone: what other kinds of the same plan look like does not change them.
/// Instants lie between the founding of the cluster and the end of the faults, lengths end with it.
/// </summary>
/// <param name="kind">The kind.</param>
/// <param name="shape">The plan's sizes.</param>
/// <param name="random">The kind's own numbers.</param>
internal sealed class FaultDraw(FaultKind kind, PlanShape shape, DeterministicRandom random)
{
    private const double ShareOfWholeRuns = 0.4;

    private const double ShareOfSingleLinks = 0.25;

    private const double ThreeDecimals = 1_000;

    public PlanShape Shape => shape;

    public DeterministicRandom Random => random;

    /// <summary>
    /// A number of a random magnitude, as many small ones as large ones: first a power of two, then a place up to the next. Only operations that IEEE 754 rounds the
    /// same everywhere: powers and logarithms differ between machines in the last bit.
    /// </summary>
    public static double Magnitude(DeterministicRandom random, double min, double max)
    {
        int octaves = 1;
        while (Math.ScaleB(min, octaves) < max)
        {
            octaves++;
        }

        double drawn;
        do
        {
            drawn = Math.ScaleB(min, random.Next(octaves)) * (1 + random.NextDouble());
        }
        while (drawn > max);
        return drawn;
    }

    /// <summary>A rate of a random magnitude, in three decimals so that it reads well in a plan's line.</summary>
    public double Rate(double min, double max) => Rounded(Magnitude(random, min, max));

    /// <summary>A uniform rate in three decimals.</summary>
    public double EvenRate(double min, double max) => Rounded(min + ((max - min) * random.NextDouble()));

    public bool Chance(double share) => random.NextDouble() < share;

    /// <summary>From <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    public int Count(int min, int max) => random.Next(min, max + 1);

    public int Node() => random.Next(shape.Nodes);

    /// <summary>One of the nodes that may lose synced data.</summary>
    public int DamageableNode() => shape.Damageable[random.Next(shape.Damageable.Length)];

    /// <summary>Two different nodes.</summary>
    public (int From, int To) Link()
    {
        int from = Node();
        return (from, (from + 1 + random.Next(shape.Nodes - 1)) % shape.Nodes);
    }

    /// <summary>All links, or now and then one.</summary>
    public (int From, int To) AnyLink() => Chance(ShareOfSingleLinks) ? Link() : (-1, -1);

    /// <summary>A fault that begins at a random time and lasts up to <paramref name="maxMs"/>.</summary>
    public PlannedFault Window(double minMs, double maxMs)
    {
        long at = Instant();
        return new PlannedFault(kind, at, Math.Min((long)Magnitude(random, minMs, maxMs), shape.UntilMs - at));
    }

    /// <summary>The windows of a kind that may also last for the whole run.</summary>
    public IEnumerable<PlannedFault> WholeRunOrWindows()
    {
        if (Chance(ShareOfWholeRuns))
        {
            return [new PlannedFault(kind, PlanShape.WarmUpMs, shape.UntilMs - PlanShape.WarmUpMs)];
        }

        return [.. Enumerable.Range(0, Count(1, 4)).Select(_ => Window(1_000, 20_000))];
    }

    /// <summary>Between <paramref name="min"/> and <paramref name="max"/> faults, each made by <paramref name="one"/>.</summary>
    public IEnumerable<PlannedFault> Several(int min, int max, Func<PlannedFault> one) => [.. Enumerable.Range(0, Count(min, max)).Select(_ => one())];

    /// <summary>A fault that happens at one instant.</summary>
    public PlannedFault Moment() => new(kind, Instant(), 0);

    private static double Rounded(double rate) => Math.Round(rate * ThreeDecimals) / ThreeDecimals;

    private long Instant() => PlanShape.WarmUpMs + random.Next((int)(shape.UntilMs - PlanShape.WarmUpMs));
}
