using System.Globalization;
using Dike;
using Spectre.Console;

namespace ArithmeticSample;

/// <summary>The tables of the main job.</summary>
internal static class Rendering
{
    /// <summary>Which partition lives where. A cluster without rings has a table without rows.</summary>
    public static Table Routes(RoutingTable routes)
    {
        Table table = NewTable("ring", "partition", "members", "leader");
        foreach (RingRoute ring in routes.Rings)
        {
            for (int partition = 0; partition < ring.Partitions.Length; partition++)
            {
                PartitionRoute route = ring.Partitions[partition];
                AddRow(table, ring.Name, Number(partition), string.Join(", ", route.Members), route.Leader ?? "not known");
            }
        }

        return table;
    }

    /// <summary>What each replica of a partition answered.</summary>
    public static Table Replicas(IEnumerable<ReplicaCheck> checks)
    {
        Table table = NewTable("replica", "slot", "state hash");
        foreach (ReplicaCheck check in checks)
        {
            AddRow(table, check.Node, check.Slot is { } slot ? Number(slot) : "not compared", check.StateHash ?? "not compared");
        }

        return table;
    }

    /// <summary>What the load showed.</summary>
    public static Table Closing(LoadResult load, Agreement agreement)
    {
        Table table = NewTable("load", "result");
        table.Columns[1].RightAligned();
        AddRow(table, "operations", Number(load.Operations));
        AddRow(table, "of these rejected", Number(load.Rejections));
        AddRow(table, "errors", Number(load.Errors));
        AddRow(table, "operations per second", Number((long)load.OperationsPerSecond));
        AddRow(table, "latency p50", Milliseconds(load.Median));
        AddRow(table, "latency p99", Milliseconds(load.Percentile99));
        AddRow(table, "replicas compared", Number(agreement.Compared));
        AddRow(table, "replicas not compared", Number(agreement.NotCompared));
        AddRow(table, "differences", Number(agreement.Differences));
        return table;
    }

    private static Table NewTable(params string[] headers)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string header in headers)
        {
            table.AddColumn(new TableColumn(new Text(header)));
        }

        return table;
    }

    /// <summary>Cells are texts, never markup: names may hold brackets.</summary>
    private static void AddRow(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan value) => value.TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture) + " ms";
}
