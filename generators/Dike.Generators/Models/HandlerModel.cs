using Dike.Generators.Shapes;

namespace Dike.Generators.Models;

/// <summary>One parameter of a handler.</summary>
/// <param name="Name">Its name, escaped where it is a keyword.</param>
/// <param name="Type">Its type with nullability and tuple names, as the interface shows it.</param>
/// <param name="Codec">The codec's name; empty for the command context.</param>
/// <param name="RefusesNull">Whether the declared type excludes null.</param>
/// <param name="Default">The default value as source text; null if there is none.</param>
internal sealed record ParameterModel(string Name, string Type, string Codec, bool RefusesNull, string? Default)
{
    /// <summary>The context is made on the node and does not travel.</summary>
    public bool IsContext => Codec.Length == 0;
}

/// <summary>One command or query.</summary>
/// <param name="Name">The method's name, escaped where it is a keyword.</param>
/// <param name="ClientMethod">The interface's method.</param>
/// <param name="WireName">The name on the wire.</param>
/// <param name="Tag">The number on the wire.</param>
/// <param name="IsQuery">Whether it only reads.</param>
/// <param name="Consistency">The query's default, as the number of the enum.</param>
/// <param name="Form">What the method returns.</param>
/// <param name="ResultType">The value's type as the interface shows it; empty if there is none.</param>
/// <param name="ResultCodec">The value's codec; empty if there is none.</param>
/// <param name="Signature">Parameter types and result as the contract spells them.</param>
/// <param name="Parameters">In the order of the method.</param>
/// <param name="Documentation">The lines of its XML documentation, without slashes.</param>
/// <param name="Obsolete">The attribute's text; empty if it has none.</param>
/// <param name="IsObsoleteError">Whether the attribute makes calls an error.</param>
/// <param name="IsValid">False for a stub: in the interface so that callers compile, in neither contract nor dispatch.</param>
internal sealed record HandlerModel(
    string Name,
    string ClientMethod,
    string WireName,
    uint Tag,
    bool IsQuery,
    int Consistency,
    ResultForm Form,
    string ResultType,
    string ResultCodec,
    string Signature,
    EquatableArray<ParameterModel> Parameters,
    EquatableArray<string> Documentation,
    string Obsolete,
    bool IsObsoleteError,
    bool IsValid)
{
    /// <summary>The parameters that travel: all but the context.</summary>
    public IReadOnlyList<ParameterModel> WireParameters => [.. Parameters.Where(parameter => !parameter.IsContext)];
}
