namespace Dike.Generators.Tests.Codecs;

/// <summary>A type, a value of it as source text, and for some the bytes of that value in the exported state.</summary>
/// <param name="Type">The type as source text.</param>
/// <param name="Value">An expression.</param>
/// <param name="Golden">The bytes in hexadecimal, without the leading format byte; null where only the round trip counts.</param>
public sealed record ShapeCase(string Type, string Value, string? Golden = null)
{
    public override string ToString() => $"{Type} = {Value}";
}
