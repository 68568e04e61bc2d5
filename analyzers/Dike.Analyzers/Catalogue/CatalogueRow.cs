namespace Dike.Analyzers.Catalogue;

/// <summary>One line of <c>symbols.tsv</c>: plain text, free of symbols, so it may be shared by all compilations.</summary>
internal sealed class CatalogueRow(string group, Verdict verdict, string documentationId, string replacement)
{
    /// <summary>What the member is about: <c>clock</c>, <c>random</c>, <c>guid</c> or <c>io</c>; each group has one rule.</summary>
    public string Group { get; } = group;

    public Verdict Verdict { get; } = verdict;

    /// <summary>The documentation id, for example <c>P:System.DateTime.UtcNow</c>.</summary>
    public string DocumentationId { get; } = documentationId;

    /// <summary>What to write instead, as the message says it.</summary>
    public string Replacement { get; } = replacement;

    /// <summary>Whether the row stands for all members of a type and of the types derived from it.</summary>
    public bool IsType => DocumentationId[0] == 'T';

    /// <summary>The metadata name of the member or type, the key under which a symbol is looked up before anything is resolved.</summary>
    public string MetadataName { get; } = NameOf(documentationId);

    private static string NameOf(string id)
    {
        int parameters = id.IndexOf('(');
        string path = parameters < 0 ? id : id.Substring(0, parameters);
        string name = path.Substring(path.LastIndexOf('.') + 1);
        int conversion = name.IndexOf('~');
        name = conversion < 0 ? name : name.Substring(0, conversion);
        int arity = name.IndexOf("``", System.StringComparison.Ordinal);
        name = arity < 0 ? name : name.Substring(0, arity);
        return name.Replace('#', '.');
    }
}
