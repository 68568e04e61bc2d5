using Dike.Generators.Models;
using static Dike.Generators.Emitting.GeneratedNames;

namespace Dike.Generators.Emitting;

/// <summary>Emits the file-local class that holds the contract: one static instance of each part, made once per process.</summary>
internal static class ContractEmitter
{
    public static void Emit(CodeWriter writer, MachineModel machine)
    {
        HandlerModel[] handlers = [.. machine.Handlers.Where(handler => handler.IsValid)];
        writer.Line(GeneratedCode).Open($"file static class {machine.ClientName}Contract");
        foreach (HandlerModel handler in handlers)
        {
            writer.Line($"internal static readonly global::Dike.MethodContract Method_{Suffix(handler.Tag)} = new(");
            string query = handler.IsQuery ? "true" : "false";
            writer.Line($"    {Number(handler.Tag)}, {Text(handler.WireName)}, {query}, (global::Dike.Consistency){Number(handler.Consistency)}, {Text(handler.Signature)});");
        }

        writer.Line();
        string methods = string.Join(", ", handlers.Select(handler => "Method_" + Suffix(handler.Tag)));
        string name = machine.IsValid ? machine.WireName : "invalid";
        writer.Line("internal static readonly global::Dike.MachineContract Machine = new(");
        writer.Line($"    {Text(name)},");
        writer.Line($"    (global::Dike.StateScope){Number(machine.Scope)},");
        writer.Line($"    {Number(machine.Version)},");
        writer.Line($"    {Number(machine.MinVersion)},");
        writer.Line($"    {Text(machine.StateShape)},");
        writer.Line($"    {Text(machine.Hash)},");
        writer.Line($"    global::System.Collections.Immutable.ImmutableArray.Create<global::Dike.MethodContract>({methods})){DeferredOf(machine)};").Line();
        writer.Line($"internal static readonly global::Dike.ClientContract<{machine.Interface}> Client = new(");
        writer.Line($"    Machine, static channel => new {machine.ProxyClass}(channel));");
        writer.Close().Line();
    }

    /// <summary>How a later command writes what an earlier one has deferred; nothing for the machines without tickets.</summary>
    private static string DeferredOf(MachineModel machine)
    {
        string codecs = string.Join(", ", machine.Deferred.Select(codec => $"global::Dike.DeferredCodec.Of({machine.CodecClass}.Encode{codec})"));
        return codecs.Length == 0 ? "" : $" {{ Deferred = global::System.Collections.Immutable.ImmutableArray.Create<global::Dike.DeferredCodec>({codecs}) }}";
    }
}
