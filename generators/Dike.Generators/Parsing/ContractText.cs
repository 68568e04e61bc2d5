using System.Globalization;
using System.Text;
using Dike.Generators.Models;
using Dike.Generators.Shapes;

namespace Dike.Generators.Parsing;

/// <summary>
/// The canonical text of a machine's contract, whose hash nodes and callers compare: names, kinds and types of everything that travels or is kept,
/// in ordinal order. Documentation, accessibility, parameter names and the order of the source are not part of it.
/// </summary>
internal static class ContractText
{
    public static string Of(MachineShape machine, string stateShape, IEnumerable<HandlerModel> handlers, IEnumerable<CodecModel> codecs)
    {
        var text = new StringBuilder();
        AppendLine(text, $"machine {machine.WireName}");
        AppendLine(text, $"scope {machine.Scope}");
        AppendLine(text, $"versions {machine.MinVersion} to {machine.Version}");
        AppendLine(text, $"state {stateShape}");
        foreach (HandlerModel handler in handlers)
        {
            AppendLine(text, $"{(handler.IsQuery ? "query" : "command")} {handler.WireName}{handler.Signature}");
        }

        Dictionary<string, CodecModel> byName = codecs.ToDictionary(codec => codec.Name, StringComparer.Ordinal);
        foreach (CodecModel codec in byName.Values.Where(codec => codec.Form is TypeForm.Object or TypeForm.Enum).OrderBy(codec => codec.ContractType, StringComparer.Ordinal))
        {
            AppendLine(text, $"type {codec.ContractType} {Members(codec, byName)}");
        }

        return text.ToString();
    }

    public static string Members(CodecModel codec, IReadOnlyDictionary<string, CodecModel> byName) =>
        string.Join("; ", codec.Parts.Select(part => $"{part.Member.TrimStart('@')}:{byName[part.Codec].ContractType}"));

    private static void AppendLine(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
