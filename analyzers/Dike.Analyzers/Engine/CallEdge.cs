using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Engine;

/// <summary>
/// A step from one body to another body of the same compilation: a call, an accessor, a constructor, an operator, or a static field whose
/// initializer then runs.
/// </summary>
internal sealed class CallEdge(ISymbol target, SyntaxNode site, bool isVirtual)
{
    /// <summary>The original definition of the member stepped into.</summary>
    public ISymbol Target { get; } = target;

    /// <summary>Where the step is taken.</summary>
    public SyntaxNode Site { get; } = site;

    /// <summary>Whether an override or implementation of <see cref="Target"/> may run instead of it.</summary>
    public bool IsVirtual { get; } = isVirtual;
}
