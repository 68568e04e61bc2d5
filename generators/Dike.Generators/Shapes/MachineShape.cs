using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.Generators.Shapes;

/// <summary>What is wrong with a machine as a whole; the analyzers have one diagnostic for each.</summary>
internal enum MachineProblem
{
    None,
    NotPartial,
    Generic,
    Static,
    Abstract,
    HasBaseClass,
    NoEmptyConstructor,
    HiddenState,
    WireName,
    ClientName,
    ClientNameTaken,
    Version,
    StateType,
}

/// <summary>A member of the replicated state.</summary>
/// <param name="Name">The name of the field or property.</param>
/// <param name="Field">The field, or the one behind the property.</param>
/// <param name="IsProperty">Whether it is the field behind a property.</param>
/// <param name="Problem">Why it is not serializable; null if it is.</param>
internal sealed record StateMember(string Name, IFieldSymbol Field, bool IsProperty, string? Problem);

/// <summary>
/// A class marked as state machine, as generator and analyzers understand it: identity, state members and handlers, each with what is wrong with it.
/// Holds symbols, so it lives only while one machine is parsed.
/// </summary>
internal sealed class MachineShape
{
    private MachineShape(INamedTypeSymbol type, AttributeData attribute, TypeClassifier types)
    {
        Type = type;
        Types = types;
        WireName = SymbolNames.WireNameOf(type, attribute);
        ClientName = SymbolNames.NamedArgument<string?>(attribute, "ClientName", null) ?? type.Name;
        Scope = SymbolNames.NamedArgument(attribute, "Scope", 0);
        Version = SymbolNames.NamedArgument(attribute, "Version", 1);
        MinVersion = SymbolNames.NamedArgument(attribute, "MinVersion", 1);
        State = FindState(type, types);
        Handlers = new HandlerShapes(types).Find(type);
    }

    public INamedTypeSymbol Type { get; }

    public TypeClassifier Types { get; }

    public string WireName { get; }

    /// <summary>The name of accessor and interface, the latter with a leading <c>I</c>.</summary>
    public string ClientName { get; }

    public int Scope { get; }

    public int Version { get; }

    public int MinVersion { get; }

    /// <summary>In ordinal order of names.</summary>
    public ImmutableArray<StateMember> State { get; }

    /// <summary>In ordinal order of wire names, the faulty ones included.</summary>
    public ImmutableArray<HandlerShape> Handlers { get; }

    public MachineProblem Problem { get; private set; }

    /// <summary>For the message: the member or name at fault.</summary>
    public string Detail { get; private set; } = "";

    /// <summary>Whether generated code can add a part to the class at all.</summary>
    public bool CanBeExtended => Problem is not (MachineProblem.NotPartial or MachineProblem.Generic or MachineProblem.Static);

    public static MachineShape Of(INamedTypeSymbol type, AttributeData attribute, Compilation compilation)
    {
        var shape = new MachineShape(type, attribute, new TypeClassifier(compilation, type));
        (shape.Problem, shape.Detail) = shape.Check();
        return shape;
    }

    private (MachineProblem Problem, string Detail) Check()
    {
        if (FindUnextendable() is var unextendable and not MachineProblem.None)
        {
            return (unextendable, Type.Name);
        }

        if (State.FirstOrDefault(member => member.Problem is not null) is { } faulty)
        {
            return (MachineProblem.StateType, $"{faulty.Name}: {faulty.Problem}");
        }

        MachineProblem problem = this switch
        {
            { Type.IsAbstract: true } => MachineProblem.Abstract,
            { Type.BaseType: { SpecialType: not SpecialType.System_Object } } => MachineProblem.HasBaseClass,
            _ when Type.InstanceConstructors.Any(constructor => constructor.Parameters.Length > 0 && ObjectShapes.IsPrimary(constructor)) => MachineProblem.HiddenState,
            _ when !HasEmptyConstructor() => MachineProblem.NoEmptyConstructor,
            _ when !WireNames.IsLegal(WireName) => MachineProblem.WireName,
            _ when !SyntaxFacts.IsValidIdentifier(ClientName) => MachineProblem.ClientName,
            _ when Type.ContainingNamespace.GetTypeMembers("I" + ClientName).Any(IsOfSameAssembly) => MachineProblem.ClientNameTaken,
            _ when Version < 1 || MinVersion < 1 || MinVersion > Version => MachineProblem.Version,
            _ => MachineProblem.None,
        };
        return (problem, problem is MachineProblem.ClientName or MachineProblem.ClientNameTaken ? ClientName : WireName);
    }

    private MachineProblem FindUnextendable()
    {
        if (Type.IsStatic)
        {
            return MachineProblem.Static;
        }

        for (INamedTypeSymbol? level = Type; level is not null; level = level.ContainingType)
        {
            if (level.Arity > 0)
            {
                return MachineProblem.Generic;
            }

            bool partial = level.DeclaringSyntaxReferences.All(reference =>
                reference.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));
            if (!partial)
            {
                return MachineProblem.NotPartial;
            }
        }

        return MachineProblem.None;
    }

    /// <summary>A required member would have to be set by whoever makes the machine, and the runtime cannot know to what.</summary>
    private bool HasEmptyConstructor() =>
        Type.InstanceConstructors.Any(constructor => constructor.Parameters.IsEmpty)
        && !Type.GetMembers().Any(member => member is IFieldSymbol { IsRequired: true } or IPropertySymbol { IsRequired: true });

    private bool IsOfSameAssembly(INamedTypeSymbol other) =>
        other.Arity == 0 && !other.IsFileLocal && SymbolEqualityComparer.Default.Equals(other.ContainingAssembly, Type.ContainingAssembly);

    private static ImmutableArray<StateMember> FindState(INamedTypeSymbol machine, TypeClassifier types) =>
    [
        .. machine.GetMembers().OfType<IFieldSymbol>()
            .Where(field => !field.IsStatic && !field.IsConst && !IsTransient(field))
            .Select(field => new StateMember(
                (field.AssociatedSymbol ?? field).Name,
                field,
                field.AssociatedSymbol is IPropertySymbol,
                field.AssociatedSymbol is IEventSymbol ? "an event is not content" : types.FindProblem(field.Type, inState: true)))
            .OrderBy(member => member.Name, StringComparer.Ordinal),
    ];

    private static bool IsTransient(IFieldSymbol field) =>
        SymbolNames.HasAttribute(field, KnownNames.TransientAttribute)
        || (field.AssociatedSymbol is { } property && SymbolNames.HasAttribute(property, KnownNames.TransientAttribute));
}
