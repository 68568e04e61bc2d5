using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.House.Tests;

/// <summary>What users see: few namespaces, however deep the folders, and one public type per file.</summary>
internal static class PublicSurface
{
    private static readonly ImmutableHashSet<string> Namespaces =
        ImmutableHashSet.Create(StringComparer.Ordinal, "Dike", "Dike.Paxos", "Dike.Storage", "Dike.Node");

    /// <summary>Files whose public types are read together or not at all.</summary>
    private static readonly ImmutableHashSet<string> Together = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "src/Dike/Client/RoutingTable.cs",
        "src/Dike/Contracts/Codecs.cs",
        "src/Dike.Paxos/Values/EntryBatch.cs",
        "src/Dike.Paxos/Values/LogWrite.cs");

    public static IEnumerable<string> Find(SourceFile file)
    {
        MemberDeclarationSyntax[] types = [.. PublicTypes(file.Unit)];
        if (types.Length > 1 && !Together.Contains(file.Path))
        {
            yield return $"{file.Path}: {types.Length} public types, one per file is allowed.";
        }

        foreach (MemberDeclarationSyntax type in types)
        {
            string name = type.FirstAncestorOrSelf<BaseNamespaceDeclarationSyntax>()?.Name.ToString() ?? "";
            if (!Namespaces.Contains(name) && !name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal))
            {
                yield return file.At(type, $"a public type in namespace '{name}'; public types live in {string.Join(", ", Namespaces.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    private static IEnumerable<MemberDeclarationSyntax> PublicTypes(CompilationUnitSyntax unit) =>
        unit.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax).OfType<MemberDeclarationSyntax>()
            .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax && member.Modifiers.Any(SyntaxKind.PublicKeyword));
}
