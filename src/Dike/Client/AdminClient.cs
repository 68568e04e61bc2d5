using Dike.Wire;

namespace Dike.Client;

/// <summary>Administration over the client's connections. Each request goes through <see cref="ClientCore"/> like a query: it may be repeated freely.</summary>
internal sealed class AdminClient(ClientShell shell, TimeProvider time) : IDikeAdmin
{
    private static readonly TimeSpan LeaderPollPause = TimeSpan.FromMilliseconds(50);

    public async Task<RoutingTable> CreateRingAsync(
        string machine, int partitions, int replicas, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(machine);
        if (partitions is < 1 or > FrameLimits.MaxPartitions)
        {
            throw new ArgumentOutOfRangeException(nameof(partitions), partitions, $"A ring has 1 to {FrameLimits.MaxPartitions} partitions.");
        }

        if (replicas is not (1 or 3 or 5))
        {
            throw new ArgumentOutOfRangeException(nameof(replicas), replicas, "A partition has 1, 3 or 5 replicas.");
        }

        string ring = name ?? machine;
        CheckName(machine, nameof(machine));
        CheckName(ring, nameof(name));
        var request = new CreateRingRequest(ring, machine, partitions, replicas) { Timeout = shell.Settings.Timeout };
        await shell.CallAsync(request, cancellationToken).ConfigureAwait(false);
        return await WaitForLeadersAsync(ring, cancellationToken).ConfigureAwait(false);
    }

    public async Task<RoutingTable> GetRoutingTableAsync(CancellationToken cancellationToken = default)
    {
        Frame answer = await shell.CallAsync(new RoutesRequest { Timeout = shell.Settings.Timeout }, cancellationToken).ConfigureAwait(false);
        return ((Routes)answer).Table;
    }

    public async Task<IReadOnlyList<ReplicaCheck>> CompareReplicasAsync(string ring, int partition, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(ring);
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        var request = new CompareRequest(ring, partition) { Timeout = shell.Settings.Timeout };
        return ((ReplicasCompared)await shell.CallAsync(request, cancellationToken).ConfigureAwait(false)).Checks;
    }

    private static void CheckName(string name, string parameter)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(name) > FrameLimits.MaxNameBytes || FrameLimits.InvalidName(name, "name") is not null)
        {
            throw new ArgumentException($"A name has 1 to {FrameLimits.MaxNameBytes} bytes of UTF-8 and no control characters.", parameter);
        }
    }

    // The ring exists once the directory says so; its groups elect their leaders after that.
    private async Task<RoutingTable> WaitForLeadersAsync(string ring, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            RoutingTable table = await GetRoutingTableAsync(cancellationToken).ConfigureAwait(false);
            RingRoute? route = table.Rings.FirstOrDefault(candidate => candidate.Name == ring);
            if (route is not null && route.Partitions.All(partition => partition.Leader is not null))
            {
                return table;
            }

            if (time.GetElapsedTime(start) > shell.Settings.Timeout)
            {
                throw Fail.NoLeaders(ring, route, shell.Settings.Timeout);
            }

            await Task.Delay(LeaderPollPause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                throw new DikeCanceledException(CommandId.None, Outcome.Applied, cancellationToken);
            }
        }
    }
}
