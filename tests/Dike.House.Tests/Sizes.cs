using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.House.Tests;

/// <summary>What can be read in one sitting: files of at most 400 lines, bodies of at most 60.</summary>
internal static class Sizes
{
    public const int MaxFileLines = 400;

    public const int MaxMethodLines = 60;

    public const int MaxProjectReadmeLines = 60;

    public static IEnumerable<string> Find(SourceFile file)
    {
        if (file.LineCount > MaxFileLines)
        {
            yield return $"{file.Path}: {file.LineCount} lines, at most {MaxFileLines} are allowed; split it by responsibility.";
        }

        foreach (SyntaxNode method in file.Unit.DescendantNodes().Where(IsMethod))
        {
            FileLinePositionSpan span = method.GetLocation().GetLineSpan();
            int lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
            if (lines > MaxMethodLines)
            {
                yield return file.At(method, $"a method of {lines} lines, at most {MaxMethodLines} are allowed.");
            }
        }
    }

    private static bool IsMethod(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax;
}
