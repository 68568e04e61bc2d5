using Dike.Storage.Files;

namespace Dike.Storage;

/// <summary>
/// A node's directory: a lock that keeps a second process out, small named documents (identity, membership), and the place of the journal.
/// A document is replaced as a whole or not at all, and is durable when <see cref="WriteDocument"/> returns. Opened by the node, first of all; safe from any thread.
/// </summary>
public sealed class DataDirectory : IDisposable
{
    private const string DocumentSuffix = ".dike";
    private const string LockName = "lock";
    private const int MaxNameLength = 64;
    private readonly Lock _documents = new();
    private readonly IDisposable _lock;
    private bool _closed;

    private DataDirectory(string path, IFileSystem files, IDisposable heldLock)
    {
        Location = path;
        Files = files;
        _lock = heldLock;
    }

    /// <summary>The full path.</summary>
    public string Location { get; }

    internal IFileSystem Files { get; }

    /// <summary>Opens the directory, makes it if it does not exist, and locks it.</summary>
    /// <param name="path">The directory.</param>
    /// <returns>The open directory; disposing it releases the lock.</returns>
    /// <exception cref="IOException">Another process has it open, or it cannot be made or written; the message says which. Nothing was changed.</exception>
    public static DataDirectory Open(string path) => Open(path, new SystemFileSystem());

    internal static DataDirectory Open(string path, IFileSystem files)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string full = Path.GetFullPath(path);
        IDisposable? held;
        try
        {
            files.CreateDirectory(full);
            held = files.TryLock(Path.Combine(full, LockName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw files.Exists(full) ? new IOException($"The data directory '{full}' is a file. Name a directory.", e) : NotWritable(full, e);
        }

        return held is not null
            ? new DataDirectory(full, files, held)
            : throw new IOException(
                $"The data directory '{full}' is in use by another process. Give each node its own directory, or stop the other one.");
    }

    /// <summary>Reads a document.</summary>
    /// <param name="name">Its name: 1 to 64 of <c>a-z</c>, <c>0-9</c>, <c>-</c>.</param>
    /// <returns>Its content, or null if it was never written.</returns>
    /// <exception cref="LogDamagedException">It is damaged or of another format.</exception>
    public byte[]? ReadDocument(string name)
    {
        string path = DocumentPath(name);
        lock (_documents)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!Files.Exists(path))
            {
                return null;
            }

            using IStorageFile file = Files.Open(path, writable: false);
            byte[] bytes = new byte[checked((int)file.Length)];
            int read = file.Read(bytes, 0);
            return DocumentFormat.Read(bytes.AsSpan(0, read), name, out string? fault) ??
                throw new LogDamagedException(
                    $"The document '{path}' cannot be used: {fault}. Put the file back as it was. Do not start the node with an empty or an older directory: its votes would be forgotten.", path, 0);
        }
    }

    /// <summary>Writes a document in place of the one that has this name. It is durable when this returns, and the old one is intact until then.</summary>
    /// <param name="name">Its name: 1 to 64 of <c>a-z</c>, <c>0-9</c>, <c>-</c>.</param>
    /// <param name="content">Its content.</param>
    /// <exception cref="IOException">It could not be written or synced: old or new content is there, whole.</exception>
    public void WriteDocument(string name, ReadOnlySpan<byte> content)
    {
        string path = DocumentPath(name);
        string beside = path + ".new";
        lock (_documents)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            using AlignedBuffer buffer = new(DocumentFormat.FileBytes(content.Length));
            DocumentFormat.Write(buffer.Span, name, content);
            try
            {
                using (IStorageFile file = Files.Create(beside))
                {
                    file.Write(buffer.Span, 0);
                }

                Files.Rename(beside, path);
                Files.SyncDirectory(Location);
            }
            catch (UnauthorizedAccessException e)
            {
                throw NotWritable(Location, e);
            }
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose()
    {
        lock (_documents)
        {
            _closed = true;
            _lock.Dispose();
        }
    }

    internal string DocumentPath(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > MaxNameLength || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
        {
            throw new ArgumentException($"'{name}' is no document name: 1 to {MaxNameLength} of a-z, 0-9 and '-'.", nameof(name));
        }

        return Path.Combine(Location, name + DocumentSuffix);
    }

    private static IOException NotWritable(string path, Exception inner) =>
        new($"The data directory '{path}' is not writable: {inner.Message} Give this user the right to write it, or name another one.", inner);
}
