using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Dike.Generators.Parsing;

/// <summary>Carries the XML documentation of a handler over to the client's method, where the context does not exist and a cancellation token does.</summary>
internal static class Documentation
{
    /// <summary>The lines of the documentation without slashes; never empty.</summary>
    /// <param name="method">The handler.</param>
    /// <param name="fallback">The summary of an undocumented handler.</param>
    /// <param name="omitted">The parameters that the client's method does not have.</param>
    public static IEnumerable<string> Of(IMethodSymbol method, string fallback, IReadOnlyCollection<string> omitted)
    {
        List<string> lines = [.. Read(method, omitted)];
        return lines.Count == 0 ? [$"<summary>{fallback}</summary>"] : lines;
    }

    private static IEnumerable<string> Read(IMethodSymbol method, IReadOnlyCollection<string> omitted)
    {
        string? xml = method.GetDocumentationCommentXml();
        if (string.IsNullOrWhiteSpace(xml))
        {
            return [];
        }

        XElement root;
        try
        {
            root = XElement.Parse(xml, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            // The compiler has already warned about documentation that is not XML; the client gets the fallback.
            return [];
        }

        return root.Elements()
            .Where(element => element.Name.LocalName is not ("inheritdoc" or "include")
                && !(element.Name.LocalName == "param" && omitted.Contains((string?)element.Attribute("name") ?? "")))
            .SelectMany(element => element.ToString(SaveOptions.DisableFormatting).Replace("\r", "").Split('\n'))
            .Select(line => line.Trim())
            .Where(line => line.Length > 0);
    }
}
