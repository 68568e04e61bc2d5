namespace Dike.House.Tests;

/// <summary>Turns violations into a test result that lists all of them.</summary>
internal static class Verdict
{
    public static void NoViolations(IEnumerable<string> violations)
    {
        string[] all = [.. violations];
        if (all.Length > 0)
        {
            Assert.Fail($"{all.Length} violation(s) of the house rules:{Environment.NewLine}{string.Join(Environment.NewLine, all)}");
        }
    }
}
