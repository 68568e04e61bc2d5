using Microsoft.CodeAnalysis;

namespace Dike.Generators.Shapes;

/// <summary>The types with a codec of their own, and the smallest number of bytes each takes on the wire.</summary>
internal static class ScalarTypes
{
    private static readonly Dictionary<string, int> MinimumSizes = new(StringComparer.Ordinal)
    {
        ["Boolean"] = 1,
        ["Byte"] = 1,
        ["SByte"] = 1,
        ["Int16"] = 2,
        ["UInt16"] = 2,
        ["Char"] = 2,
        ["Int32"] = 4,
        ["UInt32"] = 4,
        ["Int64"] = 8,
        ["UInt64"] = 8,
        ["Int128"] = 16,
        ["UInt128"] = 16,
        ["Half"] = 2,
        ["Single"] = 4,
        ["Double"] = 8,
        ["Decimal"] = 16,
        ["String"] = 4,
        ["Guid"] = 16,
        ["DateTime"] = 9,
        ["DateTimeOffset"] = 10,
        ["TimeSpan"] = 8,
        ["DateOnly"] = 4,
        ["TimeOnly"] = 8,
        ["BigInteger"] = 4,
        ["Uri"] = 4,
        ["Version"] = 4,
    };

    /// <summary>The scalar's name, or null for other types.</summary>
    public static string? NameOf(ITypeSymbol type)
    {
        string space = type.ContainingNamespace?.ToDisplayString() ?? "";
        bool known = type.ContainingType is null
            && (space == "System" || (space == "System.Numerics" && type.Name == "BigInteger"))
            && type is INamedTypeSymbol { Arity: 0 }
            && MinimumSizes.ContainsKey(type.Name);
        return known ? type.Name : null;
    }

    public static int MinimumSizeOf(string scalar) => MinimumSizes[scalar];

    /// <summary>Integers and characters: every bit pattern is a value of its own, so arrays of them can be copied as they lie in memory.</summary>
    public static bool IsRaw(ITypeSymbol type) => type.SpecialType is
        SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Int16 or SpecialType.System_UInt16 or SpecialType.System_Char
        or SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Int64 or SpecialType.System_UInt64;
}
