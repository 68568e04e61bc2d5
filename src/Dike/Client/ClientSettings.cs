using System.Collections.Immutable;
using System.Text;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Client;

/// <summary>The options and endpoints of a client after their check, as <see cref="ClientCore"/> and its shell use them.</summary>
internal sealed record ClientSettings(ImmutableArray<string> Endpoints, TimeSpan Timeout, int MaxInFlight, int MaxFrameBytes, string ClusterName)
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    /// <summary>The only cluster to talk to; empty as long as it is not known, and then the first node that answers decides.</summary>
    public Func<Guid> ClusterId { get; init; } = static () => Guid.Empty;

    /// <exception cref="DikeConfigurationException">An option or endpoint is out of its range; the message names it, its value and the fix.</exception>
    public static ClientSettings Check(IReadOnlyList<string> endpoints, DikeClientOptions options)
    {
        if (endpoints.Count == 0)
        {
            throw Fail.BadOption("Endpoints", "an empty list", "give the address of at least one node, as host:port");
        }

        foreach (string endpoint in endpoints)
        {
            if (endpoint is null || !HostAndPort.TryParse(endpoint, out HostAndPort address) || address.Port == 0)
            {
                throw Fail.BadOption("Endpoints", $"'{endpoint}'", "give host:port with a port of 1 to 65535, for example dike-0.dike:7400");
            }
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > MaxTimeout)
        {
            throw Fail.BadOption("Timeout", options.Timeout, "give more than zero and at most 01:00:00");
        }

        if (options.MaxInFlight is < 1 or > 1 << 20)
        {
            throw Fail.BadOption("MaxInFlight", options.MaxInFlight, "give 1 to 1048576");
        }

        if (options.MaxFrameBytes is < FrameHeader.MinMaxFrameBytes or > FrameHeader.MaxMaxFrameBytes)
        {
            throw Fail.BadOption("MaxFrameBytes", options.MaxFrameBytes, $"give {FrameHeader.MinMaxFrameBytes} to {FrameHeader.MaxMaxFrameBytes}");
        }

        string clusterName = options.ClusterName ?? "";
        if (Encoding.UTF8.GetByteCount(clusterName) > FrameLimits.MaxNameBytes || FrameLimits.InvalidName(clusterName, "", mayBeEmpty: true) is not null)
        {
            throw Fail.BadOption(
                "ClusterName", $"'{clusterName}'", $"give at most {FrameLimits.MaxNameBytes} bytes of UTF-8 without control characters, or null");
        }

        if (options.LoggerFactory is null || options.TimeProvider is null)
        {
            throw Fail.BadOption("LoggerFactory and TimeProvider", "null", "leave them at their defaults");
        }

        return new ClientSettings([.. endpoints.Distinct(StringComparer.Ordinal)], options.Timeout, options.MaxInFlight, options.MaxFrameBytes, clusterName)
        {
            ClusterId = options.ClusterId,
        };
    }
}
