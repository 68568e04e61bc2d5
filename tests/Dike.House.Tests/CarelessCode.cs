using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.House.Tests;

/// <summary>What is left behind in a hurry: notes to oneself, dead code, swallowed exceptions, waits on the clock.</summary>
internal static partial class CarelessCode
{
    public static IEnumerable<string> Find(SourceFile file) =>
        FindTrivia(file).Concat(file.Unit.DescendantNodes().Select(node => (node, Text: Violation(node, file)))
            .Where(found => found.Text is not null)
            .Select(found => file.At(found.node, found.Text!)));

    private static IEnumerable<string> FindTrivia(SourceFile file)
    {
        foreach (SyntaxTrivia trivia in file.Unit.DescendantTrivia(descendIntoTrivia: false))
        {
            if (trivia.IsKind(SyntaxKind.RegionDirectiveTrivia))
            {
                yield return file.At(trivia, "#region: split the file instead.");
            }
            else if (trivia.IsKind(SyntaxKind.PragmaWarningDirectiveTrivia) && trivia.ToString().Contains("disable", StringComparison.Ordinal) && !SaysWhy(trivia))
            {
                yield return file.At(trivia, "#pragma warning: fix the warning, or say why behind it.");
            }
            else if (IsComment(trivia) && NoteToOneself().IsMatch(trivia.ToString()))
            {
                yield return file.At(trivia, "a note to oneself: do it, or write an issue.");
            }
            else if (trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) && DeadCode().IsMatch(trivia.ToString()))
            {
                yield return file.At(trivia, "commented-out code: delete it.");
            }
        }
    }

    private static string? Violation(SyntaxNode node, SourceFile file) => node switch
    {
        IdentifierNameSyntax { Identifier.ValueText: "NotImplementedException" } => "NotImplementedException: finish it.",
        MemberAccessExpressionSyntax member when member.ToString() == "Thread.Sleep" => "Thread.Sleep: wait on a condition.",
        MemberAccessExpressionSyntax member when member.ToString() == "Task.Delay" && file.Path.StartsWith("tests/", StringComparison.Ordinal)
            => "Task.Delay in a test: wait on a condition, or use virtual time.",
        AttributeArgumentSyntax { NameEquals.Name.Identifier.ValueText: "Skip" } => "a skipped test.",
        CatchClauseSyntax { Block.Statements.Count: 0 } clause when !HasComment(clause) || IsCatchAll(clause) => "an empty catch.",
        CatchClauseSyntax clause when IsCatchAll(clause) && !HasComment(clause) && !Rethrows(clause) => "a catch of everything that does not say why.",
        _ => null,
    };

    private static bool IsCatchAll(CatchClauseSyntax clause) =>
        clause.Filter is null && (clause.Declaration is null || clause.Declaration.Type.ToString() is "Exception" or "System.Exception");

    private static bool Rethrows(CatchClauseSyntax clause) => clause.DescendantNodes().Any(node => node is ThrowStatementSyntax);

    private static bool HasComment(CatchClauseSyntax clause) => clause.DescendantTrivia().Concat(clause.GetLeadingTrivia())
        .Any(trivia => IsComment(trivia) || (trivia.IsKind(SyntaxKind.PragmaWarningDirectiveTrivia) && SaysWhy(trivia)));

    private static bool SaysWhy(SyntaxTrivia pragma) => pragma.ToString().Contains("//", StringComparison.Ordinal);

    private static bool IsComment(SyntaxTrivia trivia) =>
        trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia;

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex NoteToOneself();

    /// <summary>A comment that ends as a statement does and holds an assignment, a call or a keyword of statements.</summary>
    [GeneratedRegex(@"^//\s*((var|return|if|for|foreach|while|throw|await|using|private|public|internal)\b.*[;{)]|[\w.\[\]]+\s*(=|\+=|-=)\s.*;|[\w.]+\(.*\);|[{}])\s*$")]
    private static partial Regex DeadCode();
}
