using System.Buffers;
using MemoryPack;

namespace Dike.Tests.Contracts;

/// <summary>What a call writes and reads depends on that call alone: a query, which runs on one replica, must leave no trace in the next command's bytes.</summary>
public sealed class MachineCallScratchTests : IDisposable
{
    // As the serializer's generated code for types with circular references does: a number for each object, 0 being the first of a call.
    private static readonly byte[] FirstNode = [0];
    private readonly MachineCallScratch _scratch = new();

    [Fact]
    public void Begin_AfterACallThatWroteReferences_NextCallWritesTheSameBytes()
    {
        byte[] first = Write(new Node());
        byte[] second = Write(new Node());

        Assert.Equal(FirstNode, first);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Begin_SameObjectWrittenInTwoCalls_IsNoReferenceToTheFirstCall()
    {
        var node = new Node();

        Assert.Equal(FirstNode, Write(node));
        Assert.Equal(FirstNode, Write(node));
    }

    [Fact]
    public void Begin_AfterACallThatReadReferences_NextCallReadsItsOwn()
    {
        Node first = Read();
        Node second = Read();

        Assert.NotSame(first, second);
    }

    [Fact]
    public void Begin_AfterACall_StringsAreStillWrittenWithTheDefaultOptions()
    {
        Write(new Node());
        var call = new MachineCall(1, default, _scratch);
        call.Complete("text", static (ref MemoryPackWriter<ArrayBufferWriter<byte>> writer, string value) => writer.WriteString(value));

        Assert.Equal(MemoryPackSerializer.Serialize("text"), _scratch.Result.ToArray());
    }

    public void Dispose() => _scratch.Dispose();

    private byte[] Write(Node node)
    {
        var call = new MachineCall(1, default, _scratch);
        call.Complete(node, static (ref MemoryPackWriter<ArrayBufferWriter<byte>> writer, Node value) =>
        {
            (bool isKnown, uint id) = writer.OptionalState.GetOrAddReference(value);
            writer.WriteUnmanaged((byte)(isKnown ? 0x80 + id : id));
        });
        return _scratch.Result.ToArray();
    }

    private Node Read()
    {
        var call = new MachineCall(1, FirstNode, _scratch);
        var node = new Node();
        call.Arguments.OptionalState.AddObjectReference(call.Arguments.ReadUnmanaged<byte>(), node);
        call.EndOfArguments();
        return node;
    }

    private sealed class Node;
}
