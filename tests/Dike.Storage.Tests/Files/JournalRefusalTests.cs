using Dike.Storage.Tests.Compliance;
using Dike.Storage.Tests.Faults;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dike.Storage.Tests.Files;

/// <summary>Directories that must not be used: each is refused with a message that says why, and not a byte of it changes.</summary>
public sealed class JournalRefusalTests
{
    private static readonly StoreIdentity Owner = JournalOnFaultyDisk.Identity;

    public static TheoryData<string, string, ulong> Strangers => new()
    {
        { Owner.ClusterId.ToString(), "node-2", Owner.Incarnation },
        { "ffffffff-0000-0000-0000-000000000001", Owner.NodeName, Owner.Incarnation },
        { Owner.ClusterId.ToString(), Owner.NodeName, 77 },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Open_DirectoryOfAnother_RefusesNamingBoth(string cluster, string node, ulong incarnation)
    {
        StoreIdentity stranger = new(Guid.Parse(cluster), node, incarnation);
        LogDamagedException error = AssertRefused(await WriteAsync(), stranger);
        Assert.Contains($"node '{Owner.NodeName}' (cluster {Owner.ClusterId}, incarnation abcdef0123456789)", error.Message, StringComparison.Ordinal);
        Assert.Contains($"this is node '{node}' (cluster {stranger.ClusterId}, incarnation {incarnation:x16})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OtherFormatVersion_RefusesNamingBoth()
    {
        FaultyFileSystem disk = await WriteAsync();
        byte[] newer = [.. disk.BytesOf(JournalOnFaultyDisk.SegmentPath(1))];
        newer[8] = 2;
        disk.Damage(JournalOnFaultyDisk.SegmentPath(1), newer);
        Assert.Contains("format version 2, this build reads format version 1", AssertRefused(disk, Owner).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NoDikeFile_Refuses()
    {
        FaultyFileSystem disk = await WriteAsync();
        disk.Damage(JournalOnFaultyDisk.SegmentPath(1), new byte[4096]);
        Assert.Contains("does not start like a Dike journal", AssertRefused(disk, Owner).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_SegmentMissing_RefusesWhicheverItIs()
    {
        int segments = SegmentCount(await WriteAsync());
        Assert.True(segments >= 3);
        for (int number = 1; number <= segments; number++)
        {
            FaultyFileSystem disk = await WriteAsync();
            disk.Damage(JournalOnFaultyDisk.SegmentPath(number), null);
            string message = AssertRefused(disk, Owner).Message;
            Assert.Contains($"{number:D10}.segment' is missing", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_AllSegmentsMissing_RefusesAndDoesNotStartEmpty()
    {
        FaultyFileSystem disk = await WriteAsync();
        for (int number = SegmentCount(disk); number >= 1; number--)
        {
            disk.Damage(JournalOnFaultyDisk.SegmentPath(number), null);
        }

        Assert.Contains("is missing", AssertRefused(disk, Owner).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_ManifestMissing_Refuses()
    {
        FaultyFileSystem disk = await WriteAsync();
        disk.Damage(JournalOnFaultyDisk.Place + "/journal.dike", null);
        Assert.Contains("document 'journal' that names them is missing", AssertRefused(disk, Owner).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_SegmentTruncatedOrExtended_Refuses()
    {
        FaultyFileSystem disk = await WriteAsync();
        byte[] bytes = disk.BytesOf(JournalOnFaultyDisk.SegmentPath(1));
        foreach (byte[] wrong in new[] { bytes[..8192], bytes[..^1], [.. bytes, 0] })
        {
            disk.Damage(JournalOnFaultyDisk.SegmentPath(1), wrong);
            Assert.Contains($"has {wrong.Length} bytes, expected {bytes.Length}", AssertRefused(disk, Owner).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_SegmentRenamed_Refuses()
    {
        FaultyFileSystem disk = await WriteAsync();
        disk.Damage(JournalOnFaultyDisk.SegmentPath(2), disk.BytesOf(JournalOnFaultyDisk.SegmentPath(1)));
        Assert.Contains("says that it is segment 1", AssertRefused(disk, Owner).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_SegmentOfAnotherJournalOfTheSameNode_Refuses()
    {
        FaultyFileSystem disk = await WriteAsync();
        disk.Damage(JournalOnFaultyDisk.SegmentPath(2), (await WriteAsync()).BytesOf(JournalOnFaultyDisk.SegmentPath(2)));
        Assert.Contains("belongs to journal", AssertRefused(disk, Owner).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FileThatIsNoSegment_Refuses()
    {
        FaultyFileSystem disk = await WriteAsync();
        disk.Damage(JournalOnFaultyDisk.Place + "/journal/copy of 1.segment", new byte[4096]);
        Assert.Contains("is no segment", AssertRefused(disk, Owner).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NodeNameTooLong_Throws()
    {
        using DataDirectory directory = DataDirectory.Open(JournalOnFaultyDisk.Place, new FaultyFileSystem());
        StoreIdentity identity = Owner with { NodeName = new string('n', 2000) };
        Assert.Throws<ArgumentException>(() => WriteAheadLog.Open(directory, identity, JournalOnFaultyDisk.Options, NullLogger.Instance));
    }

    private static LogDamagedException AssertRefused(FaultyFileSystem disk, StoreIdentity identity)
    {
        IReadOnlyDictionary<string, string> before = disk.Fingerprint();
        using DataDirectory directory = DataDirectory.Open(JournalOnFaultyDisk.Place, disk);
        LogDamagedException error =
            Assert.Throws<LogDamagedException>(() => WriteAheadLog.Open(directory, identity, JournalOnFaultyDisk.Options, NullLogger.Instance));
        Assert.Equal(before, disk.Fingerprint());
        Assert.Contains(JournalOnFaultyDisk.Place + "/journal", error.Message, StringComparison.Ordinal);
        return error;
    }

    private static int SegmentCount(FaultyFileSystem disk) => disk.Fingerprint().Keys.Count(path => path.EndsWith(".segment", StringComparison.Ordinal));

    private static async Task<FaultyFileSystem> WriteAsync()
    {
        FaultyFileSystem disk = new();
        await using JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk);
        foreach (LogRecord record in LogStoreCompliance.Script(8))
        {
            await journal.AppendAsync(record);
        }

        return disk;
    }
}
