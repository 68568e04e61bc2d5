using Dike.Generators.Models;
using Dike.Generators.Shapes;
using static Dike.Generators.Emitting.GeneratedNames;

namespace Dike.Generators.Emitting;

/// <summary>
/// Emits the codecs of collections: a length, -1 for null, then the items. A length is checked against the bytes that remain before anything is allocated.
/// Sets and dictionaries are written in the order of their encoded entries: their own order follows history, culture or hash seeds.
/// </summary>
internal sealed class CollectionCodecs(CodecEmitter emitter)
{
    public void Emit(CodecModel codec)
    {
        if (codec.Form == TypeForm.RawArray)
        {
            EmitRawArray(codec);
        }
        else if (CollectionForms.IsSet(codec.Form) || CollectionForms.IsDictionary(codec.Form))
        {
            EmitKeyedWrite(codec);
            EmitRead(codec, new KeyedReader(codec, emitter));
        }
        else
        {
            EmitSequenceWrite(codec);
            EmitRead(codec, new SequenceReader(codec, emitter));
        }
    }

    private void EmitRawArray(CodecModel codec)
    {
        string element = emitter.Part(codec, 0).Type;
        string bytes = "global::System.Runtime.InteropServices.MemoryMarshal.AsBytes(global::System.MemoryExtensions.AsSpan({0}))";
        var write = new CodeWriter();
        write.Open("if (value is null)").Line("writer.WriteUnmanaged(-1);").Line("return;").Close().Line();
        write.Line("writer.WriteUnmanaged(value.Length);");
        write.Line($"WriteBytes(ref writer, {bytes.Replace("{0}", "value")});");
        var read = new CodeWriter();
        read.Open($"if (!TryReadLength(ref reader, sizeof({element}), out int length))").Line("return null;").Close().Line();
        read.Line($"{element}[] items = length == 0 ? global::System.Array.Empty<{element}>() : new {element}[length];");
        read.Line($"ReadBytes(ref reader, {bytes.Replace("{0}", "items")});");
        read.Line("return items;");
        emitter.EmitPair(codec, Body(write), Body(read));
    }

    private void EmitSequenceWrite(CodecModel codec)
    {
        var write = new CodeWriter();
        string isNull = codec.Form == TypeForm.ImmutableArray ? "value.IsDefault" : "value is null";
        write.Open($"if ({isNull})").Line("writer.WriteUnmanaged(-1);").Line("return;").Close().Line();
        switch (codec.Form)
        {
            case TypeForm.Stack:
                // Enumeration starts at the top; the bottom goes first, so that a reader can push.
                write.Line($"{emitter.Part(codec, 0).Type}[] items = value.ToArray();").Line("writer.WriteUnmanaged(items.Length);");
                write.Open("for (int index = items.Length - 1; index >= 0; index--)").Line(emitter.WritePart(codec, 0, "items[index]")).Close();
                break;
            case TypeForm.ReadOnlyList or TypeForm.ListInterface:
                write.Line($"{emitter.Part(codec, 0).Type}[] items = global::System.Linq.Enumerable.ToArray(value);").Line("writer.WriteUnmanaged(items.Length);");
                write.Open($"foreach ({emitter.Part(codec, 0).Type} item in items)").Line(emitter.WritePart(codec, 0, "item")).Close();
                break;
            default:
                string count = codec.Form is TypeForm.Array or TypeForm.ImmutableArray ? "Length" : "Count";
                write.Line($"writer.WriteUnmanaged(value.{count});");
                write.Open($"foreach ({emitter.Part(codec, 0).Type} item in value)").Line(emitter.WritePart(codec, 0, "item")).Close();
                break;
        }

        EmitWriteMethod(codec, "Write", "", Body(write));
    }

    private void EmitKeyedWrite(CodecModel codec)
    {
        var write = new CodeWriter();
        write.Open("if (value is null)").Line("writer.WriteUnmanaged(-1);").Line("return;").Close().Line();
        write.Line("var buffer = new global::System.Buffers.ArrayBufferWriter<byte>();");
        write.Line($"var entries = new {Writer}(ref buffer, writer.OptionalState);");
        write.Line("var ends = new global::System.Collections.Generic.List<int>();");
        string item = CollectionForms.IsSet(codec.Form)
            ? emitter.Part(codec, 0).Type
            : $"global::System.Collections.Generic.KeyValuePair<{emitter.Part(codec, 0).Type}, {emitter.Part(codec, 1).Type}>";
        write.Open($"foreach ({item} item in value)");
        if (CollectionForms.IsSet(codec.Form))
        {
            write.Line(emitter.WritePart(codec, 0, "item", "entries"));
        }
        else
        {
            write.Line(emitter.WritePart(codec, 0, "item.Key", "entries")).Line(emitter.WritePart(codec, 1, "item.Value", "entries"));
        }

        write.Line("ends.Add(entries.WrittenCount);").Close().Line();
        write.Line("entries.Flush();");
        write.Line(emitter.Shared(codec, "WriteSorted(ref writer, buffer.WrittenSpan, ends);"));
        if (!CollectionForms.HasComparer(codec.Form))
        {
            EmitWriteMethod(codec, "Write", "", Body(write));
            return;
        }

        string depth = codec.IsRecursive ? ", depth" : "";
        EmitWriteMethod(codec, "WriteEntriesOf", "", Body(write));
        EmitWriteMethod(codec, "Write", "", $"{ComparerCheck(codec, DefaultComparer(codec))}\nWriteEntriesOf{codec.Name}(ref writer, value{depth});");
        if (codec.IsRestored)
        {
            string expected = $"initial is null ? {DefaultComparer(codec)} : initial.{ComparerOf(codec.Form)}";
            EmitWriteMethod(codec, "Export", $", {codec.Type} initial", $"{ComparerCheck(codec, expected)}\nWriteEntriesOf{codec.Name}(ref writer, value{depth});");
        }
    }

    /// <summary>
    /// A reader makes the collection with a comparer it knows: the default one, or the one that the machine's constructor chose. With another one
    /// a restored replica would find other keys than a live one, so writing fails instead, on all replicas alike.
    /// </summary>
    private string ComparerCheck(CodecModel codec, string expected)
    {
        string call = emitter.Shared(codec, $"RequireComparer(value.{ComparerOf(codec.Form)}, {expected}, {Text(codec.ContractType)});");
        return new CodeWriter().Open("if (value is not null)").Line(call).Close().ToString();
    }

    private string DefaultComparer(CodecModel codec)
    {
        CodecModel key = emitter.Part(codec, 0);
        string sorted = key.Scalar == "String" ? "global::System.StringComparer.Ordinal" : $"global::System.Collections.Generic.Comparer<{key.Type}>.Default";
        return "(object)" + (CollectionForms.IsSorted(codec.Form) ? sorted : $"global::System.Collections.Generic.EqualityComparer<{key.Type}>.Default");
    }

    private static string ComparerOf(TypeForm form) => CollectionForms.IsImmutableKeyed(form) ? "KeyComparer" : "Comparer";

    private void EmitRead(CodecModel codec, ICollectionReader reader)
    {
        string depth = codec.IsRecursive ? ", depth" : "";
        string minimum = Number(Math.Max(1, codec.Parts.Sum(part => emitter.Find(part.Codec).MinimumSize)));
        var read = new CodeWriter();
        string absent = codec.Form == TypeForm.ImmutableArray ? $"default({codec.Type})" : "null";
        read.Open($"if (!{emitter.Shared(codec, $"TryReadLength(ref reader, {minimum}, out int length)")})").Line($"return {absent};").Close().Line();
        reader.Emit(read);
        if (CollectionForms.IsRestorable(codec.Form))
        {
            string signature = $"{codec.Type} Restore{codec.Name}(ref {Reader} reader, {codec.Type} existing{CodecEmitter.DepthParameter(codec)})";
            emitter.EmitMethod(signature, Body(read));
            EmitReadMethod(codec, $"return Restore{codec.Name}(ref reader, null{depth});");
        }
        else
        {
            EmitReadMethod(codec, Body(read));
        }
    }

    private void EmitWriteMethod(CodecModel codec, string verb, string more, string body) =>
        emitter.EmitMethod($"void {verb}{codec.Name}(ref {Writer} writer, {codec.Type} value{more}{CodecEmitter.DepthParameter(codec)})", body);

    private void EmitReadMethod(CodecModel codec, string body) =>
        emitter.EmitMethod($"{codec.Type} Read{codec.Name}(ref {Reader} reader{CodecEmitter.DepthParameter(codec)})", body);

    private static string Body(CodeWriter writer) => writer.ToString().TrimEnd('\n');
}
