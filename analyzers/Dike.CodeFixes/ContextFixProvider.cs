using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace Dike.CodeFixes;

/// <summary>
/// Replaces a member of the host by one of the command's <c>CommandContext</c>, adding that parameter where the handler lacks it.
/// Offered only where the new text compiles and means the same on every replica: in the handler's own body, never in a query.
/// All faults of a document are fixed in one edit, so a handler with several gets one parameter.
/// </summary>
public abstract class ContextFixProvider : CodeFixProvider
{
    private readonly string _title;

    private protected ContextFixProvider(string ruleId, string title)
    {
        _title = title;
        FixableDiagnosticIds = [ruleId];
        EquivalenceKey = ruleId + ".Context";
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <summary>The same for every occurrence, whatever its text, so that one fix-all serves them all.</summary>
    internal string EquivalenceKey { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(
        async (context, document, diagnostics) => await FixAsync(document, diagnostics, context.CancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            if (root is null || model is null || Plan(root, model, diagnostic, context.CancellationToken) is not { } plan)
            {
                continue;
            }

            string title = plan.Handler.HasContext ? _title : _title + " (adds the parameter 'CommandContext context')";
            context.RegisterCodeFix(
                CodeAction.Create(title, cancellation => FixAsync(context.Document, [diagnostic], cancellation), EquivalenceKey),
                diagnostic);
        }
    }

    /// <summary>What to write behind the context and a dot instead of <paramref name="member"/>, or null to offer nothing.</summary>
    /// <param name="member">The member of the host.</param>
    /// <param name="isInvoked">Whether it is called, rather than made a delegate of.</param>
    private protected abstract string? Replacement(ISymbol member, bool isInvoked);

    private async Task<Document> FixAsync(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false);
        var extended = new HashSet<MethodDeclarationSyntax>();
        foreach (Diagnostic diagnostic in diagnostics)
        {
            if (Plan(editor.OriginalRoot, editor.SemanticModel, diagnostic, cancellation) is not { } plan)
            {
                continue;
            }

            ExpressionSyntax replacement = SyntaxFactory.ParseExpression($"{plan.Handler.ContextName}.{plan.Member}");
            editor.ReplaceNode(plan.Node, replacement.WithTriviaFrom(plan.Node));
            if (!plan.Handler.HasContext && extended.Add(plan.Handler.Declaration))
            {
                plan.Handler.AddContext(editor);
            }
        }

        return editor.GetChangedDocument();
    }

    private (SyntaxNode Node, HandlerSite Handler, string Member)? Plan(
        SyntaxNode root, SemanticModel model, Diagnostic diagnostic, CancellationToken cancellation)
    {
        SyntaxNode node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);

        // A call of something that reads the clock elsewhere binds to that something, for which there is no replacement.
        return model.GetSymbolInfo(node, cancellation).Symbol is { ContainingType: not null } member
            && Replacement(member, node is InvocationExpressionSyntax) is { } replacement
            && HandlerSite.Find(node, model, cancellation) is { } handler
                ? (node, handler, replacement)
                : null;
    }
}
