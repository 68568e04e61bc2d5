using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers;

/// <summary>
/// The types of Dike as one compilation sees them: what is a machine, a handler, reply code. Both analyzers create one per compilation
/// and do nothing at all where <see cref="TryCreate"/> returns null, so a project without Dike pays one lookup.
/// </summary>
internal sealed class KnownTypes
{
    private const string ReplyContextName = "Dike.ReplyContext";

    private readonly INamedTypeSymbol _stateMachine;
    private readonly INamedTypeSymbol _command;
    private readonly INamedTypeSymbol _query;
    private readonly INamedTypeSymbol _replyContext;

    private KnownTypes(INamedTypeSymbol[] required)
    {
        _stateMachine = required[0];
        _command = required[1];
        _query = required[2];
        _replyContext = required[3];
    }

    public static KnownTypes? TryCreate(Compilation compilation)
    {
        string[] names =
        [
            KnownNames.StateMachineAttribute, KnownNames.CommandAttribute, KnownNames.QueryAttribute, ReplyContextName,
        ];
        INamedTypeSymbol[] found = names.Select(compilation.GetTypeByMetadataName).OfType<INamedTypeSymbol>().ToArray();
        return found.Length == names.Length ? new KnownTypes(found) : null;
    }

    public AttributeData? MachineAttribute(INamedTypeSymbol type) => Find(type, _stateMachine);

    public bool IsMachine(INamedTypeSymbol type) => MachineAttribute(type) is not null;

    private AttributeData? CommandAttribute(ISymbol method) => Find(method, _command);

    private AttributeData? QueryAttribute(ISymbol method) => Find(method, _query);

    public bool IsHandler(ISymbol method) => CommandAttribute(method) is not null || QueryAttribute(method) is not null;

    public bool IsReplyContext(ITypeSymbol type) => SymbolEqualityComparer.Default.Equals(type, _replyContext);

    /// <summary>Code that takes a <c>ReplyContext</c> runs after the command, on one process: everything is allowed in it.</summary>
    public bool IsReplyCode(IMethodSymbol method) => method.Parameters.Any(parameter => IsReplyContext(parameter.Type));

    /// <summary>Whether a delegate of this type can only be run as reply code.</summary>
    public bool IsReplyDelegate(ITypeSymbol? type) =>
        type is INamedTypeSymbol { DelegateInvokeMethod: { } invoke } && IsReplyCode(invoke);

    private static AttributeData? Find(ISymbol symbol, INamedTypeSymbol attribute)
    {
        foreach (AttributeData data in symbol.GetAttributes())
        {
            if (SymbolEqualityComparer.Default.Equals(data.AttributeClass, attribute))
            {
                return data;
            }
        }

        return null;
    }
}
