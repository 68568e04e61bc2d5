namespace Dike.Storage.Files;

/// <summary>The operating system's files.</summary>
/// <param name="best">The best write mode to try; less than <see cref="WriteMode.DirectSynced"/> only in tests.</param>
internal sealed class SystemFileSystem(WriteMode best = WriteMode.DirectSynced) : IFileSystem
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    public void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        string? parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null)
        {
            CreateDirectory(parent);
        }

        Directory.CreateDirectory(path);
        if (parent is not null)
        {
            SyncDirectory(parent);
        }
    }

    public IReadOnlyList<string> FileNames(string directory) =>
        [.. Directory.EnumerateFiles(directory).Select(Path.GetFileName).OfType<string>()];

    public bool Exists(string path) => File.Exists(path);

    public IStorageFile Create(string path)
    {
        File.OpenHandle(path, FileMode.Create, FileAccess.Write).Dispose();
        return SystemFile.OpenForWriting(path, best);
    }

    public IStorageFile Open(string path, bool writable) =>
        writable ? SystemFile.OpenForWriting(path, best) : SystemFile.OpenForReading(path);

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    /// <summary>A name is durable on Unix only when its directory was synced; Windows journals names and has no such call.</summary>
    public void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            UnixCalls.SyncDirectory(path);
        }
    }

    public IDisposable? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is WindowsSharingViolation or LinuxWouldBlock or MacWouldBlock)
        {
            return null;
        }
    }
}
