namespace Dike.Testing.Checkers;

/// <summary>The methods of the simulated machine. Their names, as <see cref="Operation.Method"/> and <see cref="WitnessEntry.Method"/> spell them, are the members' names.</summary>
internal enum ModelMethod
{
    /// <summary>Adds the argument; returns the new value.</summary>
    Add = 1,

    /// <summary>Puts the argument in place; returns the previous value.</summary>
    Swap = 2,

    /// <summary>Changes the value, then rejects: no trace may stay.</summary>
    RejectAfterWrite = 3,

    /// <summary>Changes the value, then throws: no trace may stay.</summary>
    ThrowAfterWrite = 4,

    /// <summary>As <see cref="Add"/>, with work to be done after the answer.</summary>
    AddWithThen = 5,

    /// <summary>As <see cref="Add"/>; the answer is computed by a delegate, from the new value.</summary>
    AddFrom = 6,

    /// <summary>A query: returns the value.</summary>
    Read = 7,
}
