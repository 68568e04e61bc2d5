namespace Dike.Analyzers.Rules;

/// <summary>The two kinds of rules, and where a rule's page is.</summary>
internal static class RuleCategory
{
    /// <summary>What a handler does must be equal on every replica.</summary>
    public const string Determinism = "Dike.Determinism";

    /// <summary>What a machine must look like for the generator to serve it.</summary>
    public const string Shape = "Dike.Shape";

    /// <summary>The page of a rule, from the root of the repository: its name is the rule's id.</summary>
    public static string HelpLink(string id) => $"analyzers/rules/{id}.md";
}
