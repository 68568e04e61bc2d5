namespace ArithmeticSample;

/// <summary>What the command line asks for. What was not given is null: a kept data directory may know it.</summary>
internal sealed record RunOptions
{
    public const int DefaultNodes = 5;

    public const int DefaultPartitions = 16;

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
}
