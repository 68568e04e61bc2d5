using System.Collections.Immutable;

namespace Dike.Analyzers.Catalogue;

/// <summary>Reads the embedded <c>symbols.tsv</c>. The rows are text only and read once per process; symbols live in <see cref="SymbolCatalogue"/>.</summary>
internal static class CatalogueText
{
    private static readonly Lazy<ImmutableArray<CatalogueRow>> LazyRows = new(Read);

    public static ImmutableArray<CatalogueRow> Rows => LazyRows.Value;

    private static ImmutableArray<CatalogueRow> Read()
    {
        using Stream stream = typeof(CatalogueText).Assembly.GetManifestResourceStream("symbols.tsv")
            ?? throw new InvalidOperationException("The analyzer assembly lacks its catalogue symbols.tsv; it was not built from its project.");
        using var reader = new StreamReader(stream);
        var rows = new List<CatalogueRow>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                rows.Add(Parse(line));
            }
        }

        return [.. rows];
    }

    private static CatalogueRow Parse(string line)
    {
        string[] cells = line.Split('\t');
        if (cells.Length != 4)
        {
            throw new InvalidOperationException($"symbols.tsv: expected group, verdict, documentation id and replacement, found '{line}'.");
        }

        Verdict verdict = cells[1] switch
        {
            "error" => Verdict.Error,
            "warning" => Verdict.Warning,
            _ => throw new InvalidOperationException($"symbols.tsv: unknown verdict '{cells[1]}' in '{line}'; use error or warning."),
        };
        return new CatalogueRow(cells[0], verdict, cells[2], cells[3]);
    }
}
