using System.Globalization;

namespace Dike.Paxos.Tests.Cluster;

public sealed class RandomScheduleTests(ITestOutputHelper output)
{
    /// <summary>Set to a number, it multiplies the seeds: for long runs by hand.</summary>
    private const string FactorVariable = "DIKE_SCHEDULES_FACTOR";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_ManySeeds_AgreesAndHeals(int part)
    {
        int count = 1000 * int.Parse(Environment.GetEnvironmentVariable(FactorVariable) ?? "1", CultureInfo.InvariantCulture);
        int firstSeed = part * count;
        long decided = 0;
        List<int> heals = [];
        for (int seed = firstSeed; seed < firstSeed + count; seed++)
        {
            var schedule = new RandomSchedule(seed);
            try
            {
                schedule.Run(StepsOf(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed} broke a rule: {exception.Message}\n{schedule.LastMessages}", exception);
            }

            decided += schedule.Decided;
            heals.Add(schedule.TicksToHeal);
        }

        heals.Sort();
        output.WriteLine($"{count} schedules, {decided} slots decided, healed in ticks p50 {heals[heals.Count / 2]} p99 {heals[heals.Count * 99 / 100]} p100 {heals[^1]}");
        Assert.True(decided > count * 3L, $"only {decided} slots were decided: the schedules show nothing");
    }

    /// <summary>Found by long runs: a lifted grant came back when the next leader handed over as well, and kept a member out until it was over.</summary>
    [Theory]
    [InlineData(9890)]
    [InlineData(10845)]
    [InlineData(16389)]
    public void Run_SeedThatOnceFailed_AgreesAndHeals(int seed)
    {
        var schedule = new RandomSchedule(seed);

        schedule.Run(StepsOf(seed));

        Assert.True(schedule.Decided > 0);
    }

    /// <summary>A generator that never makes a situation proves nothing about it.</summary>
    [Fact]
    public void Run_SomeSeeds_MakeEverySituation()
    {
        Dictionary<MessageKind, int> kinds = [];
        int[] epochs = new int[6];
        int pulledBeforeSync = 0;
        int pulledByCandidate = 0;
        int turnedAway = 0;
        int granted = 0;
        int leaseReads = 0;
        int quietTicks = 0;
        int reads = 0;
        for (int seed = 0; seed < 500; seed++)
        {
            var schedule = new RandomSchedule(seed);
            schedule.Run(600);
            epochs[schedule.Size] += schedule.Epochs;
            quietTicks += schedule.QuietTicks;
            reads += schedule.ReadsServed;
            leaseReads += schedule.LeaseReads;
            foreach (PeerMessage message in schedule.Sent)
            {
                kinds[message.Kind] = kinds.GetValueOrDefault(message.Kind) + 1;
                pulledBeforeSync += message is AcceptSync sync && sync.After != sync.Keep ? 1 : 0;
                pulledByCandidate += message is LogChunk chunk && chunk.Batches.Length > 0 ? 1 : 0;
                granted += message is ReadConfirmed { IsGranted: true } ? 1 : 0;
                turnedAway += message is Refuse refuse && refuse.Promised < refuse.Asked ? 1 : 0;
            }
        }

        string counts = string.Join(", ", kinds.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}"));
        output.WriteLine($"{counts}; epochs {string.Join(' ', epochs)}; pulled {pulledBeforeSync} {pulledByCandidate}; turned away {turnedAway}; reads {reads}, under a lease {leaseReads}, grants {granted}; quiet ticks {quietTicks}");
        // The kinds behind that one belong to members that change; these schedules have fixed ones.
        Assert.Equal(Enum.GetValues<MessageKind>().Where(kind => kind <= MessageKind.DecidedIs).Order(), kinds.Keys.Order());
        Assert.All(epochs[1..], count => Assert.True(count > 100, $"{count} epochs"));
        Assert.True(pulledBeforeSync > 20);
        Assert.True(pulledByCandidate > 20);
        Assert.True(turnedAway > 20);
        Assert.True(reads > 500);
        Assert.True(leaseReads > 200);
        Assert.True(granted > 500);
        Assert.True(quietTicks > 200);
    }

    private static int StepsOf(int seed) => 300 + (seed % 7 * 100);
}
