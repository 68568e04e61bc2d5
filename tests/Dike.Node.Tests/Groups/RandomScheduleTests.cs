using Dike.Wire;

namespace Dike.Node.Tests.Groups;

public sealed class RandomScheduleTests
{
    private const int Schedules = 300;

    /// <summary>Exactly once, agreement and linearizable queries under random faults. A failure names its seed; one schedule alone: <c>new RandomSchedule(seed).Run()</c>.</summary>
    [Fact]
    public void Run_ManySeeds_ExecutesEveryCommandAtMostOnceAndLosesNone()
    {
        var statuses = new SortedDictionary<CallStatus, int>();
        for (int seed = 1; seed <= Schedules; seed++)
        {
            var schedule = new RandomSchedule(seed);
            try
            {
                schedule.Run();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"schedule with seed {seed} failed: {exception.Message}", exception);
            }

            foreach ((CallStatus status, int count) in schedule.Statuses)
            {
                statuses[status] = statuses.GetValueOrDefault(status) + count;
            }
        }

        // Schedules in which nothing succeeds, or nothing fails, would prove nothing.
        string all = string.Join(", ", statuses.Select(pair => $"{pair.Key} {pair.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine(all);
        Assert.True(statuses.GetValueOrDefault(CallStatus.Done) > 10 * Schedules, all);
        Assert.True(statuses.GetValueOrDefault(CallStatus.LeadershipLost) > Schedules / 5, all);
        Assert.True(statuses.GetValueOrDefault(CallStatus.ReplyFailed) > Schedules / 10, all);
    }
}
