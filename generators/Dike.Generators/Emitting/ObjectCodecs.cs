using Dike.Generators.Models;
using Dike.Generators.Shapes;
using static Dike.Generators.Emitting.GeneratedNames;

namespace Dike.Generators.Emitting;

/// <summary>Emits the codecs of nullables, tuples, pairs and user types: always member by member, because padding and layout are no content.</summary>
internal sealed class ObjectCodecs(CodecEmitter emitter)
{
    public void Emit(CodecModel codec)
    {
        switch (codec.Form)
        {
            case TypeForm.Nullable:
                EmitNullable(codec);
                break;
            case TypeForm.Tuple:
                string[] items = [.. codec.Parts.Select((_, index) => "Item" + Number(index + 1))];
                EmitValue(codec, items, locals => locals.Length == 1 ? $"new {codec.Type}({locals[0]})" : $"({string.Join(", ", locals)})");
                break;
            case TypeForm.KeyValuePair:
                EmitValue(codec, ["Key", "Value"], locals => $"new {codec.Type}({string.Join(", ", locals)})");
                break;
            default:
                EmitObject(codec);
                break;
        }
    }

    private void EmitNullable(CodecModel codec)
    {
        var write = new CodeWriter();
        write.Line("writer.WriteUnmanaged(value.HasValue ? (byte)1 : (byte)0);");
        write.Open("if (value.HasValue)").Line(emitter.WritePart(codec, 0, "value.GetValueOrDefault()")).Close();
        emitter.EmitPair(codec, Body(write), $"return {emitter.Shared(codec, "ReadFlag(ref reader)")} ? {emitter.ReadPart(codec, 0)} : null;");
    }

    private void EmitValue(CodecModel codec, string[] members, Func<string[], string> construct)
    {
        var write = new CodeWriter();
        var read = new CodeWriter();
        EmitMembers(codec, members, write, read);
        read.Line($"return {construct(LocalsOf(codec))};");
        emitter.EmitPair(codec, Body(write), Body(read));
    }

    private void EmitObject(CodecModel codec)
    {
        var write = new CodeWriter();
        var read = new CodeWriter();
        string count = Number(codec.Parts.Count);
        if (codec.IsReference)
        {
            write.Open("if (value is null)").Line("writer.WriteNullObjectHeader();").Line("return;").Close().Line();
            if (!codec.IsSealed)
            {
                write.Open($"if (value.GetType() != typeof({codec.Type}))");
                string message = $"A value of a class derived from {codec.ContractType} would lose what the derived class adds.";
                write.Line($"throw new {Malformed}({Text(message)});").Close().Line();
            }

            write.Line($"writer.WriteObjectHeader({count});");
            string header = emitter.Shared(codec, $"TryReadMembers(ref reader, {count}, {Text(codec.ContractType)})");
            read.Open($"if (!{header})").Line("return null;").Close().Line();
        }

        if (codec.IsRecursive)
        {
            // Behind the null check: the absence below the deepest level is no level of its own.
            string check = emitter.Shared(codec, $"RequireDepth(depth, {Text(codec.ContractType)});");
            write.Line(check);
            read.Line(check);
        }

        EmitMembers(codec, [.. codec.Parts.Select(part => part.Member)], write, read);
        read.Line($"return {Construct(codec)};");
        emitter.EmitPair(codec, Body(write), Body(read));
    }

    private void EmitMembers(CodecModel codec, string[] members, CodeWriter write, CodeWriter read)
    {
        string[] locals = LocalsOf(codec);
        for (int index = 0; index < members.Length; index++)
        {
            write.Line(emitter.WritePart(codec, index, "value." + members[index]));
            read.Line($"{emitter.Part(codec, index).Type} {locals[index]} = {emitter.ReadPart(codec, index)};");
        }
    }

    private static string Construct(CodecModel codec)
    {
        string[] locals = LocalsOf(codec);
        string arguments = string.Join(", ", codec.ConstructorParts.Select(index => locals[index]));
        string initializer = string.Join(", ", codec.InitializerParts.Select(index => $"{codec.Parts[index].Member} = {locals[index]}"));
        return $"new {codec.Type}({arguments}){(initializer.Length == 0 ? "" : $" {{ {initializer} }}")}";
    }

    private static string[] LocalsOf(CodecModel codec) => [.. codec.Parts.Select((_, index) => "member" + Number(index))];

    private static string Body(CodeWriter writer) => writer.ToString().TrimEnd('\n');
}
