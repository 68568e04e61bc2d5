namespace Dike;

/// <summary>What one instance of a state machine belongs to.</summary>
public enum StateScope
{
    /// <summary>One instance per key.</summary>
    Key = 0,

    /// <summary>One instance per partition; the key of a call only routes it.</summary>
    Partition = 1,
}
