namespace Dike.Storage;

/// <summary>Records that had been synced cannot be read back, or a file belongs to another node or format. The message names the file, the offset and what to do.</summary>
public sealed class LogDamagedException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was found, where, and what to do.</param>
    /// <param name="path">The file.</param>
    /// <param name="offset">Where in the file, in bytes.</param>
    /// <param name="inner">The cause, if an I/O error.</param>
    public LogDamagedException(string message, string path, long offset, Exception? inner = null)
        : base(message, inner)
    {
        Path = path;
        Offset = offset;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Where in the file, in bytes.</summary>
    public long Offset { get; }
}
