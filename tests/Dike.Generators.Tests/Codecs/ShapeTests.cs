using Dike.Generators.Shapes;
using Dike.Generators.Tests.Consumers;
using MemoryPack;

namespace Dike.Generators.Tests.Codecs;

/// <summary>Every supported shape, compiled and run: what is written is read back, to known bytes, and damaged bytes are refused.</summary>
public sealed class ShapeTests(ShapeMachines machines) : IClassFixture<ShapeMachines>
{
    public static TheoryData<int, ShapeCase> Cases
    {
        get
        {
            var cases = new TheoryData<int, ShapeCase>();
            for (int number = 0; number < ShapeCases.All.Count; number++)
            {
                cases.Add(number, ShapeCases.All[number]);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void ExportImport_EachShape_ValueAndBytesComeBack(int number, ShapeCase shape)
    {
        MachineProbe probe = machines.Probe(number);
        object machine = machines.Filled(number);
        byte[] bytes = probe.Export(machine);
        object restored = probe.Import(bytes);
        Assert.Equal(Printed.Of(ShapeMachines.ValueOf(machine)), Printed.Of(ShapeMachines.ValueOf(restored)));
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(probe.Export(restored)));
        if (shape.Golden is { } golden)
        {
            Assert.Equal("01" + golden, Convert.ToHexString(bytes));
        }
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Invoke_EachShapeAsArgumentAndResult_BytesComeBack(int number, ShapeCase shape)
    {
        MachineProbe probe = machines.Probe(number);
        byte[] arguments = probe.Export(machines.Filled(number))[1..];
        InvocationOutcome outcome = probe.Invoke(probe.Create(), WireNames.TagOf("Echo"), arguments);
        Assert.False(outcome.IsUnknown, shape.ToString());
        Assert.Equal(Convert.ToHexString(arguments), Convert.ToHexString(outcome.Value));
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Import_TruncatedAnywhere_Refused(int number, ShapeCase shape)
    {
        MachineProbe probe = machines.Probe(number);
        byte[] bytes = probe.Export(machines.Filled(number));
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] truncated = bytes[..length];
            Exception? thrown = Record.Exception(() => probe.Import(truncated));
            Assert.True(thrown is MemoryPackSerializationException, $"{shape}, first {length} of {bytes.Length} bytes: {thrown}");
        }
    }

    /// <summary>Any byte changed to the worst values: refused or read as another value, but never another exception, and never more memory than the bytes justify.</summary>
    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Import_AnyByteDamaged_RefusedOrReadCheaply(int number, ShapeCase shape)
    {
        MachineProbe probe = machines.Probe(number);
        byte[] bytes = probe.Export(machines.Filled(number));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int index = 0; index < bytes.Length; index++)
        {
            foreach (byte damage in (byte[])[0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF])
            {
                byte[] damaged = [.. bytes];
                damaged[index] = damage;
                Exception? thrown = Record.Exception(() => probe.Import(damaged));
                Assert.True(thrown is null or MemoryPackSerializationException, $"{shape}, byte {index} = {damage:X2}: {thrown}");
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64_000_000);
    }
}
