using Dike.Generators.Models;
using Dike.Generators.Shapes;

namespace Dike.Generators.Emitting;

/// <summary>Reads collections whose order is content.</summary>
internal sealed class SequenceReader(CodecModel codec, CodecEmitter emitter) : ICollectionReader
{
    public void Emit(CodeWriter read)
    {
        string element = emitter.Part(codec, 0).Type;
        switch (codec.Form)
        {
            case TypeForm.Array or TypeForm.ReadOnlyList:
                read.Line($"{element}[] items = length == 0 ? global::System.Array.Empty<{element}>() : {NewArray(element)};");
                read.Open("for (int index = 0; index < length; index++)").Line($"items[index] = {emitter.ReadPart(codec, 0)};").Close().Line();
                read.Line("return items;");
                break;
            case TypeForm.ImmutableArray:
                EmitLoop(read, $"global::System.Collections.Immutable.ImmutableArray.CreateBuilder<{element}>(length)", "Add", "items.MoveToImmutable()");
                break;
            case TypeForm.ImmutableList:
                EmitLoop(read, $"global::System.Collections.Immutable.ImmutableList.CreateBuilder<{element}>()", "Add", "items.ToImmutable()");
                break;
            case TypeForm.ListInterface:
                EmitLoop(read, $"new global::System.Collections.Generic.List<{element}>(length)", "Add", "items");
                break;
            default:
                read.Line($"{codec.Type} items = existing ?? new {codec.Type}(length);").Line("items.Clear();");
                EmitItems(read, codec.Form switch { TypeForm.Queue => "Enqueue", TypeForm.Stack => "Push", _ => "Add" }, "items");
                break;
        }
    }

    private void EmitLoop(CodeWriter read, string make, string add, string result)
    {
        read.Line($"var items = {make};");
        EmitItems(read, add, result);
    }

    private void EmitItems(CodeWriter read, string add, string result)
    {
        read.Open("for (int index = 0; index < length; index++)").Line($"items.{add}({emitter.ReadPart(codec, 0)});").Close().Line();
        read.Line($"return {result};");
    }

    /// <summary>In an array of arrays the length stands in the first pair of brackets.</summary>
    private static string NewArray(string element)
    {
        string ranks = "";
        while (element.EndsWith("[]", StringComparison.Ordinal))
        {
            element = element.Substring(0, element.Length - 2);
            ranks += "[]";
        }

        return $"new {element}[length]{ranks}";
    }
}
