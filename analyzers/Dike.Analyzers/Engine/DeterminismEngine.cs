using System.Collections.Concurrent;
using System.Collections.Immutable;
using Dike.Analyzers.Catalogue;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Engine;

/// <summary>
/// The one engine behind all determinism rules. It owns the summaries of one compilation and finds what a handler reaches by following
/// their edges breadth first, so each body is visited once per handler whatever cycles the calls form, and each finding comes with a
/// shortest path. It lives in the closure of the compilation's start action and dies with it: nothing here is static.
/// </summary>
internal sealed class DeterminismEngine
{
    /// <summary>How many bodies are followed from one handler before the search is cut and said so.</summary>
    public const int MaxBodiesPerHandler = 2000;

    private readonly KnownTypes _types;
    private readonly SummaryBuilder _builder;
    private readonly BodyLocator _bodies;
    private readonly Implementations _implementations;
    private readonly ConcurrentDictionary<ISymbol, MemberSummary> _summaries = new(SymbolEqualityComparer.Default);

    public DeterminismEngine(Compilation compilation, KnownTypes types)
    {
        _types = types;
        _bodies = new BodyLocator(compilation);
        _implementations = new Implementations(compilation);
        _builder = new SummaryBuilder(compilation, types, new SymbolCatalogue(compilation, CatalogueText.Rows));
    }

    /// <summary>Summarises a body from the operations the driver has bound anyway, so that it is not bound again.</summary>
    public void Seed(ISymbol member, ImmutableArray<IOperation> blocks) =>
        _summaries.TryAdd(member.OriginalDefinition, _builder.Build(member.OriginalDefinition, blocks));

    /// <summary>What <paramref name="root"/> reaches, in the order of its lines.</summary>
    /// <param name="root">A handler, constructor or initialized member of <paramref name="machine"/>.</param>
    /// <param name="machine">The machine the paths are worded for.</param>
    /// <param name="cancellation">Looked at before each body.</param>
    public Exploration Explore(ISymbol root, INamedTypeSymbol machine, CancellationToken cancellation)
    {
        var wording = new PathWording(machine);
        var findings = new List<HandlerFinding>();
        var said = new HashSet<(string Path, Location Location)>();
        var visited = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { root };
        var queue = new Queue<Visit>();
        queue.Enqueue(new Visit(root, null, null));
        while (queue.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            Visit visit = queue.Dequeue();
            MemberSummary summary = SummaryOf(visit.Member, cancellation);
            foreach (CatalogueUse use in summary.Uses)
            {
                HandlerFinding finding = wording.Describe(visit, use);
                if (said.Add((finding.Path, finding.Location)))
                {
                    findings.Add(finding);
                }
            }

            foreach (CallEdge edge in summary.Edges)
            {
                if (_implementations.Resolve(edge) is not { } target || IsJudgedElsewhere(target, machine) || !visited.Add(target))
                {
                    continue;
                }

                if (visited.Count > MaxBodiesPerHandler)
                {
                    return new Exploration([.. findings], isCut: true);
                }

                queue.Enqueue(new Visit(target, visit, edge.Site));
            }
        }

        return new Exploration([.. findings], isCut: false);
    }

    /// <summary>Handlers and the initialization of a machine are roots themselves; a second report through a caller would only repeat the first.</summary>
    private bool IsJudgedElsewhere(ISymbol target, INamedTypeSymbol machine) =>
        target is IMethodSymbol method && (_types.IsReplyCode(method) || (_types.IsHandler(method) && _types.IsMachine(method.ContainingType)))
        || (!target.IsStatic
            && SymbolEqualityComparer.Default.Equals(target.ContainingType, machine)
            && target is IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Constructor });

    private MemberSummary SummaryOf(ISymbol member, CancellationToken cancellation)
    {
        if (_summaries.TryGetValue(member, out MemberSummary? known))
        {
            return known;
        }

        return _summaries.GetOrAdd(member, _builder.Build(member, _bodies.OperationsOf(member, cancellation)));
    }
}
