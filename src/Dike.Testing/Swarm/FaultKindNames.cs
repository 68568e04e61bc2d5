using System.Collections.Frozen;
using System.Text.Json;
using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>The names of kinds of faults as people read and type them: <c>one-way-partition</c>.</summary>
internal static class FaultKindNames
{
    private static readonly FrozenDictionary<FaultKind, string> Names =
        Enum.GetValues<FaultKind>().ToFrozenDictionary(kind => kind, kind => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString()));

    private static readonly FrozenDictionary<string, FaultKind> Kinds = Names.ToFrozenDictionary(name => name.Value, name => name.Key, StringComparer.Ordinal);

    /// <summary>All names, in the order of the kinds.</summary>
    public static IEnumerable<string> All => Enum.GetValues<FaultKind>().Select(Of);

    /// <summary>The name of a kind; a number for one that does not exist.</summary>
    public static string Of(FaultKind kind) => Names.TryGetValue(kind, out string? name) ? name : kind.ToString("D");

    /// <summary>The kind of a name.</summary>
    public static bool TryParse(string name, out FaultKind kind) => Kinds.TryGetValue(name, out kind);
}
