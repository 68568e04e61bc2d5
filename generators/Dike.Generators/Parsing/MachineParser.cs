using System.Text;
using Dike.Generators.Models;
using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;

namespace Dike.Generators.Parsing;

/// <summary>Turns one class marked as state machine into its model. The only place where symbols become values; called once per machine and edit.</summary>
internal static class MachineParser
{
    public static MachineModel Parse(INamedTypeSymbol type, AttributeData attribute, Compilation compilation, CancellationToken cancellationToken)
    {
        var machine = MachineShape.Of(type, attribute, compilation);
        cancellationToken.ThrowIfCancellationRequested();

        var book = new CodecBook(machine.Types, compilation);
        var handlerParser = new HandlerParser(book, compilation);
        handlerParser.AddCodecs(machine.Handlers);
        bool valid = machine.Problem == MachineProblem.None;
        StateMember[] state = valid ? [.. machine.State] : [];
        foreach (StateMember member in state)
        {
            book.Add(member.Field.Type, isRestored: true);
        }

        EquatableArray<CodecModel> codecs = book.Complete();
        EquatableArray<HandlerModel> handlers = new(handlerParser.Parse(machine.Handlers));
        string stateShape = string.Join("; ", state.Select(member => $"{member.Name}:{TypeNames.ForContract(member.Field.Type)}"));
        string contract = ContractText.Of(machine, stateShape, handlers.Where(handler => handler.IsValid), codecs);
        return new MachineModel(
            HintNameOf(type),
            NamespaceOf(type),
            new(ContainersOf(type)),
            HeaderOf(type),
            TypeNames.ForCodec(type),
            IsPublic(machine) ? "public" : "internal",
            ClientNameOf(machine),
            WireNames.IsLegal(machine.WireName) ? machine.WireName : machine.Type.Name,
            machine.Scope,
            machine.Version,
            machine.MinVersion,
            stateShape,
            WireNames.HexHashOf(contract),
            handlers,
            new(state.Select(member => ToModel(member, book))),
            codecs,
            new(book.Deferred),
            machine.CanBeExtended,
            valid);
    }

    private static StateMemberModel ToModel(StateMember member, CodecBook book) => new(
        TypeNames.Identifier(member.Name),
        member.Field.Name,
        book.NameOf(member.Field.Type),
        member.IsProperty ? StateAccess.BackingField : member.Field.IsReadOnly ? StateAccess.ReadOnlyField : StateAccess.Field);

    /// <summary>A stub must compile, so a client name that is no identifier or is taken gives way to one that surely works.</summary>
    private static string ClientNameOf(MachineShape machine) =>
        machine.Problem is MachineProblem.ClientName or MachineProblem.ClientNameTaken ? machine.Type.Name + "Stub" : machine.ClientName;

    /// <summary>The full metadata name; letters outside it are escaped so that no two machines share a file, also where file names ignore case.</summary>
    private static string HintNameOf(INamedTypeSymbol type)
    {
        string name = SymbolNames.MetadataNameOf(type);
        var hint = new StringBuilder();
        foreach (char character in name)
        {
            hint.Append(character is '.' or '_' || (character < 128 && char.IsLetterOrDigit(character)) ? character : '-');
        }

        return $"{hint}.{WireNames.TagOf(name):x8}.g.cs";
    }

    private static string NamespaceOf(INamedTypeSymbol type)
    {
        var parts = new Stack<string>();
        for (INamespaceSymbol space = type.ContainingNamespace; !space.IsGlobalNamespace; space = space.ContainingNamespace)
        {
            parts.Push(TypeNames.Identifier(space.Name));
        }

        return string.Join(".", parts);
    }

    private static Stack<string> ContainersOf(INamedTypeSymbol type)
    {
        var containers = new Stack<string>();
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            containers.Push(HeaderOf(outer));
        }

        return containers;
    }

    private static string HeaderOf(INamedTypeSymbol type)
    {
        string kind = type switch
        {
            { IsRecord: true, IsValueType: true } => "record struct",
            { IsRecord: true } => "record",
            { TypeKind: TypeKind.Interface } => "interface",
            { IsValueType: true } => "struct",
            _ => "class",
        };
        return $"partial {kind} {TypeNames.Identifier(type.Name)}";
    }

    /// <summary>The client is public where the machine and all types in its signatures are.</summary>
    private static bool IsPublic(MachineShape machine) =>
        IsPublic(machine.Type)
        && machine.Handlers.All(handler => handler.WireParameters.All(parameter => IsPublic(parameter.Type)) && (handler.Result is null || IsPublic(handler.Result)));

    private static bool IsPublic(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsPublic(array.ElementType),
        INamedTypeSymbol named => named.DeclaredAccessibility == Accessibility.Public
            && (named.ContainingType is null || IsPublic(named.ContainingType))
            && named.TypeArguments.All(IsPublic),
        _ => true,
    };
}
