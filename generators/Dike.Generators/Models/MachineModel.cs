namespace Dike.Generators.Models;

/// <summary>How a state member is reached from generated code.</summary>
internal enum StateAccess
{
    /// <summary>By assignment.</summary>
    Field,

    /// <summary>A readonly field, assigned through a reference.</summary>
    ReadOnlyField,

    /// <summary>The field behind a property: restoring must not run accessors the user wrote.</summary>
    BackingField,
}

/// <summary>One member of the replicated state.</summary>
/// <param name="Name">Its name, escaped where it is a keyword.</param>
/// <param name="FieldName">The field's name in metadata.</param>
/// <param name="Codec">The codec's name.</param>
/// <param name="Access">How to reach it.</param>
internal sealed record StateMemberModel(string Name, string FieldName, string Codec, StateAccess Access);

/// <summary>
/// Everything that is generated for one machine, as values: two models are equal exactly when their output is. Nothing of the compiler
/// (symbol, node, location, compilation) may ever be reached from here, or every edit generates everything again and keeps old compilations alive.
/// </summary>
/// <param name="HintName">The name of the generated file, unique in the compilation.</param>
/// <param name="Namespace">The namespace, escaped; empty for the global one.</param>
/// <param name="Containers">The headers of the containing types, outermost first, as <c>partial class Outer</c>.</param>
/// <param name="Header">The header of the part, as <c>partial class Arithmetic</c>.</param>
/// <param name="Type">The class as generated code spells it.</param>
/// <param name="Accessibility">Of interface and accessor: <c>public</c> or <c>internal</c>.</param>
/// <param name="ClientName">The name of accessor and interface, the latter with a leading <c>I</c>.</param>
/// <param name="WireName">The name on the wire.</param>
/// <param name="Scope">The scope as the number of the enum.</param>
/// <param name="Version">The version of the handlers.</param>
/// <param name="MinVersion">The oldest version it replays.</param>
/// <param name="StateShape">The state as the contract spells it.</param>
/// <param name="Hash">The hash of the contract.</param>
/// <param name="Handlers">In ordinal order of wire names.</param>
/// <param name="State">In ordinal order of names.</param>
/// <param name="Codecs">In ordinal order of names.</param>
/// <param name="Deferred">The names of the codecs of deferred values, in ordinal order.</param>
/// <param name="CanBeExtended">Whether a part can be added to the class.</param>
/// <param name="IsValid">False for a stub.</param>
internal sealed record MachineModel(
    string HintName,
    string Namespace,
    EquatableArray<string> Containers,
    string Header,
    string Type,
    string Accessibility,
    string ClientName,
    string WireName,
    int Scope,
    int Version,
    int MinVersion,
    string StateShape,
    string Hash,
    EquatableArray<HandlerModel> Handlers,
    EquatableArray<StateMemberModel> State,
    EquatableArray<CodecModel> Codecs,
    EquatableArray<string> Deferred,
    bool CanBeExtended,
    bool IsValid)
{
    /// <summary>The interface, as generated code spells it.</summary>
    public string Interface => Qualify("I" + ClientName);

    /// <summary>The file-local client, as generated code spells it.</summary>
    public string ProxyClass => Qualify(ClientName + "Proxy");

    /// <summary>The file-local class of the codecs, as other generated code spells it.</summary>
    public string CodecClass => Qualify(ClientName + "Codec");

    /// <summary>The file-local class of the contract, as other generated code spells it.</summary>
    public string ContractClass => Qualify(ClientName + "Contract");

    private string Qualify(string name) => Namespace.Length == 0 ? "global::" + name : "global::" + Namespace + "." + name;
}
