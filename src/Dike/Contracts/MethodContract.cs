using System.ComponentModel;

namespace Dike;

/// <summary>One command or query of a state machine as the wire knows it. Made by generated code.</summary>
/// <param name="Tag">The method's number on the wire: the first four bytes, big-endian, of the SHA-256 of its wire name in UTF-8.</param>
/// <param name="Name">The wire name.</param>
/// <param name="IsQuery">Whether the method reads only.</param>
/// <param name="Consistency">What a query may be answered from unless the caller says otherwise.</param>
/// <param name="Signature">The parameter types and the result type, for comparisons and messages, as <c>(long, string) -> long</c>.</param>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public sealed record MethodContract(uint Tag, string Name, bool IsQuery, Consistency Consistency, string Signature);
