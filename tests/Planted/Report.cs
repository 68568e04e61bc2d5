namespace Dike.Planted;

/// <summary>What a run of the tool came to.</summary>
/// <param name="Seeds">How many seeds each search had at most.</param>
/// <param name="BaselineFailures">How many of all these seeds fail without any bug.</param>
/// <param name="BaselineKinds">In which ways.</param>
/// <param name="BaselineTests">Which tests fail without any bug.</param>
/// <param name="Results">The bugs that were run, the canary first.</param>
internal sealed record Report(int Seeds, int BaselineFailures, IReadOnlyList<string> BaselineKinds, IReadOnlyList<string> BaselineTests, IReadOnlyList<BugResult> Results);
