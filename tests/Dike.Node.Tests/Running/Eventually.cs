namespace Dike.Node.Tests.Running;

/// <summary>Waits for what real sockets and threads bring about, with a bound and a message that says what did not come.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static Task TrueAsync(Func<bool> condition, string what) =>
        GetAsync(() => Task.FromResult(condition()), isTrue => isTrue, what);

    public static async Task<T> GetAsync<T>(Func<Task<T>> get, Predicate<T> isExpected, string what)
    {
        using var timer = new PeriodicTimer(Pause);
        using var bound = new CancellationTokenSource(TestCluster.Bound);
        T last = await get();
        while (!isExpected(last))
        {
            Assert.False(bound.IsCancellationRequested, $"{what} did not come within {TestCluster.Bound.TotalSeconds} s; last seen: {last}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
            last = await get();
        }

        return last;
    }
}
