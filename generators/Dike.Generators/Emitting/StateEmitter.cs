using Dike.Generators.Models;
using static Dike.Generators.Emitting.GeneratedNames;

namespace Dike.Generators.Emitting;

/// <summary>
/// Emits export and import of the state: one byte of format, then the members in the order of their names. Collections that the constructor
/// made are refilled rather than replaced, so their comparers survive.
/// </summary>
internal static class StateEmitter
{
    /// <summary>The format of an exported state. A reader refuses any other.</summary>
    private const int Format = 1;

    public static void Emit(CodeWriter writer, MachineModel machine, string self)
    {
        Dictionary<string, CodecModel> codecs = machine.Codecs.ToDictionary(codec => codec.Name, StringComparer.Ordinal);
        EmitExport(writer, machine, self, codecs);
        EmitImport(writer, machine, self, codecs);
        writer.Line("/// <summary>Called after the state was restored, to rebuild transient members from it.</summary>");
        writer.Line("partial void OnRestored();");
        EmitPrivateClass(writer, machine, codecs);
    }

    private static void EmitExport(CodeWriter writer, MachineModel machine, string self, Dictionary<string, CodecModel> codecs)
    {
        writer.Line(GeneratedCode).Line(HiddenFromEditor);
        writer.Open($"static void {self}.Export({machine.Type} machine, ref {Writer} writer)");
        writer.Line($"writer.WriteUnmanaged((byte){Number(Format)});");
        foreach (StateMemberModel member in machine.State)
        {
            CodecModel codec = codecs[member.Codec];
            bool keyed = CollectionForms.HasComparer(codec.Form);
            string initial = keyed ? $", {Reference(member, PrivateClass + ".Initial")}" : "";
            string depth = codec.IsRecursive ? ", 0" : "";
            writer.Line($"{ClassOf(codec, machine)}.{(keyed ? "Export" : "Write")}{codec.Name}(ref writer, {Reference(member, "machine")}{initial}{depth});");
        }

        writer.Close().Line();
    }

    private static void EmitImport(CodeWriter writer, MachineModel machine, string self, Dictionary<string, CodecModel> codecs)
    {
        writer.Line(GeneratedCode).Line(HiddenFromEditor);
        writer.Open($"static void {self}.Import({machine.Type} machine, ref {Reader} reader)");
        writer.Open($"if (reader.ReadUnmanaged<byte>() != {Number(Format)})");
        string message = $"The bytes are no state of '{machine.WireName}' in format {Number(Format)}, the only one this version reads.";
        writer.Line($"throw new {Malformed}({Text(message)});").Close().Line();
        foreach (StateMemberModel member in machine.State)
        {
            CodecModel codec = codecs[member.Codec];
            string depth = codec.IsRecursive ? ", 0" : "";
            string value = Reference(member, "machine");
            string read = CollectionForms.IsRestorable(codec.Form)
                ? $"{ClassOf(codec, machine)}.Restore{codec.Name}(ref reader, {value}{depth})"
                : $"{ClassOf(codec, machine)}.Read{codec.Name}(ref reader{depth})";
            string target = member.Access == StateAccess.ReadOnlyField ? $"global::System.Runtime.CompilerServices.Unsafe.AsRef(in {value})" : value;
            writer.Line($"{target} = {read};");
        }

        writer.Line("machine.OnRestored();").Close().Line();
    }

    /// <summary>What may touch private members and types stands in a class of its own, so that the user's class gets one name more and no others.</summary>
    private static void EmitPrivateClass(CodeWriter writer, MachineModel machine, Dictionary<string, CodecModel> codecs)
    {
        StateMemberModel[] behindProperties = [.. machine.State.Where(member => member.Access == StateAccess.BackingField)];
        bool comparers = machine.State.Any(member => CollectionForms.HasComparer(codecs[member.Codec].Form));
        CodecModel[] privates = [.. machine.Codecs.Where(codec => codec.IsPrivate)];
        if (behindProperties.Length == 0 && !comparers && privates.Length == 0)
        {
            return;
        }

        writer.Line().Line(GeneratedCode).Open($"private static class {PrivateClass}");
        if (comparers)
        {
            writer.Line("/// <summary>Shows which comparers a restored machine will have; never changed.</summary>");
            writer.Line($"internal static readonly {machine.Type} Initial = new {machine.Type}();").Line();
        }

        foreach (StateMemberModel member in behindProperties)
        {
            writer.Line($"[global::System.Runtime.CompilerServices.UnsafeAccessorAttribute(global::System.Runtime.CompilerServices.UnsafeAccessorKind.Field, Name = {Text(member.FieldName)})]");
            writer.Line($"internal static extern ref {codecs[member.Codec].Type} {AccessorOf(member)}({machine.Type} machine);").Line();
        }

        CodecEmitter.EmitPrivate(writer, machine);
        writer.Close();
    }

    private static string Reference(StateMemberModel member, string machine) =>
        member.Access == StateAccess.BackingField ? $"{PrivateClass}.{AccessorOf(member)}({machine})" : $"{machine}.{member.Name}";

    /// <summary>The name of a property that implements an interface explicitly contains dots.</summary>
    private static string AccessorOf(StateMemberModel member) => "FieldOf" + member.Name.TrimStart('@').Replace('.', '_');

    private static string ClassOf(CodecModel codec, MachineModel machine) => codec.IsPrivate ? PrivateClass : machine.CodecClass;
}
