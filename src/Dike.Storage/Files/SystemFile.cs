using Dike.Paxos;
using Microsoft.Win32.SafeHandles;

namespace Dike.Storage.Files;

/// <summary>A file of the operating system, opened in the best <see cref="WriteMode"/> that its file system takes.</summary>
internal sealed class SystemFile : IStorageFile
{
    private readonly SafeFileHandle _handle;

    private SystemFile(string path, SafeFileHandle handle, WriteMode mode)
    {
        Path = path;
        _handle = handle;
        Mode = mode;
    }

    public string Path { get; }

    public WriteMode Mode { get; }

    public long Length => RandomAccess.GetLength(_handle);

    public static SystemFile OpenForReading(string path) =>
        new(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), WriteMode.Flushed);

    public static SystemFile OpenForWriting(string path, WriteMode best)
    {
        if (UnixCalls.CanOpenSynced)
        {
            if (best == WriteMode.DirectSynced && UnixCalls.TryOpenSynced(path, direct: true) is { } direct)
            {
                return new SystemFile(path, direct, WriteMode.DirectSynced);
            }

            if (best <= WriteMode.Synced && UnixCalls.TryOpenSynced(path, direct: false) is { } synced)
            {
                return new SystemFile(path, synced, WriteMode.Synced);
            }
        }

        return new SystemFile(path, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read), WriteMode.Flushed);
    }

    public int Read(Span<byte> into, long offset)
    {
        int total = 0;
        while (total < into.Length)
        {
            int read = RandomAccess.Read(_handle, into[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    public void Write(ReadOnlySpan<byte> blocks, long offset)
    {
        Invariant.Require(blocks.Length % BlockFormat.BlockBytes == 0, $"{blocks.Length} bytes");
        Invariant.Require(offset % BlockFormat.BlockBytes == 0, $"offset {offset}");
        RandomAccess.Write(_handle, blocks, offset);
        if (Mode == WriteMode.Flushed)
        {
            Sync();
        }
    }

    public void Sync() => RandomAccess.FlushToDisk(_handle);

    public void Dispose() => _handle.Dispose();
}
