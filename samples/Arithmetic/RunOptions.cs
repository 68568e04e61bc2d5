namespace ArithmeticSample;

/// <summary>What the command line asks for. What was not given is null: a kept data directory may know it.</summary>
internal sealed record RunOptions
{
    public const int DefaultNodes = 5;

    public const int DefaultPartitions = 16;

    /// <summary>The legal numbers of nodes, for messages.</summary>
    public const string LegalNodes = "1, 3 or 5";

    /// <summary>The legal numbers of partitions, for messages.</summary>
    public const string LegalPartitions = "1 to 4096";

    /// <summary>The script to run, <c>-</c> for standard input.</summary>
    public string? Script { get; init; }

    /// <summary>Whether to run lines from a prompt.</summary>
    public bool Interactive { get; init; }

    /// <summary>The number of nodes.</summary>
    public int? Nodes { get; init; }

    /// <summary>The number of partitions of the ring.</summary>
    public int? Partitions { get; init; }

    /// <summary>Where to keep the nodes' data.</summary>
    public string? Data { get; init; }

    /// <summary>The seed of the load.</summary>
    public int? Seed { get; init; }

    /// <summary>Whether a cluster of this many nodes can be run: the command line and a kept directory are judged alike.</summary>
    public static bool AreNodesLegal(int nodes) => nodes is 1 or 3 or 5;

    /// <summary>Whether a ring can have this many partitions.</summary>
    public static bool ArePartitionsLegal(int partitions) => partitions is >= 1 and <= 4096;
}
