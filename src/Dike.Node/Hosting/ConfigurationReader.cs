using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Dike.Node.Hosting;

/// <summary>
/// Reads the section <c>Dike</c> into options. Written out instead of bound, so that a misspelt or unreadable setting is refused with its path, its value
/// and the names that exist, and so that no reflection is needed.
/// </summary>
internal static class ConfigurationReader
{
    /// <exception cref="DikeConfigurationException">A setting is unknown or cannot be read.</exception>
    public static void Read(IConfigurationSection section, DikeNodeOptions options)
    {
        ReadSettings(section, new()
        {
            ["Node"] = node => ReadNode(node, options.Node),
            ["Cluster"] = cluster => ReadCluster(cluster, options.Cluster),
            ["Client"] = client => ReadClient(client, options.Client),
            ["Limits"] = limits => ReadLimits(limits, options.Limits),
            ["ElectionTimeout"] = value => options.ElectionTimeout = Time(value),
            ["HeartbeatInterval"] = value => options.HeartbeatInterval = Time(value),
        });
    }

    private static void ReadNode(IConfigurationSection section, NodeOptions node) => ReadSettings(section, new()
    {
        ["Name"] = value => node.Name = Text(value),
        ["Listen"] = value => node.Listen = Text(value),
        ["Advertise"] = value => node.Advertise = Text(value),
        ["DataDirectory"] = value => node.DataDirectory = Text(value),
    });

    private static void ReadCluster(IConfigurationSection section, ClusterOptions cluster) => ReadSettings(section, new()
    {
        ["Name"] = value => cluster.Name = Text(value),
        ["Seeds"] = seeds =>
        {
            cluster.Seeds.Clear();
            foreach (IConfigurationSection seed in seeds.GetChildren())
            {
                cluster.Seeds.Add(Text(seed));
            }
        },
    });

    private static void ReadClient(IConfigurationSection section, NodeClientOptions client) => ReadSettings(section, new()
    {
        ["Timeout"] = value => client.Timeout = Time(value),
        ["MaxInFlight"] = value => client.MaxInFlight = Number(value),
    });

    private static void ReadLimits(IConfigurationSection section, LimitOptions limits) => ReadSettings(section, new()
    {
        ["MaxInFlight"] = value => limits.MaxInFlight = Number(value),
        ["MaxFrameBytes"] = value => limits.MaxFrameBytes = Number(value),
        ["MaxCommandBytes"] = value => limits.MaxCommandBytes = Number(value),
    });

    private static void ReadSettings(IConfigurationSection section, Dictionary<string, Action<IConfigurationSection>> settings)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            string? known = settings.Keys.FirstOrDefault(name => name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (known is null)
            {
                throw Refusal.Configuration($"{child.Path} is no setting of this release. Settings of {section.Path}: {string.Join(", ", settings.Keys)}. Correct the name or remove it.");
            }

            settings[known](child);
        }
    }

    private static string Text(IConfigurationSection setting) => setting.Value
        ?? throw Refusal.Configuration($"{setting.Path} has no value: give a text.");

    private static int Number(IConfigurationSection setting) => int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw Refusal.Configuration($"{setting.Path} is '{setting.Value}': give a whole number.");

    private static TimeSpan Time(IConfigurationSection setting) => TimeSpan.TryParse(setting.Value, CultureInfo.InvariantCulture, out TimeSpan time)
        ? time
        : throw Refusal.Configuration($"{setting.Path} is '{setting.Value}': give a time as hours:minutes:seconds, for example 00:00:00.5.");
}
