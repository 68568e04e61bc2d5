using Dike.Storage.Files;

namespace Dike.Storage.Tests.Files;

public sealed class SystemFileTests
{
    [Theory]
    [InlineData((int)WriteMode.DirectSynced)]
    [InlineData((int)WriteMode.Synced)]
    [InlineData((int)WriteMode.Flushed)]
    public void Write_InEachMode_IsReadBackAndGrowsTheFile(int best)
    {
        using TemporaryDirectory place = new();
        SystemFileSystem files = new((WriteMode)best);
        string path = place.Combine("file");
        using AlignedBuffer blocks = new(2 * BlockFormat.BlockBytes);
        blocks.Span.Fill(7);
        using (IStorageFile file = files.Create(path))
        {
            // A file system may refuse the best mode, but never gets a better one than was asked for.
            Assert.True(((SystemFile)file).Mode >= (WriteMode)best);
            file.Write(blocks.Span, 0);
            file.Write(blocks.Span[..BlockFormat.BlockBytes], 2 * BlockFormat.BlockBytes);
            Assert.Equal(3 * BlockFormat.BlockBytes, file.Length);
        }

        using IStorageFile reading = files.Open(path, writable: false);
        byte[] read = new byte[4 * BlockFormat.BlockBytes];
        Assert.Equal(3 * BlockFormat.BlockBytes, reading.Read(read, 0));
        Assert.Equal(3 * BlockFormat.BlockBytes, read.Count(b => b == 7));
        Assert.Equal(0, reading.Read(read, reading.Length));
    }

    [Fact]
    public void Open_Missing_ThrowsNamingTheFile()
    {
        using TemporaryDirectory place = new();
        string path = place.Combine("missing");
        foreach (bool writable in new[] { false, true })
        {
            IOException error = Assert.ThrowsAny<IOException>(() => new SystemFileSystem().Open(path, writable));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void SyncDirectory_Missing_ThrowsNamingIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "names are durable without a call there");
        using TemporaryDirectory place = new();
        string path = place.Combine("missing");
        IOException error = Assert.ThrowsAny<IOException>(() => new SystemFileSystem().SyncDirectory(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }
}
