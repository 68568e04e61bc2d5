namespace Dike.Node;

/// <summary>Deadlines and limits of a node's own client, <see cref="DikeNode.Client"/>.</summary>
public sealed class NodeClientOptions
{
    /// <summary>How long a call may take at most. 1 ms to 1 h. Default: 5 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The most calls that may wait for their answers at once. 1 to 1,048,576. Default: 4096.</summary>
    public int MaxInFlight { get; set; } = 4096;
}
