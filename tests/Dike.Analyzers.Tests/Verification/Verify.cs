using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Testing;

namespace Dike.Analyzers.Tests.Verification;

/// <summary>The three shapes of a rule's test: source with marks, members of a machine with marks, and a fix.</summary>
internal static class Verify
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Diagnostics;
        using System.IO;
        using System.Linq;
        using System.Threading.Tasks;
        using Dike;

        """;

    public static string InMachine(string members) => $$"""
        {{Usings}}
        [StateMachine]
        public sealed partial class Auction
        {
        {{members}}
        }
        """;

    public static string WithUsings(string source) => Usings + source;

    public static Task SourceAsync(string source) => new RuleTest<EmptyCodeFixProvider>(WithUsings(source)).RunAsync(TestContext.Current.CancellationToken);

    public static Task MachineAsync(string members) => new RuleTest<EmptyCodeFixProvider>(InMachine(members)).RunAsync(TestContext.Current.CancellationToken);

    public static async Task FixAsync<TFix>(string members, string fixedMembers)
        where TFix : CodeFixProvider, new()
    {
        var test = new RuleTest<TFix>(InMachine(members), InMachine(fixedMembers));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asserts that the rule fires and no fix is offered.</summary>
    public static Task NoFixAsync<TFix>(string members)
        where TFix : CodeFixProvider, new() => FixAsync<TFix>(members, members);
}
