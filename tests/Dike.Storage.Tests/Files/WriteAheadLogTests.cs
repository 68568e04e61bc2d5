using Dike.Storage.Files;
using Dike.Storage.Tests.Compliance;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dike.Storage.Tests.Files;

/// <summary>The compliance cases on real files, in each way of writing.</summary>
public abstract class WriteAheadLogTests : LogStoreCompliance, IDisposable
{
    private readonly TemporaryDirectory _place = new();
    private readonly WriteMode _mode;
    private DataDirectory? _directory;
    private WriteAheadLog? _log;

    private protected WriteAheadLogTests(WriteMode mode) => _mode = mode;

    public void Dispose()
    {
        _log?.Abandon();
        _directory?.Dispose();
        _place.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override ILogStore Open()
    {
        _directory?.Dispose();
        _directory = DataDirectory.Open(_place.Location, new SystemFileSystem(_mode));
        WriteAheadLogOptions options = new() { SegmentBytes = 64 * 1024, IdleMarkDelay = TimeSpan.FromMilliseconds(1) };
        return _log = WriteAheadLog.Open(_directory, new StoreIdentity(Guid.Empty, "a", 1), options, NullLogger.Instance);
    }

    protected override void Crash() => _log!.Abandon();
}

public sealed class DirectSyncedWriteAheadLogTests() : WriteAheadLogTests(WriteMode.DirectSynced);

public sealed class SyncedWriteAheadLogTests() : WriteAheadLogTests(WriteMode.Synced);

public sealed class FlushedWriteAheadLogTests() : WriteAheadLogTests(WriteMode.Flushed);
