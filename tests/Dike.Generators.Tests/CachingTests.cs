using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Dike.Generators.Tests.Consumers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Dike.Generators.Tests;

/// <summary>An editor runs the generator after every keystroke: what an edit does not concern must not be generated again, and no old compilation kept.</summary>
public sealed class CachingTests
{
    private static readonly string[] Files = [Sources.Arithmetic, Sources.Book, Sources.Counter];

    [Fact]
    public void Run_SameCompilationTwice_AllOutputsCached()
    {
        CSharpCompilation compilation = Consumer.Compile(Files);
        GeneratorDriver driver = Run(Consumer.Driver(), compilation);
        AssertReasons(Run(driver, compilation), IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void Run_UnrelatedFileAdded_OutputsCached()
    {
        CSharpCompilation compilation = Consumer.Compile(Files);
        GeneratorDriver driver = Run(Consumer.Driver(), compilation);
        CSharpCompilation edited = compilation.AddSyntaxTrees(
            CSharpSyntaxTree.ParseText("class Unrelated { int x; }", Consumer.ParseOptions, cancellationToken: TestContext.Current.CancellationToken));
        AssertReasons(Run(driver, edited), IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
    }

    [Fact]
    public void Run_CommentOnEveryLine_OutputsCached()
    {
        CSharpCompilation compilation = Consumer.Compile(Files);
        GeneratorDriver driver = Run(Consumer.Driver(), compilation);
        CSharpCompilation edited = Consumer.Compile([.. Files.Select(file => file.Replace("\n", " // edited\n", StringComparison.Ordinal))]);
        AssertReasons(Run(driver, edited), IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
    }

    [Fact]
    public void Run_HandlerAdded_OnlyItsMachineIsGeneratedAgain()
    {
        GeneratorDriver driver = Run(Consumer.Driver(), Consumer.Compile(Files));
        string edited = Sources.Counter.Replace("private int count;", "private int count; [Query] public int Count() => count;", StringComparison.Ordinal);
        GeneratorRunResult result = Run(driver, Consumer.Compile(Sources.Arithmetic, Sources.Book, edited)).GetRunResult().Results.Single();
        IncrementalStepRunReason[] reasons = [.. OutputReasons(result)];
        Assert.Single(reasons, reason => reason == IncrementalStepRunReason.Modified);
        Assert.Equal(2, reasons.Count(reason => reason == IncrementalStepRunReason.Cached));
    }

    [Fact]
    public void Models_WalkedByReflection_HoldNothingOfTheCompiler()
    {
        GeneratorRunResult result = Run(Consumer.Driver(), Consumer.Compile(Files)).GetRunResult().Results.Single();
        object[] models =
        [
            .. result.TrackedSteps[DikeGenerator.MachinesStep].SelectMany(step => step.Outputs).Select(output => output.Value),
        ];
        Assert.Equal(3, models.Length);
        var visited = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (object model in models)
        {
            AssertHoldsValuesOnly(model, visited);
        }

        Assert.True(visited.Count > 100, $"The walk saw {visited.Count} objects, so it missed most.");
    }

    [Fact]
    public void Run_EightEdits_NoOldCompilationStaysAlive()
    {
        (WeakReference[] old, GeneratorDriver driver) = RunEightTimes();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Equal(0, old.Count(reference => reference.IsAlive));
        GC.KeepAlive(driver);
    }

    /// <summary>In a method of its own, so that no local keeps a compilation alive. The driver itself may keep the last one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference[] Old, GeneratorDriver Driver) RunEightTimes()
    {
        var compilations = new List<WeakReference>();
        GeneratorDriver driver = Consumer.Driver();
        for (int edit = 0; edit < 9; edit++)
        {
            CSharpCompilation compilation = Consumer.Compile([.. Files, $"class Edit{edit};"]);
            driver = Run(driver, compilation);
            compilations.Add(new WeakReference(compilation));
        }

        return ([.. compilations.Take(8)], driver);
    }

    private static GeneratorDriver Run(GeneratorDriver driver, Compilation compilation) =>
        driver.RunGenerators(compilation, TestContext.Current.CancellationToken);

    private static void AssertReasons(GeneratorDriver driver, params IncrementalStepRunReason[] allowed)
    {
        GeneratorRunResult result = driver.GetRunResult().Results.Single();
        IncrementalStepRunReason[] steps = [.. result.TrackedSteps[DikeGenerator.MachinesStep].SelectMany(step => step.Outputs).Select(output => output.Reason)];
        IncrementalStepRunReason[] outputs = [.. OutputReasons(result)];
        Assert.Equal(3, steps.Length);
        Assert.Equal(3, outputs.Length);
        Assert.All(steps, reason => Assert.Contains(reason, allowed));
        Assert.All(outputs, reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    private static IEnumerable<IncrementalStepRunReason> OutputReasons(GeneratorRunResult result) =>
        result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).Select(output => output.Reason);

    private static void AssertHoldsValuesOnly(object? node, HashSet<object> visited)
    {
        if (node is null || node.GetType().IsPrimitive || node.GetType().IsEnum || !visited.Add(node) || node is string)
        {
            return;
        }

        Assert.False(
            node is ISymbol or SyntaxNode or SyntaxTree or Compilation or Location or SemanticModel or SyntaxReference,
            $"A model holds a {node.GetType()}.");
        if (node is IEnumerable items)
        {
            foreach (object? item in items)
            {
                AssertHoldsValuesOnly(item, visited);
            }
        }

        for (Type? type = node.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                AssertHoldsValuesOnly(field.GetValue(node), visited);
            }
        }
    }
}
