using Dike.Storage.Files;
using Dike.Storage.Tests.Compliance;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dike.Storage.Tests.Faults;

/// <summary>A started journal on a faulty disk, with small segments and without marks that depend on time.</summary>
internal sealed class JournalOnFaultyDisk : IAsyncDisposable
{
    public const string Place = "/data";
    public const int SegmentBytes = 4 * BlockFormat.BlockBytes;
    public static readonly StoreIdentity Identity = new(new Guid("00112233-4455-6677-8899-aabbccddeeff"), "node-1", 0xABCDEF0123456789);
    private readonly FaultyFileSystem _disk;
    private readonly DataDirectory _directory;

    private JournalOnFaultyDisk(FaultyFileSystem disk, DataDirectory directory, WriteAheadLog log, List<LogRecord> recovered, SyncWatcher watcher)
    {
        _disk = disk;
        _directory = directory;
        Log = log;
        Recovered = recovered;
        Watcher = watcher;
    }

    public WriteAheadLog Log { get; }

    public List<LogRecord> Recovered { get; }

    public SyncWatcher Watcher { get; }

    public static WriteAheadLogOptions Options { get; } = new() { SegmentBytes = SegmentBytes, IdleMarkDelay = Timeout.InfiniteTimeSpan };

    public static JournalOnFaultyDisk Start(FaultyFileSystem disk, WriteAheadLogOptions? options = null)
    {
        DataDirectory directory = DataDirectory.Open(Place, disk);
        try
        {
            WriteAheadLog log = WriteAheadLog.Open(directory, Identity, options ?? Options, NullLogger.Instance);
            List<LogRecord> recovered = LogStoreCompliance.Recover(log);
            SyncWatcher watcher = new();
            log.Start(watcher.OnSynced, watcher.OnFailed);
            return new JournalOnFaultyDisk(disk, directory, log, recovered, watcher);
        }
        catch (IOException)
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Opens and recovers without starting, so that nothing is written.</summary>
    public static List<LogRecord> Recover(FaultyFileSystem disk)
    {
        using DataDirectory directory = DataDirectory.Open(Place, disk);
        return LogStoreCompliance.Recover(WriteAheadLog.Open(directory, Identity, Options, NullLogger.Instance));
    }

    public static string SegmentPath(int number) => $"{Place}/journal/{number:D10}.segment";

    /// <summary>Appends one record and waits until it is synced: one batch per record.</summary>
    public async Task AppendAsync(LogRecord record) => await Watcher.SyncedAsync(Log.Append([record]));

    public void Kill()
    {
        Log.Abandon();
        _directory.Dispose();
    }

    /// <summary>Stops cleanly; a test that failed while it held writes ends, too.</summary>
    public async ValueTask DisposeAsync()
    {
        _disk.ReleaseWrites();
        await Log.DisposeAsync();
        _directory.Dispose();
    }
}
