using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.House.Tests;

/// <summary>One C# file as a syntax tree: the rules judge what is written, without a compilation, so that all of them together take a second.</summary>
internal sealed record SourceFile(string Path, string Text, CompilationUnitSyntax Unit)
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview, DocumentationMode.Parse);

    public int LineCount => Text.Length == 0 ? 0 : Text.AsSpan().Count('\n') + (Text[^1] == '\n' ? 0 : 1);

    /// <summary>The file's name without extension.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public static SourceFile Parse(string path, string text) =>
        new(path, text, CSharpSyntaxTree.ParseText(text, Options).GetCompilationUnitRoot());

    /// <summary>Words a violation so that editors can jump to it.</summary>
    public string At(SyntaxNodeOrToken where, string violation) => At(where.GetLocation()!, violation);

    public string At(SyntaxTrivia where, string violation) => At(where.GetLocation(), violation);

    private string At(Location where, string violation) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{Path}:{where.GetLineSpan().StartLinePosition.Line + 1}: {violation}");
}
