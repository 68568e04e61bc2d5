using System.Collections.Immutable;
using Dike.Paxos;

namespace Dike.Node.Groups.Snapshots;

/// <summary>The configuration in which the slot behind the last applied one is decided: a function of the log, unlike what the replica knows, which may be ahead of what is applied.</summary>
/// <param name="Id">The configuration; 0 if the log has not told yet.</param>
/// <param name="Members">Its members.</param>
internal readonly record struct LogConfiguration(ConfigurationId Id, ImmutableArray<Member> Members)
{
    /// <summary>Of a newcomer that reads the log of an older configuration than the one that invited it: unknown up to the next stop-sign.</summary>
    public static LogConfiguration Unknown => new(default, []);

    public bool IsKnown => Id.Value > 0;
}
