using System.Text.RegularExpressions;

namespace Dike.Planted;

/// <summary>A seed that failed, and what the simulator said.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Failure">The text of the failure.</param>
internal sealed partial record SeedFailure(long Seed, string Failure)
{
    /// <summary>
    /// What failures of one cause have in common: the first sentence, without numbers, hashes and what stands behind a colon. Broader than what the simulator takes for one finding,
    /// because here a kind that also comes without a bug must not count as a catch.
    /// </summary>
    public string Kind
    {
        get
        {
            string first = Failure.Split('\n', 2)[0].Trim();
            int end = first.IndexOf(". ", StringComparison.Ordinal);
            return Numbers().Replace(end < 0 ? first : first[..end], "#");
        }
    }

    [GeneratedRegex(@"\b[0-9a-fA-F]{8,}\b|\d+")]
    private static partial Regex Numbers();
}
