namespace Dike.Node;

/// <summary>Limits on work and sizes of a node.</summary>
public sealed class LimitOptions
{
    /// <summary>The most commands of one group that may wait for a slot or a decision at once; more are refused as overloaded. 1 to 1,048,576. Default: 65,536.</summary>
    public int MaxInFlight { get; set; } = 65_536;

    /// <summary>The largest frame in bytes that is accepted or sent, the same on all nodes. 64 KiB to 256 MiB. Default: 16 MiB.</summary>
    public int MaxFrameBytes { get; set; } = 16 << 20;

    /// <summary>The most bytes of one command's arguments. 1 KiB to half of <see cref="MaxFrameBytes"/>. Default: 8 MiB.</summary>
    public int MaxCommandBytes { get; set; } = 8 << 20;
}
