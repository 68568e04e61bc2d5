using System.Text.Json;

namespace Dike.Planted;

/// <summary>
/// All planted bugs, as bugs.json lists them. Whoever holds one may rely on it: ids are unique, every bug has an area of the catalogue and every area enough bugs, every
/// replacement asks whether its bug is active, the canary is one of the bugs.
/// </summary>
/// <param name="Canary">The bug that is run first and must be caught: if it is not, the tool itself is broken.</param>
/// <param name="Areas">The areas, in the order of the report.</param>
/// <param name="Bugs">The bugs.</param>
internal sealed record Catalogue(string Canary, IReadOnlyList<Area> Areas, IReadOnlyList<Bug> Bugs)
{
    private const int FewestBugsOfArea = 5;

    /// <summary>Reads and checks a catalogue.</summary>
    /// <exception cref="CatalogueException">It is not one.</exception>
    public static Catalogue Read(string file)
    {
        Catalogue? catalogue;
        try
        {
            using FileStream stream = File.OpenRead(file);
            catalogue = JsonSerializer.Deserialize(stream, PlantedJson.Default.Catalogue);
        }
        catch (JsonException error)
        {
            throw new CatalogueException($"{file}: {error.Message}");
        }

        if (catalogue is null)
        {
            throw new CatalogueException($"{file}: empty.");
        }

        return catalogue.Faults().FirstOrDefault() is { } fault ? throw new CatalogueException($"{file}: {fault}") : catalogue;
    }

    /// <summary>The area of a bug.</summary>
    public Area AreaOf(Bug bug) => Areas.First(area => area.Name == bug.Area);

    /// <summary>The canary, then the bugs chosen by an area or an id; all of them without a choice.</summary>
    /// <exception cref="CatalogueException">Nothing is called like that.</exception>
    public IReadOnlyList<Bug> Choose(IReadOnlyCollection<string> only)
    {
        if (only.FirstOrDefault(name => !Bugs.Any(bug => Is(bug, name))) is { } unknown)
        {
            throw new CatalogueException($"No area and no bug is called '{unknown}'. Areas: {string.Join(", ", Areas.Select(area => area.Name))}.");
        }

        return
        [
            .. Bugs.Where(bug => bug.Id == Canary),
            .. Areas.SelectMany(area => Bugs.Where(bug => bug.Area == area.Name && bug.Id != Canary && (only.Count == 0 || only.Any(name => Is(bug, name))))),
        ];
    }

    private static bool Is(Bug bug, string name) => bug.Id == name || bug.Area == name;

    private IEnumerable<string> Faults()
    {
        if (Bugs.All(bug => bug.Id != Canary))
        {
            yield return $"the canary '{Canary}' is none of the bugs.";
        }

        foreach (Area area in Areas)
        {
            int count = Bugs.Count(bug => bug.Area == area.Name);
            if (count < FewestBugsOfArea)
            {
                yield return $"area '{area.Name}' has {count} bugs, expected at least {FewestBugsOfArea}.";
            }
        }

        foreach (IGrouping<string, Bug> same in Bugs.GroupBy(bug => bug.Id, StringComparer.Ordinal))
        {
            if (same.Count() > 1)
            {
                yield return $"{same.Count()} bugs are called '{same.Key}'.";
            }
        }

        foreach (Bug bug in Bugs)
        {
            if (Areas.All(area => area.Name != bug.Area))
            {
                yield return $"bug '{bug.Id}' names the unknown area '{bug.Area}'.";
            }

            if (!bug.Replace.Contains(Bug.Placeholder, StringComparison.Ordinal))
            {
                yield return $"bug '{bug.Id}' would always be active: its replacement must hold {Bug.Placeholder}.";
            }
        }
    }
}
