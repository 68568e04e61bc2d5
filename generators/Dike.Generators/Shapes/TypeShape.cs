using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Dike.Generators.Shapes;

/// <summary>
/// One level of a serializable type: its form, the types it is made of, and for user types the members and how to construct them.
/// Holds symbols, so it lives only while one machine is parsed; nothing of it reaches a model.
/// </summary>
internal sealed class TypeShape
{
    private TypeShape(ITypeSymbol type, TypeForm form)
    {
        Type = type;
        Form = form;
    }

    public ITypeSymbol Type { get; }

    public TypeForm Form { get; }

    /// <summary>The scalar's name, as <c>Int64</c>; empty for other forms.</summary>
    public string Scalar { get; private set; } = "";

    /// <summary>Element, key and value, underlying or component types, in order. Empty for scalars.</summary>
    public ImmutableArray<ITypeSymbol> Arguments { get; private set; } = [];

    /// <summary>Members and construction of a user type; otherwise null.</summary>
    public ObjectShape? Object { get; private set; }

    /// <summary>Why the type is not serializable; null if it is, as far as this level is concerned.</summary>
    public string? Problem { get; private set; }

    public static TypeShape Of(ITypeSymbol type, TypeForm form, params ImmutableArray<ITypeSymbol> arguments) => new(type, form) { Arguments = arguments };

    public static TypeShape OfScalar(ITypeSymbol type, string scalar) => new(type, TypeForm.Scalar) { Scalar = scalar };

    public static TypeShape OfObject(ITypeSymbol type, ObjectShape shape) =>
        new(type, TypeForm.Object) { Object = shape, Arguments = [.. shape.Members.Select(member => member.Type)] };

    public static TypeShape Unsupported(ITypeSymbol type, string problem) => new(type, TypeForm.Unsupported) { Problem = problem };
}
