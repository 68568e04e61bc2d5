using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Rules;

/// <summary>The runtime makes one instance of a machine per key, from nothing: the class must allow it.</summary>
internal static class DIKE0014_MachineClass
{
    public const string Id = "DIKE0014";

    public static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        "State machine class not supported",
        "State machine '{0}' is not supported: {1}",
        RuleCategory.Shape,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A machine is a concrete, non-generic class without a base class, made by a constructor without parameters: that is its initial state, equal on every replica.",
        helpLinkUri: RuleCategory.HelpLink(Id));

    public static IEnumerable<Diagnostic> Check(MachineShape machine)
    {
        if (Describe(machine) is { } fault)
        {
            yield return Diagnostic.Create(Descriptor, MachineLocation.Of(machine), machine.Type.Name, fault);
        }
    }

    private static string? Describe(MachineShape machine) => machine.Problem switch
    {
        _ when machine.Type.TypeKind != TypeKind.Class => "it is a struct, and a machine is one object with one state; make it a class",
        MachineProblem.Generic => "it is generic, or nested in a generic type, and a kind of machine has one state shape; write a class per type",
        MachineProblem.Static => "it is static, so it has no state; remove 'static'",
        MachineProblem.Abstract => "it is abstract, and the runtime has to make instances; remove 'abstract'",
        MachineProblem.HasBaseClass => "it has a base class, whose fields would be state that nothing writes down; use a member instead",
        MachineProblem.NoEmptyConstructor => "it has no constructor without parameters, or has required members; that constructor makes the initial state",
        MachineProblem.HiddenState => "parameters of a primary constructor would be hidden state; use a constructor without parameters",
        MachineProblem.WireName => $"'{machine.WireName}' is no wire name; use 1 to {WireNames.LongestName} letters, digits, '-', '_' and '.'",
        MachineProblem.ClientName => $"'{machine.ClientName}' is no identifier; change ClientName",
        MachineProblem.ClientNameTaken when !IsGenerated(machine) => $"a type 'I{machine.ClientName}' exists already; set ClientName to another name",
        MachineProblem.Version => $"Version {machine.Version} and MinVersion {machine.MinVersion} must be 1 or more, MinVersion not above Version",
        _ => null,
    };

    /// <summary>Analyzers see what the generator made: the machine's own generated interface does not take its name.</summary>
    private static bool IsGenerated(MachineShape machine) => machine.Type.ContainingNamespace.GetTypeMembers("I" + machine.ClientName)
        .All(type => SymbolNames.HasAttribute(type, "System.CodeDom.Compiler.GeneratedCodeAttribute"));
}
