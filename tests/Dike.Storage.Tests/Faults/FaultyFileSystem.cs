using Dike.Storage.Files;

namespace Dike.Storage.Tests.Faults;

/// <summary>What a fault does to the operation that it hits.</summary>
internal enum FaultKind
{
    /// <summary>The operation throws; the disk works on afterwards, so that a retry would succeed.</summary>
    Error,

    /// <summary>The operation throws, and so does every later one: the process is gone.</summary>
    Crash,
}

/// <summary>
/// A disk in memory that forgets what was not synced, and that fails, tears, holds or dies on command. A write is durable once it returned; a name once its
/// directory was synced. <see cref="AfterCrash"/> gives the disk that a new process finds.
/// </summary>
internal sealed class FaultyFileSystem : IFileSystem
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FaultyFile> _names = [];
    private readonly Dictionary<string, FaultyFile> _durableNames = [];
    private readonly HashSet<string> _locks = [];
    private Func<string, bool> _faultAt = _ => false;
    private FaultKind _faultKind;
    private Func<byte[], byte[], byte[]> _tear = (before, _) => before;
    private bool _keepNames;
    private bool _dead;
    private volatile TaskCompletionSource? _heldWrites;
    private int _batchWrites;
    private int _awaitedBatchWrites;
    private TaskCompletionSource _batchesWritten = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _writeEntered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every operation that changes something, in order: <c>write 0000000001.segment 4096+8192</c>.</summary>
    public List<string> Operations { get; } = [];

    /// <summary>Ends when a batch has come to the held disk.</summary>
    public Task WriteHeld => _writeEntered.Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Whether an operation writes a batch of the journal, not a segment that is being prepared nor a document.</summary>
    public static bool IsBatchWrite(string operation) =>
        operation.StartsWith("write ", StringComparison.Ordinal) && operation.Contains(".segment ", StringComparison.Ordinal);

    /// <summary>Plans one fault.</summary>
    /// <param name="at">Says for each operation whether it is the one; see <see cref="Operations"/>.</param>
    /// <param name="kind">What happens.</param>
    /// <param name="tear">What is on disk after a failed write, from what was there and what should be there; by default what was there.</param>
    /// <param name="keepNames">Whether names that were not synced survive a crash.</param>
    public void Plan(Func<string, bool> at, FaultKind kind, Func<byte[], byte[], byte[]>? tear = null, bool keepNames = false)
    {
        lock (_gate)
        {
            _faultAt = at;
            _faultKind = kind;
            _tear = tear ?? _tear;
            _keepNames = keepNames;
        }
    }

    /// <summary>Lets writes of batches block, before anything of them is on disk; segments are prepared meanwhile.</summary>
    public void HoldWrites()
    {
        _writeEntered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _heldWrites = new TaskCompletionSource();
    }

    /// <summary>Ends when so many more batches have been written from now on.</summary>
    public Task BatchesWrittenAsync(int more)
    {
        lock (_gate)
        {
            _awaitedBatchWrites = _batchWrites + more;
            _batchesWritten = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _batchesWritten.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    public void ReleaseWrites() => _heldWrites?.TrySetResult();

    /// <summary>The disk without what was never synced.</summary>
    public FaultyFileSystem AfterCrash()
    {
        FaultyFileSystem disk = new();
        lock (_gate)
        {
            foreach ((string path, FaultyFile file) in _keepNames ? _names : _durableNames)
            {
                disk._names[path] = disk._durableNames[path] = new FaultyFile(disk, path, file.Content);
            }
        }

        return disk;
    }

    /// <summary>A file's bytes, for a test to look at or to damage.</summary>
    public byte[] BytesOf(string path) => _names[path].Content;

    /// <summary>Replaces a file's bytes, or removes the file.</summary>
    public void Damage(string path, byte[]? bytes)
    {
        if (bytes is null)
        {
            _names.Remove(path);
            _durableNames.Remove(path);
            return;
        }

        _names[path] = _durableNames[path] = new FaultyFile(this, path, bytes);
    }

    /// <summary>All files and their bytes, to see that nothing changed.</summary>
    public IReadOnlyDictionary<string, string> Fingerprint() =>
        _names.ToDictionary(entry => entry.Key, entry => Convert.ToHexString(System.IO.Hashing.XxHash128.Hash(entry.Value.Content)));

    public void CreateDirectory(string path)
    {
    }

    public IReadOnlyList<string> FileNames(string directory)
    {
        lock (_gate)
        {
            return [.. _names.Keys.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path))];
        }
    }

    public bool Exists(string path)
    {
        lock (_gate)
        {
            return _names.ContainsKey(path);
        }
    }

    public IStorageFile Create(string path) => Do($"create {Path.GetFileName(path)}", () => _names[path] = new FaultyFile(this, path, []));

    public IStorageFile Open(string path, bool writable)
    {
        lock (_gate)
        {
            return _names.TryGetValue(path, out FaultyFile? file) ? file : throw new FileNotFoundException("No such file.", path);
        }
    }

    public void Rename(string from, string to) => Do($"rename {Path.GetFileName(to)}", () =>
    {
        _names.Remove(from, out FaultyFile? file);
        return _names[to] = new FaultyFile(this, to, file!.Content);
    });

    public void Delete(string path) => Do($"delete {Path.GetFileName(path)}", () => _names.Remove(path));

    public void SyncDirectory(string path) => Do($"sync-directory {Path.GetFileName(path)}", () =>
    {
        foreach (string gone in _durableNames.Keys.Where(name => Path.GetDirectoryName(name) == path && !_names.ContainsKey(name)).ToList())
        {
            _durableNames.Remove(gone);
        }

        foreach ((string name, FaultyFile file) in _names.Where(entry => Path.GetDirectoryName(entry.Key) == path))
        {
            _durableNames[name] = file;
        }

        return true;
    });

    public IDisposable? TryLock(string path)
    {
        lock (_gate)
        {
            return _locks.Add(path) ? new HeldLock(() => _locks.Remove(path)) : null;
        }
    }

    internal void Write(FaultyFile file, byte[] blocks, long offset)
    {
        string operation = $"write {Path.GetFileName(file.Path)} {offset}+{blocks.Length}";
        if (_heldWrites is { } held && IsBatchWrite(operation))
        {
            _writeEntered.TrySetResult();
            held.Task.GetAwaiter().GetResult();
        }

        byte[] before = file.Content;
        byte[] after = new byte[Math.Max(before.Length, offset + blocks.Length)];
        before.CopyTo(after, 0);
        blocks.CopyTo(after, offset);
        Do(operation, () => file.Content = after, () => file.Content = _tear(before, after));
    }

    internal void Sync(FaultyFile file) => Do($"sync {Path.GetFileName(file.Path)}", () => true);

    private T Do<T>(string operation, Func<T> apply, Action? applyPartly = null)
    {
        lock (_gate)
        {
            if (_dead)
            {
                throw new IOException("The disk is gone.");
            }

            Operations.Add(operation);
            if (IsBatchWrite(operation) && ++_batchWrites == _awaitedBatchWrites)
            {
                _batchesWritten.TrySetResult();
            }

            if (!_faultAt(operation))
            {
                return apply();
            }

            _faultAt = _ => false;
            _dead = _faultKind == FaultKind.Crash;
            applyPartly?.Invoke();
            throw new IOException($"Planned fault at '{operation}'.");
        }
    }

    private sealed class HeldLock(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}

/// <summary>A file of a <see cref="FaultyFileSystem"/>.</summary>
internal sealed class FaultyFile(FaultyFileSystem disk, string path, byte[] content) : IStorageFile
{
    public string Path => path;

    public byte[] Content { get; set; } = content;

    public long Length => Content.Length;

    public int Read(Span<byte> into, long offset)
    {
        ReadOnlySpan<byte> from = Content.AsSpan((int)Math.Min(offset, Content.Length));
        int read = Math.Min(into.Length, from.Length);
        from[..read].CopyTo(into);
        return read;
    }

    public void Write(ReadOnlySpan<byte> blocks, long offset) => disk.Write(this, blocks.ToArray(), offset);

    public void Sync() => disk.Sync(this);

    public void Dispose()
    {
    }
}
