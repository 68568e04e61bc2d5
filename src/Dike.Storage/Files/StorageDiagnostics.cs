using Microsoft.Extensions.Logging;

namespace Dike.Storage.Files;

/// <summary>What the journal tells an operator; the event numbers never change.</summary>
internal static partial class StorageDiagnostics
{
    [LoggerMessage(3001, LogLevel.Information, "Journal '{Path}' recovered: {Records} records in {Segments} segments, last position {Position}.")]
    public static partial void Recovered(ILogger logger, string path, long records, int segments, long position);

    [LoggerMessage(3002, LogLevel.Warning, "Journal '{Path}': cut {Blocks} blocks of a write that had not been synced when the last process ended. Nobody was told of it.")]
    public static partial void TailCut(ILogger logger, string path, long blocks);

    [LoggerMessage(3003, LogLevel.Critical, "Journal '{Path}' failed and takes nothing more.")]
    public static partial void Failed(ILogger logger, Exception exception, string path);

    [LoggerMessage(3004, LogLevel.Warning, "Journal '{Path}': the next segment could not be prepared.")]
    public static partial void PreparationFailed(ILogger logger, Exception exception, string path);
}
