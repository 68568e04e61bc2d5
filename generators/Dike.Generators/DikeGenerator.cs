using Dike.Generators.Emitting;
using Dike.Generators.Models;
using Dike.Generators.Parsing;
using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.Generators;

/// <summary>
/// Generates what stands between a state machine's class and the runtime: interface, client, accessor, codecs, dispatch and contract, one file per machine.
/// It reports nothing: a faulty class gets a stub here and its one diagnostic from the analyzers, which compile the same rules (<c>Shapes</c>).
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class DikeGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step whose output is the machines' models; tests ask whether it was cached.</summary>
    internal const string MachinesStep = "Machines";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<MachineModel> machines = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownNames.StateMachineAttribute,
                static (node, _) => node is ClassDeclarationSyntax or RecordDeclarationSyntax,
                static (match, cancellationToken) =>
                    MachineParser.Parse((INamedTypeSymbol)match.TargetSymbol, match.Attributes[0], match.SemanticModel.Compilation, cancellationToken))
            .WithTrackingName(MachinesStep);
        context.RegisterSourceOutput(machines, static (output, machine) => output.AddSource(machine.HintName, MachineEmitter.Emit(machine)));
    }
}
