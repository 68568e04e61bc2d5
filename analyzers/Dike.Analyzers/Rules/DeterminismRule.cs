using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Rules;

/// <summary>A rule of the determinism engine: the part of the catalogue it reports, and how it words it.</summary>
internal sealed class DeterminismRule(string group, DiagnosticDescriptor descriptor)
{
    /// <summary>The catalogue group, as the first column of <c>symbols.tsv</c> names it.</summary>
    public string Group { get; } = group;

    /// <summary>The arguments of its message are the handler, the path and the replacement.</summary>
    public DiagnosticDescriptor Descriptor { get; } = descriptor;
}
