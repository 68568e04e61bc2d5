using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Engine;

/// <summary>One body on the way from a handler, linked to the body it was reached from.</summary>
internal sealed class Visit(ISymbol member, Visit? from, SyntaxNode? site)
{
    public ISymbol Member { get; } = member;

    /// <summary>The body that steps here, or null for the handler itself.</summary>
    public Visit? From { get; } = from;

    /// <summary>Where in <see cref="From"/> the step is taken.</summary>
    public SyntaxNode? Site { get; } = site;
}
