namespace Dike;

/// <summary>
/// Marks a method of a <see cref="StateMachineAttribute"/> class as a command: replicated, made durable, applied once and in order on every replica.
/// It is synchronous and returns <see cref="Reply{T}"/>, <see cref="Reply"/>, or as shorthand a plain value or <c>void</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class CommandAttribute : Attribute
{
    /// <summary>Uses the method name as the wire name.</summary>
    public CommandAttribute()
    {
    }

    /// <summary>Keeps <paramref name="name"/> as the wire name, whatever the method is called.</summary>
    /// <param name="name">The wire name, unique among the machine's commands and queries.</param>
    public CommandAttribute(string name) => Name = name;

    /// <summary>The wire name, or null for the method name.</summary>
    public string? Name { get; }
}
