using Dike.Analyzers.Tests.Verification;
using Dike.CodeFixes;

namespace Dike.Analyzers.Tests.Rules;

public sealed class DIKE0003Tests
{
    [Fact]
    public Task Handler_MakesGuid_IsFlagged() => Verify.MachineAsync("""
        private Guid id;
        [Command] public void Open() => id = {|DIKE0003:Guid.NewGuid()|};
        [Command] public void Reopen(CommandContext context) => id = {|DIKE0003:Guid.CreateVersion7(context.Time)|};
        """);

    [Fact]
    public Task Handler_MakesGuidFromBytesOrContext_IsQuiet() => Verify.MachineAsync("""
        private Guid id;
        [Command] public void Open(byte[] bytes) => id = new Guid(bytes);
        [Command] public void Reopen(CommandContext context) => id = context.NewGuid();
        """);

    [Fact]
    public Task Handler_MakesDelegateOfNewGuid_IsFlagged() => Verify.MachineAsync("""
        private Guid id;
        [Command] public void Open() { Func<Guid> make = {|DIKE0003:Guid.NewGuid|}; id = make(); }
        """);

    [Fact]
    public Task Fix_WithoutContext_AddsIt() => Verify.FixAsync<DIKE0003Fix>(
        """
        private Guid id;
        [Command] public void Open() => id = {|DIKE0003:Guid.NewGuid()|};
        """,
        """
        private Guid id;
        [Command] public void Open(CommandContext context) => id = context.NewGuid();
        """);

    [Fact]
    public Task Fix_OfMethodGroup_KeepsMethodGroup() => Verify.FixAsync<DIKE0003Fix>(
        """
        private Guid id;
        [Command] public void Open(CommandContext context) { Func<Guid> make = {|DIKE0003:Guid.NewGuid|}; id = make(); }
        """,
        """
        private Guid id;
        [Command] public void Open(CommandContext context) { Func<Guid> make = context.NewGuid; id = make(); }
        """);

    [Fact]
    public Task Fix_OfVersion7_IsNotOffered() => Verify.NoFixAsync<DIKE0003Fix>("""
        private Guid id;
        [Command] public void Open() => id = {|DIKE0003:Guid.CreateVersion7()|};
        """);
}
