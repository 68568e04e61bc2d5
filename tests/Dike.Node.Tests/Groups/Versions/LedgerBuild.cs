using System.Buffers;
using Dike.Node.Groups;

namespace Dike.Node.Tests.Groups.Versions;

/// <summary>A build of the ledger that has other versions than the one of today.</summary>
internal sealed class LedgerBuild(int version, int minVersion) : MachineType
{
    private readonly MachineType<Ledger> _inner = new();

    public override MachineContract Contract { get; } = new(
        "Ledger", StateScope.Key, version, minVersion, LedgerContract.PerKey.StateShape, "00", LedgerContract.PerKey.Methods);

    public override object Create() => _inner.Create();

    public override void Invoke(object machine, ref MachineCall call) => _inner.Invoke(machine, ref call);

    public override void Export(object machine, ref ArrayBufferWriter<byte> output) => _inner.Export(machine, ref output);

    public override object Import(ReadOnlySpan<byte> state) => _inner.Import(state);
}
