using Dike.Storage.Tests.Compliance;

namespace Dike.Storage.Tests.Memory;

public sealed class MemorySnapshotStoreTests : SnapshotStoreCompliance
{
    private readonly MemorySnapshotStore _store = new();

    protected override ISnapshotStore Open() => _store;
}
