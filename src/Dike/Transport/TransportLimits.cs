namespace Dike.Transport;

/// <summary>Limits of a connection.</summary>
internal sealed record TransportLimits
{
    /// <summary>The largest frame accepted or sent, header included. 1 KiB to 256 MiB. Default: 16 MiB.</summary>
    public int MaxFrameBytes { get; init; } = 16 << 20;

    /// <summary>The most bytes that may wait to be sent. Default: 64 MiB.</summary>
    public long MaxQueuedBytes { get; init; } = 64 << 20;

    /// <summary>How long a connection attempt may take. Default: 2 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a closing connection may take to send what is queued and to hear that the other end closed too. Default: 1 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
