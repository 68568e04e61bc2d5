using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Dike.Generators.Shapes;

/// <summary>A serialized member of a user type.</summary>
/// <param name="Name">The member's name.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsSettable">Whether an object initializer may set it.</param>
/// <param name="IsRequired">Whether an object initializer must set it.</param>
internal sealed record ObjectMember(string Name, ITypeSymbol Type, bool IsSettable, bool IsRequired);

/// <summary>The members of a user type in the order of their names, and how to construct it.</summary>
/// <param name="Members">In ordinal order of names.</param>
/// <param name="ConstructorMembers">For each constructor parameter the index of its member.</param>
/// <param name="InitializerMembers">The indices of the members that are set behind the constructor.</param>
internal sealed record ObjectShape(
    ImmutableArray<ObjectMember> Members, ImmutableArray<int> ConstructorMembers, ImmutableArray<int> InitializerMembers);
