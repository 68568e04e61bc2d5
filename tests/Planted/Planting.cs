namespace Dike.Planted;

/// <summary>
/// Puts bugs into a copy of the source, all at once: each stands behind the question whether it is the active one, so one build serves for all. A bug whose text does not occur
/// exactly once, or overlaps another's, is refused by name: the source has moved on, and the bug would test nothing.
/// </summary>
internal static class Planting
{
    /// <summary>Plants bugs into the files of a repository.</summary>
    /// <returns>The path of each file concerned, from the top, and its text with the bugs in it. Nothing is written.</returns>
    /// <exception cref="CatalogueException">A bug does not fit.</exception>
    public static IEnumerable<(string File, string Text)> PlantAll(string repository, IEnumerable<Bug> bugs)
    {
        foreach (IGrouping<string, Bug> inFile in bugs.GroupBy(bug => bug.File, StringComparer.Ordinal))
        {
            string file = Path.Combine(repository, inFile.Key);
            if (!File.Exists(file))
            {
                throw new CatalogueException($"Bug '{inFile.First().Id}': there is no file {inFile.Key} below {repository}. Mend the catalogue, or name the repository.");
            }

            yield return (inFile.Key, Plant(File.ReadAllText(file), [.. inFile]));
        }
    }

    /// <summary>Plants bugs into one file's text.</summary>
    /// <exception cref="CatalogueException">A bug does not fit.</exception>
    public static string Plant(string text, IReadOnlyCollection<Bug> bugs)
    {
        (int At, Bug Bug)[] places = [.. bugs.Select(bug => (PlaceOf(text, bug), bug)).OrderBy(place => place.Item1)];
        foreach (((int At, Bug Bug) one, (int At, Bug Bug) next) in places.Zip(places.Skip(1)))
        {
            if (one.At + one.Bug.Find.Length > next.At)
            {
                throw new CatalogueException($"Bugs '{one.Bug.Id}' and '{next.Bug.Id}' overlap in {one.Bug.File}: give one of them another text to find.");
            }
        }

        foreach ((int at, Bug bug) in places.Reverse())
        {
            text = string.Concat(text.AsSpan(0, at), Guarded(bug), text.AsSpan(at + bug.Find.Length));
        }

        return text;
    }

    /// <summary>The class that the planted code asks. Every project of the product gets its own, because a shared one would be a reference that the product does not have.</summary>
    public static string AskedClass(string variable) =>
        $$"""
        namespace Dike;

        internal static class PlantedBug
        {
            private static readonly string? Active = System.Environment.GetEnvironmentVariable("{{variable}}");

            public static bool Is(string id) => string.Equals(id, Active, System.StringComparison.Ordinal);
        }

        """;

    private static int PlaceOf(string text, Bug bug)
    {
        int at = text.IndexOf(bug.Find, StringComparison.Ordinal);
        if (at < 0)
        {
            throw new CatalogueException($"Bug '{bug.Id}': its text does not occur in {bug.File} any more. Look at what replaced it and mend the catalogue.");
        }

        return text.IndexOf(bug.Find, at + 1, StringComparison.Ordinal) < 0
            ? at
            : throw new CatalogueException($"Bug '{bug.Id}': its text occurs more than once in {bug.File}. Make it longer.");
    }

    private static string Guarded(Bug bug) =>
        bug.Replace.Replace(Bug.Placeholder, $"global::Dike.PlantedBug.Is(\"{bug.Id}\")", StringComparison.Ordinal);
}
