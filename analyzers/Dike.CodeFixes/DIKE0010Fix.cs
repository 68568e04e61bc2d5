using System.Collections.Immutable;
using System.Composition;
using Dike.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace Dike.CodeFixes;

/// <summary>Adds <c>partial</c> to a machine and to every type around it. One edit per document, so two machines in one class make it partial once.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DIKE0010Fix)), Shared]
public sealed class DIKE0010Fix : CodeFixProvider
{
    internal const string EquivalenceKey = DIKE0010_MachineMustBePartial.Id + ".AddPartial";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DIKE0010_MachineMustBePartial.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(
        async (context, document, diagnostics) => await FixAsync(document, diagnostics, context.CancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        context.RegisterCodeFix(
            CodeAction.Create("Add 'partial'", cancellation => FixAsync(context.Document, context.Diagnostics, cancellation), EquivalenceKey),
            context.Diagnostics);
        return Task.CompletedTask;
    }

    private static async Task<Document> FixAsync(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false);
        IEnumerable<TypeDeclarationSyntax> lacking = diagnostics
            .SelectMany(diagnostic => editor.OriginalRoot.FindNode(diagnostic.Location.SourceSpan).AncestorsAndSelf().OfType<TypeDeclarationSyntax>())
            .Where(type => !type.Modifiers.Any(SyntaxKind.PartialKeyword))
            .Distinct();
        foreach (TypeDeclarationSyntax type in lacking)
        {
            editor.SetModifiers(type, editor.Generator.GetModifiers(type).WithPartial(true));
        }

        return editor.GetChangedDocument();
    }
}
