using System.Globalization;
using System.Text.Json;

namespace Dike.Planted;

/// <summary>
/// Looks for a seed that shows a bug. What counts is what the bug changes: each range of seeds first runs without any bug, a seed that fails there is left out, and so is a failure
/// of a kind that any seed shows there. The second rule is the stricter one and is needed, because a bug moves everything that a seed draws after it: a seed that is
/// clean without the bug may meet with it what other seeds meet without.
/// </summary>
internal sealed class SimulatorSearch(ScratchTree tree, int seeds, TimeSpan limit)
{
    private const int FirstChunk = 8;
    private readonly SortedDictionary<long, SortedSet<long>> _failing = [];
    private readonly SortedDictionary<string, int> _kinds = new(StringComparer.Ordinal);

    /// <summary>How many seeds fail without any bug.</summary>
    public int BaselineFailures => _failing.Values.Sum(failing => failing.Count);

    /// <summary>In which ways, and how often.</summary>
    public IReadOnlyList<string> BaselineKinds => [.. _kinds.Select(kind => $"{kind.Value} x {kind.Key}")];

    /// <summary>Runs a range without any bug and remembers what fails.</summary>
    /// <exception cref="CatalogueException">The simulator does not run.</exception>
    public async Task MeasureBaselineAsync(long from, CancellationToken cancellationToken)
    {
        SimulatorReport report = await RunAsync(null, from, seeds, cancellationToken)
            ?? throw new CatalogueException($"Without any bug, seeds {from} to {from + seeds - 1} gave no report in {limit.TotalSeconds} s.");
        _failing[from] = [.. report.Failures.Select(failure => failure.Seed)];
        foreach (SeedFailure failure in report.Failures)
        {
            _kinds[failure.Kind] = _kinds.GetValueOrDefault(failure.Kind) + 1;
        }
    }

    /// <summary>Runs growing pieces of a range with a bug until one fails as nothing fails without it.</summary>
    /// <returns>The search, and how many seeds failed in a way that proves nothing.</returns>
    public async Task<(Detection Detection, int UnsureSeeds)> SearchAsync(Bug bug, long from, CancellationToken cancellationToken)
    {
        SortedSet<long> failing = _failing[from];
        int unsure = 0;
        int done = 0;
        for (int chunk = FirstChunk; done < seeds; chunk *= 2)
        {
            int count = Math.Min(chunk, seeds - done);
            SimulatorReport? report = await RunAsync(bug.Id, from + done, count, cancellationToken);
            if (report is null)
            {
                return (new Detection(from, CleanBefore(failing, from, from + done) + 1, "the simulator did not end or crashed"), unsure);
            }

            foreach (SeedFailure failure in report.Failures.Where(failure => !failing.Contains(failure.Seed)).OrderBy(failure => failure.Seed))
            {
                if (!_kinds.ContainsKey(failure.Kind))
                {
                    return (new Detection(from, CleanBefore(failing, from, failure.Seed) + 1, failure.Kind), unsure);
                }

                unsure++;
            }

            done += count;
        }

        return (new Detection(from, null, null), unsure);
    }

    private static int CleanBefore(SortedSet<long> failing, long from, long seed) =>
        (int)(seed - from) - failing.Count(failed => failed < seed);

    /// <summary>Runs seeds.</summary>
    /// <returns>The report, or null if there is none: the process hung or crashed.</returns>
    private async Task<SimulatorReport?> RunAsync(string? bug, long from, int count, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "--from", from.ToString(CultureInfo.InvariantCulture), "--seeds", count.ToString(CultureInfo.InvariantCulture),
            "--parallel", "1", "--no-shrink", "--keep-going", "--json", "--trace", "planted.trace",
        ];
        ProcessResult result = await tree.SimulateAsync(bug, arguments, limit, cancellationToken);
        return result.ExitCode is 0 or 1 && result.Output.Length > 0 ? JsonSerializer.Deserialize(result.Output, PlantedJson.Default.SimulatorReport) : null;
    }
}
