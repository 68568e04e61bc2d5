using Dike.Analyzers.Tests.Verification;

namespace Dike.Analyzers.Tests.Rules;

public sealed class DIKE0013Tests
{
    [Theory]
    [InlineData("[Command] public static void {|DIKE0013:Add|}(int n) { }")]
    [InlineData("[Command] public void {|DIKE0013:Add|}<T>(T n) { }")]
    [InlineData("[Command] public void {|DIKE0013:Add|}(ref int n) { }")]
    [InlineData("[Command] public void {|DIKE0013:Add|}(out int n) => n = 1;")]
    [InlineData("[Command] public void {|DIKE0013:Add|}(in int n) { }")]
    [InlineData("[Command] public void {|DIKE0013:Add|}(params int[] n) { }")]
    [InlineData("[Command] public void Add(int n) { } [Command] public void {|DIKE0013:Add|}(long n) { }")]
    [InlineData("[Command] public void Add(int n) { } [Command(\"Add\")] public void {|DIKE0013:Plus|}(int n) { }")]
    [InlineData("[Command] public void Add(int n) { } [Query(\"Add\")] public int {|DIKE0013:Plus|}(int n) => n;")]
    [InlineData("[Command, Query] public int {|DIKE0013:Add|}(int n) => n;")]
    [InlineData("[Query] public void {|DIKE0013:Add|}(int n) { }")]
    [InlineData("[Query] public int {|DIKE0013:Add|}(CommandContext context) => 1;")]
    [InlineData("[Command] public void {|DIKE0013:Add|}(CommandContext one, CommandContext two) { }")]
    [InlineData("[Command] private void {|DIKE0013:Add|}(int n) { }")]
    [InlineData("private int v; [Command] public ref int {|DIKE0013:Add|}() => ref v;")]
    [InlineData("[Command(\"no good\")] public void {|DIKE0013:Add|}(int n) { }")]
    public Task Signature_NotCallable_IsFlaggedOnce(string members) => Verify.MachineAsync(members);

    [Theory]
    [InlineData("[Command] public void Add(int n = 1) { } [Command(\"add-long\")] public void Add(long n) { }")]
    [InlineData("[Command] public void Add(CommandContext context, int n) { } [Query] internal int Read() => 1;")]
    [InlineData("private static T Same<T>(T value) => value; private void Swap(ref int a, params int[] b) { }")]
    public Task Signature_Callable_IsQuiet(string members) => Verify.MachineAsync(members);
}
