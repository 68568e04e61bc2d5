using System.Reflection;
using System.Runtime.CompilerServices;
using Dike.Generators.Tests.Consumers;

namespace Dike.Generators.Tests;

/// <summary>Tickets in state and arguments, and the codecs with which a later command writes what an earlier one has deferred.</summary>
public sealed class DeferredTests
{
    private const string Source = """
        [StateMachine]
        public sealed partial class Locks
        {
            private Queue<Deferred<string>> waiting = [];
            private Deferred<Grant>? other;

            [Command]
            public Reply<string> Acquire()
            {
                Reply<string> later = Reply.Defer<string>(out Deferred<string> ticket);
                waiting.Enqueue(ticket);
                return later;
            }

            [Command]
            public Reply<Grant> AcquireOther()
            {
                Reply<Grant> later = Reply.Defer<Grant>(out Deferred<Grant> ticket);
                other = ticket;
                return later;
            }

            [Command] public bool Release(CommandContext context) => context.Complete(waiting.Dequeue(), "yours");
            [Command] public void Swap(Deferred<string> ticket, List<Deferred<string>> more) => waiting.Enqueue(ticket);
            [Query] public int Count() => waiting.Count;
        }

        public sealed record Grant(long Number);
        """;

    [Fact]
    public void Machine_WithTickets_CompilesAndKeepsThemInItsState()
    {
        Assembly assembly = Consumer.Of(Source).Load();
        MachineProbe probe = MachineProbe.Of(assembly, "Locks");
        object machine = probe.Create();
        uint acquire = probe.Contract.Methods.Single(method => method.Name == "Acquire").Tag;

        Assert.Empty(probe.Invoke(machine, acquire, []).Value);
        probe.Invoke(machine, acquire, []);
        byte[] state = probe.Export(machine);

        Assert.Equal(state, probe.Export(probe.Import(state)));
        Assert.Equal("other:Dike.Deferred<Grant>?; waiting:System.Collections.Generic.Queue<Dike.Deferred<string>>", probe.Contract.StateShape);
    }

    [Fact]
    public void Contract_OfAMachineWithTickets_HasACodecForEachDeferredType()
    {
        MachineContract contract = MachineProbe.Of(Consumer.Of(Source).Load(), "Locks").Contract;

        Assert.Equal(["Grant", "String"], contract.Deferred.Select(codec => codec.Type.Name));
        Assert.Equal("0100000061", Convert.ToHexString(MachineProbe.Encode("a", contract.FindEncoder<string>())));
        Assert.Contains("no Deferred<System.Int32>", Assert.Throws<InvalidOperationException>(contract.FindEncoder<int>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Contract_OfAMachineWithoutTickets_HasNone()
    {
        Consumer consumer = Consumer.Of("[StateMachine] public sealed partial class Plain { private long n; [Command] public Reply<long> Add() => ++n; }");

        Assert.DoesNotContain("Deferred", consumer.SingleFile(), StringComparison.Ordinal);
        Assert.Empty(MachineProbe.Of(consumer.Load(), "Plain").Contract.Deferred);
    }

    [Fact]
    public void Docs_ExampleOfALockQueue_Compiles()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "state-machines.md"));
        string example = page.Split("```").Single(block => block.StartsWith("csharp", StringComparison.Ordinal) && block.Contains("partial class Lock", StringComparison.Ordinal));

        Consumer.Of(example["csharp".Length..]).AssertClean();
    }

    [Theory]
    [InlineData("private Deferred<object> ticket;")]
    [InlineData("private List<Deferred<Action>> tickets = [];")]
    [InlineData("private Deferred<Hidden> ticket; private sealed record Hidden(int N);")]
    public void Machine_WithATicketForAValueThatNoCallerCanGet_IsAStub(string member)
    {
        Consumer consumer = Consumer.Of($"#pragma warning disable CS0169\n[StateMachine] public sealed partial class Odd {{ {member} [Command] public void A() {{ }} }}");

        Assert.Contains("is not valid in a state machine", consumer.SingleFile(), StringComparison.Ordinal);
    }

    private static string Root([CallerFilePath] string caller = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "..", ".."));
}
