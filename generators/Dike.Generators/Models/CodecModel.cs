using Dike.Generators.Shapes;

namespace Dike.Generators.Models;

/// <summary>One part of a codec's value: which codec writes it and, for members, its name.</summary>
/// <param name="Codec">The name of the codec.</param>
/// <param name="Member">The member's name; empty for elements, keys and values.</param>
internal sealed record CodecPart(string Codec, string Member);

/// <summary>How one type is written and read. Everything the emitter needs, as values.</summary>
/// <param name="Name">The name that the generated methods carry, unique in the machine: <c>Int64</c> makes <c>WriteInt64</c> and <c>ReadInt64</c>.</param>
/// <param name="Type">The type as generated code spells it, without nullability and tuple names.</param>
/// <param name="ContractType">The type as the contract spells it.</param>
/// <param name="Form">The form on the wire.</param>
/// <param name="Scalar">The scalar's name; empty for other forms.</param>
/// <param name="Parts">Element, key and value, or members in the order of their names.</param>
/// <param name="ConstructorParts">For each constructor parameter the index of its part.</param>
/// <param name="InitializerParts">The indices of the parts set behind the constructor.</param>
/// <param name="MinimumSize">The smallest number of bytes a value takes; 1 or more.</param>
/// <param name="IsReference">Whether a value can be null.</param>
/// <param name="IsSealed">Whether a value is surely of this class and no derived one.</param>
/// <param name="IsRecursive">Whether a value can contain another of the same codec, so that depth must be counted.</param>
/// <param name="IsPrivate">Whether the type can be named only inside the machine, so that its codec must stand there.</param>
/// <param name="NeedsDelegates">Whether arguments or results use it, through cached delegates.</param>
/// <param name="IsRestored">Whether a state member uses it, whose collection is refilled in place.</param>
internal sealed record CodecModel(
    string Name,
    string Type,
    string ContractType,
    TypeForm Form,
    string Scalar,
    EquatableArray<CodecPart> Parts,
    EquatableArray<int> ConstructorParts,
    EquatableArray<int> InitializerParts,
    int MinimumSize,
    bool IsReference,
    bool IsSealed,
    bool IsRecursive,
    bool IsPrivate,
    bool NeedsDelegates,
    bool IsRestored);
