using Dike.Analyzers.Tests.Verification;
using Dike.CodeFixes;

namespace Dike.Analyzers.Tests;

/// <summary>The fixes that bring a <c>CommandContext</c> into a handler: where it goes, what it is called, and where none is offered.</summary>
public sealed class ContextFixTests
{
    [Theory]
    [InlineData("DateTimeOffset.UtcNow", "context.Time")]
    [InlineData("DateTimeOffset.Now", "context.Time")]
    [InlineData("DateTime.UtcNow", "context.Time.UtcDateTime")]
    [InlineData("DateTime.Now", "context.Time.UtcDateTime")]
    [InlineData("DateTime.Today", "context.Time.UtcDateTime.Date")]
    [InlineData("TimeProvider.System.GetUtcNow()", "context.Time")]
    [InlineData("System.DateTime.UtcNow", "context.Time.UtcDateTime")]
    public Task Clock_IsReplacedByItsCounterpart(string clock, string replacement) => Verify.FixAsync<DIKE0001Fix>(
        $"private string at = \"\"; [Command] public void Bid(CommandContext context) => at = $\"{{{{|DIKE0001:{clock}|}}}}\";",
        $"private string at = \"\"; [Command] public void Bid(CommandContext context) => at = $\"{{{replacement}}}\";");

    [Theory]
    [InlineData("int n = 1", "CommandContext context, int n = 1")]
    [InlineData("int n, string s = \"\"", "int n, CommandContext context, string s = \"\"")]
    [InlineData("int n, string s", "int n, string s, CommandContext context")]
    [InlineData("string context", "string context, CommandContext commandContext")]
    public async Task Parameter_StandsBeforeOptionalOnes_UnderAFreeName(string before, string after)
    {
        string name = after.Contains("commandContext", StringComparison.Ordinal) ? "commandContext" : "context";
        await Verify.FixAsync<DIKE0003Fix>(
            $"private Guid id; [Command] public void Open({before}) => id = {{|DIKE0003:Guid.NewGuid()|}};",
            $"private Guid id; [Command] public void Open({after}) => id = {name}.NewGuid();");
    }

    [Fact]
    public Task FieldCalledContext_IsNotHidden() => Verify.FixAsync<DIKE0003Fix>(
        "private int context; private Guid id; [Command] public void Open() { context = 1; id = {|DIKE0003:Guid.NewGuid()|}; }",
        "private int context; private Guid id; [Command] public void Open(CommandContext commandContext) { context = 1; id = commandContext.NewGuid(); }");

    [Fact]
    public async Task FileWithoutUsing_NamesTheTypeInFull()
    {
        var test = new RuleTest<DIKE0003Fix>(
            "[Dike.StateMachine] public partial class M { private System.Guid id; [Dike.Command] public void A() => id = {|DIKE0003:System.Guid.NewGuid()|}; }",
            "[Dike.StateMachine] public partial class M { private System.Guid id; [Dike.Command] public void A(Dike.CommandContext context) => id = context.NewGuid(); }");
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task FixAll_AddsOneParameterPerHandler_WhateverTheText()
    {
        var test = new RuleTest<DIKE0001Fix>(
            Verify.InMachine("""
            private DateTime at; private DateTimeOffset on;
            [Command] public void Bid(int n) { at = {|DIKE0001:DateTime.UtcNow|}; on = {|DIKE0001:DateTimeOffset.UtcNow|}; at = {|DIKE0001:DateTime.Now|}; }
            [Command] public void Ask() => on = {|DIKE0001:DateTimeOffset.UtcNow|};
            [Command] public void Sell(CommandContext ctx) => at = {|DIKE0001:DateTime.UtcNow|}.AddDays(1);
            """),
            Verify.InMachine("""
            private DateTime at; private DateTimeOffset on;
            [Command] public void Bid(int n, CommandContext context) { at = context.Time.UtcDateTime; on = context.Time; at = context.Time.UtcDateTime; }
            [Command] public void Ask(CommandContext context) => on = context.Time;
            [Command] public void Sell(CommandContext ctx) => at = ctx.Time.UtcDateTime.AddDays(1);
            """))
        {
            NumberOfFixAllIterations = 1,
            NumberOfFixAllInDocumentIterations = 1,
        };
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task InLambdaOfTheHandler_IsCaptured() => Verify.FixAsync<DIKE0003Fix>(
        "private List<Guid> ids = []; [Command] public void Open(int n) => ids = Enumerable.Range(0, n).Select(_ => {|DIKE0003:Guid.NewGuid()|}).ToList();",
        "private List<Guid> ids = []; [Command] public void Open(int n, CommandContext context) => ids = Enumerable.Range(0, n).Select(_ => context.NewGuid()).ToList();");

    [Theory]
    [InlineData("[Query] public DateTime Read() => {|DIKE0001:DateTime.UtcNow|};")]
    [InlineData("private DateTime at = {|DIKE0001:DateTime.UtcNow|};")]
    [InlineData("private DateTime at; public Auction() => at = {|DIKE0001:DateTime.UtcNow|};")]
    [InlineData("private DateTime at; [Command] public void Bid() => at = {|DIKE0001:Now()|}; private static DateTime Now() => DateTime.UtcNow;")]
    [InlineData("private DateTime at; [Command] public void Bid() { at = {|DIKE0001:Now()|}; DateTime Now() => DateTime.UtcNow; }")]
    [InlineData("[Command] public DateTime[] Bid(int[] all) => all.Select(static _ => {|DIKE0001:DateTime.UtcNow|}).ToArray();")]
    [InlineData("private long at; [Command] public void Bid() => at = {|DIKE0001:Environment.TickCount64|};")]
    [InlineData("private DateTimeOffset at; [Command] public void Bid() { Func<DateTimeOffset> now = {|DIKE0001:TimeProvider.System.GetUtcNow|}; at = now(); }")]
    [InlineData("[Command] public DateTime[] Bid(CommandContext context, int[] all) => all.Select(n => { return Map(context => {|DIKE0001:DateTime.UtcNow|}); }).ToArray(); private static DateTime Map(Func<int, DateTime> f) => f(1);")]
    public Task WhereNoContextCanBeUsed_NothingIsOffered(string members) => Verify.NoFixAsync<DIKE0001Fix>(members);

    [Fact]
    public async Task HandlerOfAnInterface_KeepsItsSignature()
    {
        const string Source = """
            using System;
            using Dike;
            public interface IOpen { void Open(); }
            [StateMachine] public partial class M : IOpen { private Guid id; [Command] public void Open() => id = {|DIKE0003:Guid.NewGuid()|}; }
            """;
        await new RuleTest<DIKE0003Fix>(Source, Source).RunAsync(TestContext.Current.CancellationToken);
    }
}
