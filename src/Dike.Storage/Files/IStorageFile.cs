namespace Dike.Storage.Files;

/// <summary>An open file that is written in whole blocks. One user at a time.</summary>
internal interface IStorageFile : IDisposable
{
    string Path { get; }

    long Length { get; }

    /// <summary>Reads until <paramref name="into"/> is full or the file ends.</summary>
    /// <returns>How many bytes were read.</returns>
    int Read(Span<byte> into, long offset);

    /// <summary>Writes and syncs: what was written survives any crash once this returns. After an exception anything may be on disk.</summary>
    /// <param name="blocks">Whole blocks in memory that starts at a multiple of the block size (see <see cref="AlignedBuffer"/>).</param>
    /// <param name="offset">A multiple of the block size.</param>
    void Write(ReadOnlySpan<byte> blocks, long offset);

    /// <summary>Syncs what an earlier process may have written without waiting for its sync.</summary>
    void Sync();
}
