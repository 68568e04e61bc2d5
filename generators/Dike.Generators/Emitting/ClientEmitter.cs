using Dike.Generators.Models;
using static Dike.Generators.Emitting.GeneratedNames;

namespace Dike.Generators.Emitting;

/// <summary>Emits what callers use: the interface, the accessor on <c>IDikeClient</c>, and the file-local client behind the interface.</summary>
internal static class ClientEmitter
{
    public static void EmitInterface(CodeWriter writer, MachineModel machine)
    {
        writer.Line($"/// <summary>The commands and queries of the state machine <c>{machine.WireName}</c>, on one key.</summary>");
        writer.Line(GeneratedCode).Open($"{machine.Accessibility} interface I{machine.ClientName}");
        bool first = true;
        foreach (HandlerModel handler in machine.Handlers)
        {
            if (!first)
            {
                writer.Line();
            }

            first = false;
            EmitDeclaration(writer, handler);
        }

        writer.Close().Line();
    }

    public static void EmitAccessor(CodeWriter writer, MachineModel machine)
    {
        writer.Line($"/// <summary>Adds <c>dike.{machine.ClientName}(key)</c> to <see cref=\"global::Dike.IDikeClient\"/>.</summary>");
        writer.Line(GeneratedCode).Open($"{machine.Accessibility} static class {machine.ClientName}ClientExtensions");
        writer.Line($"/// <summary>The state machine <c>{machine.WireName}</c> of one key. Cheap; sends nothing.</summary>");
        writer.Line("/// <param name=\"dike\">The client of the cluster.</param>");
        writer.Line("/// <param name=\"key\">1 to 512 bytes of UTF-8, no lone surrogates.</param>");
        writer.Line("/// <param name=\"options\">What to choose for calls through the result.</param>");
        writer.Line("/// <returns>The typed client.</returns>");
        writer.Line($"public static {machine.Interface} {Escape(machine.ClientName)}(");
        writer.Line("    this global::Dike.IDikeClient dike, string key, global::Dike.DikeCallOptions? options = null) =>");
        writer.Line($"    dike.Get<{machine.Interface}>({machine.ContractClass}.Client, key, options);");
        writer.Close().Line();
    }

    public static void EmitProxy(CodeWriter writer, MachineModel machine)
    {
        Dictionary<string, CodecModel> codecs = machine.Codecs.ToDictionary(codec => codec.Name, StringComparer.Ordinal);
        writer.Line(GeneratedCode).Open($"file sealed class {machine.ClientName}Proxy : {machine.Interface}");
        writer.Line("private readonly global::Dike.ICallChannel _channel;");
        writer.Line($"internal {machine.ClientName}Proxy(global::Dike.ICallChannel channel) => this._channel = channel;").Line();
        if (machine.Handlers.Any(handler => handler.IsValid && handler.WireParameters.Count == 0))
        {
            writer.Line("private static readonly global::Dike.Encode<global::System.ValueTuple> EncodeNothing =");
            writer.Line($"    static (ref {Writer} writer, global::System.ValueTuple arguments) => {{ }};").Line();
        }

        foreach (HandlerModel handler in machine.Handlers)
        {
            EmitCall(writer, machine, handler, codecs);
        }

        writer.Close().Line();
    }

    private static void EmitDeclaration(CodeWriter writer, HandlerModel handler)
    {
        string token = TokenOf(handler);
        foreach (string line in handler.Documentation)
        {
            writer.Line("/// " + line);
        }

        writer.Line($"/// <param name=\"{token}\">Stops the waiting, not the command.</param>");
        if (handler.Obsolete.Length > 0)
        {
            writer.Line(handler.Obsolete);
        }

        IEnumerable<string> parameters = handler.WireParameters
            .Select(parameter => $"{parameter.Type} {parameter.Name}{(parameter.Default is null ? "" : " = " + parameter.Default)}");
        writer.Line($"{ReturnTypeOf(handler)} {handler.ClientMethod}({string.Join(", ", parameters.Append($"{TokenType} {token} = default"))});");
    }

    private static void EmitCall(CodeWriter writer, MachineModel machine, HandlerModel handler, Dictionary<string, CodecModel> codecs)
    {
        IReadOnlyList<ParameterModel> parameters = handler.WireParameters;
        string token = TokenOf(handler);
        string declared = string.Join(", ", parameters.Select(parameter => $"{parameter.Type} {parameter.Name}").Append($"{TokenType} {token}"));
        writer.Line($"{ReturnTypeOf(handler)} {machine.Interface}.{handler.ClientMethod}({declared}) =>");
        if (!handler.IsValid)
        {
            writer.Line($"    throw new global::System.NotSupportedException({Text(PartEmitter.StubMessage(handler.Name))});").Line();
            return;
        }

        (string type, string arguments, string encode) = parameters.Count switch
        {
            0 => ("global::System.ValueTuple", "default(global::System.ValueTuple)", "EncodeNothing"),
            1 => (codecs[parameters[0].Codec].Type, parameters[0].Name, $"{machine.CodecClass}.Encode{parameters[0].Codec}"),
            _ => (TupleOf(parameters, codecs), $"({string.Join(", ", parameters.Select(parameter => parameter.Name))})", $"EncodeArguments_{Suffix(handler.Tag)}"),
        };
        string generics = handler.ResultCodec.Length == 0 ? type : $"{type}, {codecs[handler.ResultCodec].Type}";
        writer.Line($"    this._channel.CallAsync<{generics}>(");
        writer.Line($"        {machine.ContractClass}.Method_{Suffix(handler.Tag)},");
        writer.Line($"        {arguments},");
        writer.Line($"        {encode},");
        if (handler.ResultCodec.Length > 0)
        {
            writer.Line($"        {machine.CodecClass}.Decode{handler.ResultCodec},");
        }

        writer.Line($"        {token});").Line();
        if (parameters.Count > 1)
        {
            EmitArgumentsEncoder(writer, machine, handler, type, codecs);
        }
    }

    private static void EmitArgumentsEncoder(
        CodeWriter writer, MachineModel machine, HandlerModel handler, string type, Dictionary<string, CodecModel> codecs)
    {
        string name = $"EncodeArguments_{Suffix(handler.Tag)}";
        writer.Line($"private static readonly global::Dike.Encode<{type}> {name} =");
        writer.Open($"    static (ref {Writer} writer, {type} arguments) =>");
        for (int index = 0; index < handler.WireParameters.Count; index++)
        {
            CodecModel codec = codecs[handler.WireParameters[index].Codec];
            writer.Line($"{machine.CodecClass}.Write{codec.Name}(ref writer, arguments.Item{Number(index + 1)}{(codec.IsRecursive ? ", 0" : "")});");
        }

        writer.Close(";").Line();
    }

    private static string TupleOf(IEnumerable<ParameterModel> parameters, Dictionary<string, CodecModel> codecs) =>
        $"({string.Join(", ", parameters.Select(parameter => codecs[parameter.Codec].Type))})";

    private static string ReturnTypeOf(HandlerModel handler) => handler.ResultType.Length == 0 ? TaskType : $"{TaskType}<{handler.ResultType}>";

    private static string TokenOf(HandlerModel handler)
    {
        string name = "cancellationToken";
        while (handler.Parameters.Any(parameter => parameter.Name == name))
        {
            name += "_";
        }

        return name;
    }

    private static string Escape(string name) => Parsing.TypeNames.Identifier(name);
}
