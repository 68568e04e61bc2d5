namespace Dike;

/// <summary>Marks a method of a <see cref="StateMachineAttribute"/> class as a query: it reads the state, may not change it, and is not written to the log.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class QueryAttribute : Attribute
{
    /// <summary>Uses the method name as the wire name.</summary>
    public QueryAttribute()
    {
    }

    /// <summary>Keeps <paramref name="name"/> as the wire name, whatever the method is called.</summary>
    /// <param name="name">The wire name, unique among the machine's commands and queries.</param>
    public QueryAttribute(string name) => Name = name;

    /// <summary>The wire name, or null for the method name.</summary>
    public string? Name { get; }

    /// <summary>What this query may be answered from unless the caller says otherwise. Default: <see cref="Consistency.Linearizable"/>.</summary>
    public Consistency Consistency { get; set; }
}
