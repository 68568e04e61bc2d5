using System.Globalization;

namespace Dike.Node.Directory;

/// <summary>Which rings are possible. Pure and the same on every node; each message names the values.</summary>
internal static class RingRule
{
    public const int MaxPartitions = 4096;

    private const int MaxNameLength = 128;

    /// <summary>Why a ring cannot be, or null.</summary>
    public static string? Invalid(string name, int partitions, int replicas, int nodes)
    {
        if (name.Length is 0 or > MaxNameLength || !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'))
        {
            return $"A ring's name has 1 to {MaxNameLength} letters, digits, '-', '_' or '.', not '{name}'.";
        }

        if (partitions is < 1 or > MaxPartitions)
        {
            return string.Create(CultureInfo.InvariantCulture, $"Ring '{name}' asks for {partitions} partitions; 1 to {MaxPartitions} are possible.");
        }

        if (replicas is not (1 or 3 or 5))
        {
            return string.Create(CultureInfo.InvariantCulture, $"Ring '{name}' asks for {replicas} replicas; 1, 3 or 5 are possible.");
        }

        return replicas > nodes
            ? string.Create(CultureInfo.InvariantCulture, $"Ring '{name}' asks for {replicas} replicas, the cluster has {nodes} nodes; ask for at most as many.")
            : null;
    }

    /// <summary>How a wish differs from the ring of that name, or null if it is the same.</summary>
    public static string? Contradiction(DirectoryRing known, string machine, int partitions, int replicas)
    {
        if (known.Machine != machine)
        {
            return $"Ring '{known.Name}' exists for machine '{known.Machine}', asked for was '{machine}'.";
        }

        if (known.Groups.Count != partitions)
        {
            return string.Create(CultureInfo.InvariantCulture, $"Ring '{known.Name}' exists with {known.Groups.Count} partitions, asked for were {partitions}; the number is fixed for good.");
        }

        return known.Replicas != replicas
            ? string.Create(CultureInfo.InvariantCulture, $"Ring '{known.Name}' exists with {known.Replicas} replicas, asked for were {replicas}.")
            : null;
    }
}
