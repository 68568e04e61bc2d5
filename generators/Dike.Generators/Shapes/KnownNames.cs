namespace Dike.Generators.Shapes;

/// <summary>The metadata names of what generator and analyzers look for. The one place where a renamed contract type is followed.</summary>
internal static class KnownNames
{
    public const string StateMachineAttribute = "Dike.StateMachineAttribute";
    public const string CommandAttribute = "Dike.CommandAttribute";
    public const string QueryAttribute = "Dike.QueryAttribute";
    public const string TransientAttribute = "Dike.TransientAttribute";
    public const string CommandContext = "Dike.CommandContext";
    public const string Reply = "Dike.Reply";
    public const string ReplyOfT = "Dike.Reply`1";
    public const string DeferredOfT = "Dike.Deferred`1";
    public const string MemoryPackable = "MemoryPack.MemoryPackableAttribute";
    public const string Obsolete = "System.ObsoleteAttribute";
    public const string CancellationToken = "System.Threading.CancellationToken";
}
