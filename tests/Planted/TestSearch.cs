using System.Text.RegularExpressions;

namespace Dike.Planted;

/// <summary>
/// Looks for a test that fails with a bug and passes without. Each program is run once without, when it is first needed; what fails there catches nothing.
/// </summary>
internal sealed partial class TestSearch(ScratchTree tree, TimeSpan limit)
{
    private readonly SortedDictionary<string, IReadOnlyCollection<string>> _failing = new(StringComparer.Ordinal);

    /// <summary>The tests that fail without any bug.</summary>
    public IReadOnlyList<string> BaselineFailures => [.. _failing.Values.SelectMany(failing => failing).Distinct(StringComparer.Ordinal)];

    /// <summary>The first test that catches the bug, or null.</summary>
    /// <exception cref="CatalogueException">A program does not run to its end without any bug.</exception>
    public async Task<string?> SearchAsync(Bug bug, IEnumerable<TestProgram> programs, CancellationToken cancellationToken)
    {
        foreach (TestProgram program in programs)
        {
            string name = program.ToString();
            if (!_failing.TryGetValue(name, out IReadOnlyCollection<string>? failing))
            {
                failing = await RunAsync(null, program, cancellationToken)
                    ?? throw new CatalogueException($"'{name}' does not run to its end without any bug.");
                _failing.Add(name, failing);
            }

            IReadOnlyCollection<string>? failed = await RunAsync(bug, program, cancellationToken);
            if (failed is null)
            {
                return $"{program.Project} (did not end)";
            }

            string[] caught = [.. failed.Where(test => !failing.Contains(test))];
            if (caught.Length > 0 && await RunAsync(bug, program, cancellationToken) is { } again && caught.FirstOrDefault(again.Contains) is { } confirmed)
            {
                // Twice, because the tests of sockets and threads may fail on a busy machine without any bug.
                return confirmed;
            }
        }

        return null;
    }

    /// <summary>The tests that fail, or null if the program did not come to its summary.</summary>
    private async Task<IReadOnlyCollection<string>?> RunAsync(Bug? bug, TestProgram program, CancellationToken cancellationToken)
    {
        ProcessResult result = await tree.TestAsync(bug?.Id, program, limit, cancellationToken);
        return result.ExitCode is null || !result.Output.Contains("=== TEST EXECUTION SUMMARY ===", StringComparison.Ordinal)
            ? null
            : [.. FailedTest().Matches(result.Output).Select(match => match.Groups["name"].Value)];
    }

    [GeneratedRegex(@"^ +(?<name>\S.*) \[FAIL\]\r?$", RegexOptions.Multiline)]
    private static partial Regex FailedTest();
}
