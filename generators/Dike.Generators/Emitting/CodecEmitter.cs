using Dike.Generators.Models;
using Dike.Generators.Shapes;
using static Dike.Generators.Emitting.GeneratedNames;

namespace Dike.Generators.Emitting;

/// <summary>
/// Emits the codecs of one machine, written out in full: a static pair <c>WriteX</c> and <c>ReadX</c> per type that call each other directly,
/// and cached delegates where the runtime needs them. Types private to the machine have theirs inside it, all others in a file-local class.
/// </summary>
internal sealed class CodecEmitter
{
    private readonly CodeWriter _writer;
    private readonly Dictionary<string, CodecModel> _codecs;
    private readonly string _sharedClass;

    private CodecEmitter(CodeWriter writer, MachineModel machine)
    {
        _writer = writer;
        _codecs = machine.Codecs.ToDictionary(codec => codec.Name, StringComparer.Ordinal);
        _sharedClass = machine.CodecClass;
    }

    public static void EmitShared(CodeWriter writer, MachineModel machine)
    {
        var body = new CodeWriter();
        new CodecEmitter(body, machine).EmitAll(machine.Codecs.Where(codec => !codec.IsPrivate));
        writer.Line(GeneratedCode).Open($"file static class {machine.ClientName}Codec");
        writer.Line(body.ToString().TrimEnd('\n')).Line();
        SupportEmitter.Emit(writer, body + writer.ToString());
        writer.Close();
    }

    public static void EmitPrivate(CodeWriter writer, MachineModel machine) =>
        new CodecEmitter(writer, machine).EmitAll(machine.Codecs.Where(codec => codec.IsPrivate));

    private void EmitAll(IEnumerable<CodecModel> codecs)
    {
        foreach (CodecModel codec in codecs)
        {
            if (codec.NeedsDelegates)
            {
                EmitDelegates(codec);
            }

            EmitCodec(codec);
        }
    }

    private void EmitDelegates(CodecModel codec)
    {
        string write = codec.IsRecursive
            ? $"static (ref {Writer} writer, {codec.Type} value) => Write{codec.Name}(ref writer, value, 0)"
            : $"Write{codec.Name}";
        string read = codec.IsRecursive ? $"static (ref {Reader} reader) => Read{codec.Name}(ref reader, 0)" : $"Read{codec.Name}";
        _writer.Line($"internal static readonly global::Dike.Encode<{codec.Type}> Encode{codec.Name} = {write};");
        _writer.Line($"internal static readonly global::Dike.Decode<{codec.Type}> Decode{codec.Name} = {read};").Line();
    }

    private void EmitCodec(CodecModel codec)
    {
        switch (codec.Form)
        {
            case TypeForm.Scalar:
                EmitPair(codec, ScalarCodecs.Write(codec.Scalar), ScalarCodecs.Read(codec.Scalar));
                break;
            case TypeForm.Enum:
                string underlying = _codecs[codec.Parts[0].Codec].Type;
                EmitPair(codec, $"writer.WriteUnmanaged(({underlying})value);", $"return ({codec.Type})reader.ReadUnmanaged<{underlying}>();");
                break;
            case TypeForm.Packable:
                EmitPair(codec, "writer.WritePackable(value);", $"return reader.ReadPackable<{codec.Type}>();");
                break;
            case TypeForm.Nullable or TypeForm.Tuple or TypeForm.KeyValuePair or TypeForm.Object:
                new ObjectCodecs(this).Emit(codec);
                break;
            default:
                new CollectionCodecs(this).Emit(codec);
                break;
        }
    }

    /// <summary>Emits the two methods of a codec from their bodies.</summary>
    public void EmitPair(CodecModel codec, string write, string read)
    {
        EmitMethod($"void Write{codec.Name}(ref {Writer} writer, {codec.Type} value{DepthParameter(codec)})", write);
        EmitMethod($"{codec.Type} Read{codec.Name}(ref {Reader} reader{DepthParameter(codec)})", read);
    }

    public void EmitMethod(string signature, string body) => _writer.Open("internal static " + signature).Line(body).Close().Line();

    public CodecModel Find(string name) => _codecs[name];

    public CodecModel Part(CodecModel codec, int index) => Find(codec.Parts[index].Codec);

    /// <summary>A call that writes <paramref name="value"/> with the codec of one part.</summary>
    public string WritePart(CodecModel codec, int index, string value, string writer = "writer")
    {
        CodecModel part = Part(codec, index);
        return $"{ClassOf(codec, part)}Write{part.Name}(ref {writer}, {value}{DepthArgument(codec, part)});";
    }

    /// <summary>An expression that reads a value with the codec of one part.</summary>
    public string ReadPart(CodecModel codec, int index)
    {
        CodecModel part = Part(codec, index);
        return $"{ClassOf(codec, part)}Read{part.Name}(ref reader{DepthArgument(codec, part)})";
    }

    /// <summary>A call of a method that all codecs share.</summary>
    public string Shared(CodecModel from, string call) => from.IsPrivate ? $"{_sharedClass}.{call}" : call;

    /// <summary>Only objects count as a level: every cycle of types goes through one.</summary>
    private static string DepthArgument(CodecModel from, CodecModel to)
    {
        if (!to.IsRecursive)
        {
            return "";
        }

        return from switch
        {
            { IsRecursive: false } => ", 0",
            { Form: TypeForm.Object } => ", depth + 1",
            _ => ", depth",
        };
    }

    public static string DepthParameter(CodecModel codec) => codec.IsRecursive ? ", int depth" : "";

    private string ClassOf(CodecModel from, CodecModel to) => from.IsPrivate == to.IsPrivate ? "" : to.IsPrivate ? PrivateClass + "." : _sharedClass + ".";
}
