namespace Dike.Storage.Files;

/// <summary>How a write is made durable, from the best to the most portable; a file system that refuses one gets the next.</summary>
internal enum WriteMode
{
    /// <summary>Linux: O_DSYNC and O_DIRECT. One call, no copy through the page cache.</summary>
    DirectSynced,

    /// <summary>Linux: O_DSYNC.</summary>
    Synced,

    /// <summary>A write, then a flush to disk.</summary>
    Flushed,
}
