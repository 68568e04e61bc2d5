namespace Dike;

/// <summary>
/// Marks a <c>partial</c> class as a replicated state machine: its instance fields and auto-properties are the replicated state,
/// its <see cref="CommandAttribute"/> methods change it, its <see cref="QueryAttribute"/> methods read it.
/// </summary>
/// <remarks>Everything the handlers do must follow from state, arguments and <see cref="CommandContext"/> alone; the analyzers check that.</remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StateMachineAttribute : Attribute
{
    /// <summary>Uses the class name as the wire name.</summary>
    public StateMachineAttribute()
    {
    }

    /// <summary>Keeps <paramref name="name"/> as the wire name, whatever the class is called.</summary>
    /// <param name="name">The wire name: 1 to 128 characters, letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</param>
    public StateMachineAttribute(string name) => Name = name;

    /// <summary>The wire name, or null for the class name.</summary>
    public string? Name { get; }

    /// <summary>Whether each key or each partition has a state of its own. Default: <see cref="StateScope.Key"/>.</summary>
    public StateScope Scope { get; set; }

    /// <summary>The version of the handlers' behaviour, 1 or more. Default: 1.</summary>
    public int Version { get; set; } = 1;

    /// <summary>The oldest version whose log entries this code can still replay, 1 to <see cref="Version"/>. Default: 1.</summary>
    public int MinVersion { get; set; } = 1;

    /// <summary>The name of the generated interface (without its leading <c>I</c>) and accessors; null for the class name.</summary>
    public string? ClientName { get; set; }
}
