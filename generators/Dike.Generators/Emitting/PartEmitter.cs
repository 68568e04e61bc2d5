using Dike.Generators.Models;
using Dike.Generators.Shapes;
using static Dike.Generators.Emitting.GeneratedNames;

namespace Dike.Generators.Emitting;

/// <summary>
/// Emits the generated part of the machine's class: the explicit implementation of <c>IStateMachine</c>. The part carries no attributes of its own:
/// <c>[GeneratedCode]</c> on it would mark the whole class, and the analyzers would skip the user's handlers.
/// </summary>
internal static class PartEmitter
{
    public static string StubMessage(string name) => $"'{name}' is not valid in a state machine; the analyzers say why.";

    public static void Emit(CodeWriter writer, MachineModel machine)
    {
        foreach (string container in machine.Containers)
        {
            writer.Open(container);
        }

        string self = $"global::Dike.IStateMachine<{machine.Type}>";
        writer.Open($"{machine.Header} : {self}");
        EmitMember(writer, $"static global::Dike.MachineContract {self}.Contract => {machine.ContractClass}.Machine;");
        writer.Line();
        if (machine.IsValid)
        {
            EmitMember(writer, $"static {machine.Type} {self}.Create() => new {machine.Type}();");
            writer.Line();
            EmitInvoke(writer, machine, self);
            StateEmitter.Emit(writer, machine, self);
        }
        else
        {
            EmitStubs(writer, machine, self);
        }

        writer.Close();
        foreach (string _ in machine.Containers)
        {
            writer.Close();
        }

        writer.Line();
    }

    private static void EmitMember(CodeWriter writer, string text) => writer.Line(GeneratedCode).Line(HiddenFromEditor).Line(text);

    private static void EmitStubs(CodeWriter writer, MachineModel machine, string self)
    {
        string stub = $"throw new global::System.NotSupportedException({Text(StubMessage(machine.ClientName))});";
        EmitMember(writer, $"static {machine.Type} {self}.Create() => {stub}");
        EmitMember(writer, $"static void {self}.Invoke({machine.Type} machine, ref global::Dike.MachineCall call) => {stub}");
        EmitMember(writer, $"static void {self}.Export({machine.Type} machine, ref {Writer} writer) => {stub}");
        EmitMember(writer, $"static void {self}.Import({machine.Type} machine, ref {Reader} reader) => {stub}");
        writer.Line("partial void OnRestored();");
    }

    private static void EmitInvoke(CodeWriter writer, MachineModel machine, string self)
    {
        writer.Line(GeneratedCode).Line(HiddenFromEditor);
        if (machine.Handlers.Any(handler => handler.IsObsoleteError))
        {
            // Calls to members whose use is an error compile only where the caller is obsolete itself.
            writer.Line("[global::System.ObsoleteAttribute]");
        }

        Dictionary<string, CodecModel> codecs = machine.Codecs.ToDictionary(codec => codec.Name, StringComparer.Ordinal);
        writer.Open($"static void {self}.Invoke({machine.Type} machine, ref global::Dike.MachineCall call)");
        writer.Open("switch (call.Method)");
        foreach (HandlerModel handler in machine.Handlers.Where(handler => handler.IsValid))
        {
            writer.Line($"case {Number(handler.Tag)}: // {handler.WireName}");
            EmitCase(writer.OpenBlock(), machine, handler, codecs);
            writer.Close();
        }

        writer.Line("default:").Line("    call.UnknownMethod();").Line("    return;");
        writer.Close().Close().Line();
    }

    private static void EmitCase(CodeWriter writer, MachineModel machine, HandlerModel handler, Dictionary<string, CodecModel> codecs)
    {
        var arguments = new List<string>();
        foreach (ParameterModel parameter in handler.Parameters)
        {
            if (parameter.IsContext)
            {
                arguments.Add("call.Context");
                continue;
            }

            CodecModel codec = codecs[parameter.Codec];
            string local = LocalOf(parameter.Name, handler);
            string read = $"{machine.CodecClass}.Read{codec.Name}(ref call.Arguments{(codec.IsRecursive ? ", 0" : "")})";
            string checkedRead = parameter.RefusesNull ? $"{machine.CodecClass}.RequireValue({read}, {Text(parameter.Name)})" : read;
            writer.Line($"{codec.Type} {local} = {checkedRead};");
            arguments.Add(local);
        }

        writer.Line("call.EndOfArguments();");
        string invocation = $"machine.{handler.Name}({string.Join(", ", arguments)})";
        writer.Line(handler.Form switch
        {
            ResultForm.Void => $"{invocation};\ncall.Complete();",
            ResultForm.Reply => $"call.Complete({invocation});",
            _ => $"call.Complete({invocation}, {machine.CodecClass}.Encode{handler.ResultCodec});",
        });
        writer.Line("return;");
    }

    /// <summary>A local may not be called like a parameter of the method it stands in.</summary>
    private static string LocalOf(string name, HandlerModel handler)
    {
        bool taken = name is "machine" or "call";
        while (taken)
        {
            name += "_";
            taken = handler.Parameters.Any(parameter => parameter.Name == name);
        }

        return name;
    }
}
