using System.Globalization;

namespace Dike.Paxos.Tests.Cluster;

public sealed class MemberScheduleTests(ITestOutputHelper output)
{
    /// <summary>Set to a number, it multiplies the seeds: for long runs by hand.</summary>
    private const string FactorVariable = "DIKE_SCHEDULES_FACTOR";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Run_ManySeeds_AgreesAndHeals(int part)
    {
        int count = 600 * int.Parse(Environment.GetEnvironmentVariable(FactorVariable) ?? "1", CultureInfo.InvariantCulture);
        int firstSeed = part * count;
        long decided = 0;
        long configurations = 0;
        long installed = 0;
        long cut = 0;
        long wiped = 0;
        int retired = 0;
        for (int seed = firstSeed; seed < firstSeed + count; seed++)
        {
            var schedule = new MemberSchedule(seed);
            try
            {
                schedule.Run(300 + (seed % 7 * 100));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed} broke a rule: {exception.Message}\n{schedule.Report}", exception);
            }

            decided += schedule.Decided;
            configurations += schedule.Configuration - 1;
            installed += schedule.Installed;
            cut += schedule.Cut;
            wiped += schedule.Wiped;
            retired += schedule.Retired;
        }

        output.WriteLine($"{count} schedules from seed {firstSeed}: {decided} slots, {configurations} changes, {cut} snapshots taken, {installed} installed, {wiped} wiped, {retired} retired");
        Assert.True(decided > count * 3L, $"only {decided} slots were decided: the schedules show nothing");
        Assert.True(configurations > count, $"only {configurations} changes of members");
        Assert.True(installed > count / 10, $"only {installed} snapshots installed");
        Assert.True(wiped > 0 && retired > count / 10, $"{wiped} wiped, {retired} retired");
    }
}
