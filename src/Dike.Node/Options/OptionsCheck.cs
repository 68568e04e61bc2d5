using System.Globalization;
using Dike.Transport;

namespace Dike.Node;

/// <summary>Checks all options once, before anything is changed. Every message names the option, its value and what to do.</summary>
internal static class OptionsCheck
{
    private const int MaxNameLength = 64;

    /// <exception cref="DikeConfigurationException">The first option that is wrong.</exception>
    public static void Validate(DikeNodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Invalid(options) is { } reason)
        {
            throw Refusal.Configuration(reason);
        }
    }

    /// <summary>Why the options cannot be used, or null.</summary>
    public static string? Invalid(DikeNodeOptions options) =>
        Name("Dike:Node:Name", options.Node.Name)
        ?? Name("Dike:Cluster:Name", options.Cluster.Name)
        ?? DataDirectory(options.Node.DataDirectory)
        ?? Advertise(options.Node.Advertise)
        ?? Seeds(options.Cluster.Seeds)
        ?? Range("Dike:HeartbeatInterval", options.HeartbeatInterval, TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(5))
        ?? Range("Dike:ElectionTimeout", options.ElectionTimeout, 4 * options.HeartbeatInterval, TimeSpan.FromMinutes(1))
        ?? Range("Dike:Client:Timeout", options.Client.Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1))
        ?? Range("Dike:Client:MaxInFlight", options.Client.MaxInFlight, 1, 1 << 20)
        ?? Range("Dike:Limits:MaxInFlight", options.Limits.MaxInFlight, 1, 1 << 20)
        ?? Range("Dike:Limits:MaxFrameBytes", options.Limits.MaxFrameBytes, 64 << 10, 256 << 20)
        ?? Range("Dike:Limits:MaxCommandBytes", options.Limits.MaxCommandBytes, 1 << 10, options.Limits.MaxFrameBytes / 2);

    private static string? Name(string path, string? name)
    {
        bool isLegal = name is { Length: >= 1 and <= MaxNameLength }
            && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
        return isLegal ? null : $"{path} is '{name}': give 1 to {MaxNameLength} letters, digits, '-', '_' or '.'.";
    }

    private static string? DataDirectory(string? directory) =>
        string.IsNullOrWhiteSpace(directory)
            ? $"Dike:Node:DataDirectory is '{directory}': name a directory that belongs to this node alone; its journal is kept there."
            : null;

    private static string? Advertise(string? address) => address is null ? null : Address("Dike:Node:Advertise", address);

    private static string? Seeds(IList<string> seeds)
    {
        for (int index = 0; index < seeds.Count; index++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"Dike:Cluster:Seeds:{index}");
            if (Address(path, seeds[index]) is { } reason)
            {
                return reason;
            }

            if (seeds.IndexOf(seeds[index]) != index)
            {
                return $"{path} is '{seeds[index]}', which is listed twice: list every node once.";
            }
        }

        return seeds.Count is 0 or 1 or 3 or 5
            ? null
            : $"Dike:Cluster:Seeds lists {seeds.Count} nodes ({string.Join(", ", seeds)}): a cluster has 1, 3 or 5; an even number would survive no more failures than one node less.";
    }

    private static string? Address(string path, string? address)
    {
        bool isLegal = address is not null && HostAndPort.TryParse(address, out HostAndPort target) && target.Port > 0;
        return isLegal ? null : $"{path} is '{address}': give a host and a port, as dike-0.dike:7400.";
    }

    private static string? Range<T>(string path, T value, T least, T most)
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0 ? null : $"{path} is {value}: give {least} to {most}.";
}
