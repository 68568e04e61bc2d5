using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.House.Tests;

/// <summary>
/// What decides is synchronous and takes time, randomness and bytes as input, so that a run can be repeated byte for byte.
/// Judged by syntax: names that only impure code needs, and enumeration of collections whose order is no content.
/// </summary>
internal static class Purity
{
    /// <summary>The pure part: folders end with a slash, the rest are files.</summary>
    public static ImmutableArray<string> Scope { get; } =
    [
        "src/Dike.Paxos/",
        "src/Dike.Node/Groups/",
        "src/Dike.Node/Liveness/",
        "src/Dike.Node/Founding/FoundingRule.cs",
        "src/Dike.Node/Directory/DirectoryMachine.cs",
        "src/Dike.Node/Directory/Placement.cs",
        "src/Dike.Node/Directory/RingRule.cs",
        "src/Dike/Client/ClientCore.cs",
        "src/Dike/Client/CallPlacer.cs",
        "src/Dike/Client/AnswerJudge.cs",
        "src/Dike/Client/LinkTable.cs",
        "src/Dike/Client/RouteCache.cs",
        "src/Dike/Client/PendingCall.cs",
        "src/Dike/Client/Session.cs",
    ];

    /// <summary>Members that go through a collection without an order and do the same to each item, independent of the others.</summary>
    private static readonly ImmutableHashSet<string> OrderIndependent =
        ImmutableHashSet.Create(StringComparer.Ordinal, "PendingCommands.Abandon", "RunningReplies.Abandon", "LinkTable.HasReady", "LinkTable.ReadyTo", "LinkTable.SetDue");

    private static readonly ImmutableHashSet<string> BannedTypes = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "Task", "ValueTask", "TaskCompletionSource", "Thread", "ThreadPool", "Timer", "PeriodicTimer", "Interlocked", "Monitor",
        "SemaphoreSlim", "Volatile", "Stopwatch", "TimeProvider", "Socket", "TcpClient", "TcpConnection", "NetworkStream", "File", "Directory", "FileStream",
        "RandomAccess", "Stream", "Console", "ILogger", "ILoggerFactory", "RandomNumberGenerator", "ThreadLocal", "ThreadStatic", "AsyncLocal");

    private static readonly ImmutableHashSet<string> BannedMembers = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "DateTime.Now", "DateTime.UtcNow", "DateTime.Today", "DateTimeOffset.Now", "DateTimeOffset.UtcNow", "Guid.NewGuid", "Guid.CreateVersion7",
        "Random.Shared", "Environment.TickCount", "Environment.TickCount64", "Environment.MachineName");

    private static readonly ImmutableHashSet<string> OrderIsContent = ImmutableHashSet.Create(
        StringComparer.Ordinal, "Order", "OrderBy", "OrderDescending", "OrderByDescending", "Count", "Sum", "Max", "Min", "MaxBy", "MinBy", "Any", "All", "Contains");

    public static bool IsInScope(SourceFile file) => Scope.Any(entry => Covers(entry, file));

    public static bool Covers(string entry, SourceFile file) =>
        entry.EndsWith('/') ? file.Path.StartsWith(entry, StringComparison.Ordinal) : file.Path == entry;

    public static IEnumerable<string> Find(SourceFile file) =>
        file.Unit.DescendantNodes().Select(node => Violation(node)).Where(found => found.Text is not null)
            .Select(found => file.At(found.Node, found.Text + " in the pure part."))
            .Concat(FindUnordered(file));

    private static (SyntaxNode Node, string? Text) Violation(SyntaxNode node) => (node, node switch
    {
        AwaitExpressionSyntax => "await",
        LockStatementSyntax => "lock",
        SimpleNameSyntax name when BannedTypes.Contains(name.Identifier.ValueText) && IsTypePosition(name) => name.Identifier.ValueText,
        MemberAccessExpressionSyntax member when BannedMembers.Contains($"{member.Expression}.{member.Name.Identifier.ValueText}") => member.ToString(),
        BaseObjectCreationExpressionSyntax creation when creation is ObjectCreationExpressionSyntax { Type: IdentifierNameSyntax { Identifier.ValueText: "Random" } }
            => "new Random",
        _ => null,
    });

    /// <summary>A member of ours may share its name with a type: <c>x.Task</c> is no use of the type, <c>Task.Run</c> and <c>Task x</c> are.</summary>
    private static bool IsTypePosition(SimpleNameSyntax name) =>
        name.Parent switch
        {
            MemberAccessExpressionSyntax member => member.Expression == name,
            NameColonSyntax or NameEqualsSyntax => false,
            AssignmentExpressionSyntax assignment => assignment.Left != name,
            CrefSyntax or QualifiedNameSyntax => false,
            // A delegate that is handed on to a shell is not run here.
            TypeArgumentListSyntax { Parent: GenericNameSyntax { Identifier.ValueText: "Func" } } => false,
            _ => name.FirstAncestorOrSelf<DocumentationCommentTriviaSyntax>() is null,
        };

    private static IEnumerable<string> FindUnordered(SourceFile file)
    {
        ImmutableHashSet<string> unordered = UnorderedNames(file.Unit);
        IEnumerable<ExpressionSyntax> enumerated = file.Unit.DescendantNodes().Select(node => node switch
        {
            CommonForEachStatementSyntax loop => loop.Expression,
            SpreadElementSyntax spread => spread.Expression,
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToArray" or "ToList" or "ToImmutableArray" } chain } => chain.Expression,
            _ => null,
        }).OfType<ExpressionSyntax>();
        return enumerated.Where(expression => IsUnordered(expression, unordered) && !IsSorted(expression))
            .Select(expression => file.At(expression, $"enumerates {expression}, whose order is no content, in the pure part; order it first."));
    }

    /// <summary>Whether the member sorts what it took out, or is known to treat every item alike.</summary>
    private static bool IsSorted(ExpressionSyntax expression)
    {
        MemberDeclarationSyntax? member = expression.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        string type = expression.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>()?.Identifier.ValueText ?? "";
        string name = member switch
        {
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            PropertyDeclarationSyntax property => property.Identifier.ValueText,
            _ => "",
        };
        return OrderIndependent.Contains($"{type}.{name}")
            || (member is MethodDeclarationSyntax && member.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Any(call => call.Name.Identifier.ValueText == "Sort"));
    }

    private static ImmutableHashSet<string> UnorderedNames(CompilationUnitSyntax unit) =>
    [
        .. unit.DescendantNodes().OfType<VariableDeclarationSyntax>().Where(declaration => IsHashed(declaration.Type))
            .SelectMany(declaration => declaration.Variables).Select(variable => variable.Identifier.ValueText),
        .. unit.DescendantNodes().OfType<VariableDeclaratorSyntax>()
            .Where(variable => variable.Initializer?.Value is ObjectCreationExpressionSyntax creation && IsHashed(creation.Type))
            .Select(variable => variable.Identifier.ValueText),
        .. unit.DescendantNodes().OfType<PropertyDeclarationSyntax>().Where(property => IsHashed(property.Type)).Select(property => property.Identifier.ValueText),
        .. unit.DescendantNodes().OfType<ParameterSyntax>().Where(parameter => parameter.Type is not null && IsHashed(parameter.Type))
            .Select(parameter => parameter.Identifier.ValueText),
    ];

    private static bool IsHashed(TypeSyntax type) =>
        type is GenericNameSyntax { Identifier.ValueText: "Dictionary" or "HashSet" or "ImmutableDictionary" or "ImmutableHashSet" or "FrozenDictionary" or "FrozenSet" };

    private static bool IsUnordered(ExpressionSyntax expression, ImmutableHashSet<string> unordered) => expression switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax call } =>
            !OrderIsContent.Contains(call.Name.Identifier.ValueText) && call.Expression is not IdentifierNameSyntax && IsUnordered(call.Expression, unordered)
            || call.Name.Identifier.ValueText is "Select" or "Where" or "SelectMany" && IsUnordered(call.Expression, unordered),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Keys" or "Values" } member => IsUnordered(member.Expression, unordered),
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } member => unordered.Contains(member.Name.Identifier.ValueText),
        IdentifierNameSyntax name => unordered.Contains(name.Identifier.ValueText),
        _ => false,
    };
}
