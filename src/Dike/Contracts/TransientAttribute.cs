namespace Dike;

/// <summary>
/// Leaves a field or auto-property out of the replicated state. It has its initial value after a restore;
/// <c>partial void OnRestored()</c> is the place to rebuild it from the state.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, Inherited = false)]
public sealed class TransientAttribute : Attribute;
