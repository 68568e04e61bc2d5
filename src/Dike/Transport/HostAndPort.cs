using System.Globalization;
using System.Net;

namespace Dike.Transport;

/// <summary>
/// An address as users write it: <c>host:port</c>, where host is a name, an IPv4 address or an IPv6 address in brackets. Never resolved here.
/// </summary>
internal readonly record struct HostAndPort(string Host, int Port)
{
    public static bool TryParse(string text, out HostAndPort address)
    {
        int colon = text.LastIndexOf(':');
        string host = colon > 0 ? text[..colon] : "";
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (isBracketed)
        {
            host = host[1..^1];
        }

        bool hasPort = int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port);
        address = new HostAndPort(host, port);

        // An IPv6 address without brackets would lose its last group to the port.
        UriHostNameType type = Uri.CheckHostName(host);
        return hasPort
            && port is >= IPEndPoint.MinPort and <= IPEndPoint.MaxPort
            && (isBracketed ? type == UriHostNameType.IPv6 : type is UriHostNameType.Dns or UriHostNameType.IPv4);
    }

    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
