using System.Collections.Immutable;
using System.Xml.Linq;

namespace Dike.House.Tests;

/// <summary>Who may reference whom. An arrow that is not listed here is a design decision and needs one line here and one in docs/architecture.md.</summary>
internal static class ProjectArrows
{
    /// <summary>Product projects and all they may reference. The generator is brought along as an analyzer, not as an assembly.</summary>
    public static ImmutableSortedDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Dike.Paxos"] = [],
        ["Dike.Storage"] = ["Dike.Paxos"],
        ["Dike"] = ["Dike.Generators"],
        ["Dike.Node"] = ["Dike", "Dike.Paxos", "Dike.Storage", "Dike.Generators"],
        ["Dike.Testing"] = ["Dike.Node", "Dike.Generators"],
        ["Dike.Cli"] = ["Dike.Node", "Dike.Testing"],
        ["Dike.Generators"] = [],
        ["Dike.Analyzers"] = [],
        ["Dike.CodeFixes"] = ["Dike.Analyzers"],
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Projects of the product that reference what they may not, and product projects nobody has placed yet.</summary>
    public static IEnumerable<string> Find(string path, string projectXml)
    {
        string project = Path.GetFileNameWithoutExtension(path);
        if (!Allowed.TryGetValue(project, out string[]? allowed))
        {
            return [$"{path}: the project has no place in the picture of allowed references."];
        }

        return References(projectXml).Where(reference => !allowed.Contains(reference, StringComparer.Ordinal))
            .Select(reference => $"{path}: references {reference}; allowed: {(allowed.Length == 0 ? "nothing" : string.Join(", ", allowed))}.");
    }

    /// <summary>The names of the projects that a project references.</summary>
    public static IEnumerable<string> References(string projectXml) =>
        XDocument.Parse(projectXml).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
}
