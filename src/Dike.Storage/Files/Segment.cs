namespace Dike.Storage.Files;

/// <summary>A segment that has its name, its header and its full length on disk.</summary>
/// <param name="Path">The file.</param>
/// <param name="Header">Its first block.</param>
internal sealed record Segment(string Path, SegmentHeader Header)
{
    /// <summary>How many blocks it has; block 0 is the header.</summary>
    public int Blocks => (int)(Header.Bytes / BlockFormat.BlockBytes);
}
