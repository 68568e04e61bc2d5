using Dike.Storage;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Runtime;

/// <summary>A node's log together with the way to end it as a crash would.</summary>
/// <param name="Log">The log.</param>
/// <param name="Abandon">Drops what is queued and lets go of the files.</param>
internal sealed record NodeStore(ILogStore Log, Action Abandon)
{
    /// <summary>The journal in files.</summary>
    public static NodeStore OpenJournal(DataDirectory directory, StoreIdentity identity, ILogger logger)
    {
        WriteAheadLog journal = WriteAheadLog.Open(directory, identity, new WriteAheadLogOptions(), logger);
        return new NodeStore(journal, journal.Abandon);
    }
}

/// <summary>Opens the log of a node. The seam behind which tests put a slow, failing or forgetful disk.</summary>
internal delegate NodeStore OpenStore(DataDirectory directory, StoreIdentity identity, ILogger logger);
