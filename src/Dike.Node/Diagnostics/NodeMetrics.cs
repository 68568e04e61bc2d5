using System.Diagnostics.Metrics;

namespace Dike.Node.Diagnostics;

/// <summary>The counters of the meter <c>Dike</c>, for all nodes of the process. Never with keys as tags.</summary>
internal static class NodeMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Dike";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Calls that arrived from clients.</summary>
    public static Counter<long> Calls { get; } = Meter.CreateCounter<long>("dike.calls", "{call}", "Commands and queries that arrived from clients.");

    /// <summary>Calls refused by a limit.</summary>
    public static Counter<long> Overloads { get; } = Meter.CreateCounter<long>("dike.calls.overloaded", "{call}", "Calls refused because too many were waiting.");

    /// <summary>Appends to the journal; each is one write for all groups of a turn.</summary>
    public static Counter<long> Appends { get; } = Meter.CreateCounter<long>("dike.journal.appends", "{append}", "Batches of records handed to the journal.");

    /// <summary>Records in those appends.</summary>
    public static Counter<long> Records { get; } = Meter.CreateCounter<long>("dike.journal.records", "{record}", "Records handed to the journal.");

    /// <summary>Syncs that the journal reported.</summary>
    public static Counter<long> Syncs { get; } = Meter.CreateCounter<long>("dike.journal.syncs", "{sync}", "Syncs that the journal reported.");

    /// <summary>Connections closed because of what arrived on them.</summary>
    public static Counter<long> HostileConnections { get; } =
        Meter.CreateCounter<long>("dike.connections.hostile", "{connection}", "Connections closed because of what arrived on them.");
}
