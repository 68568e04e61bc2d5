namespace Dike.Node;

/// <summary>Makes the exceptions with which a node refuses to start or to serve: nothing was applied, and nothing was changed.</summary>
internal static class Refusal
{
    public static DikeConfigurationException Configuration(string message, Exception? inner = null) =>
        new(message, CommandId.None, Outcome.NotApplied, inner);

    public static DikeStorageException Storage(string message, Exception? inner = null) =>
        new(message, CommandId.None, Outcome.NotApplied, inner);
}
