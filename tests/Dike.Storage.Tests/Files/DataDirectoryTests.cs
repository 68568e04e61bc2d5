using System.Diagnostics;
using Dike.Storage.Tests.Faults;

namespace Dike.Storage.Tests.Files;

public sealed class DataDirectoryTests
{
    private static readonly byte[] Old = "old content"u8.ToArray();
    private static readonly byte[] New = [.. Enumerable.Range(0, 9000).Select(i => (byte)i)];

    [Fact]
    public void ReadDocument_NeverWritten_IsNull()
    {
        using TemporaryDirectory place = new();
        using DataDirectory directory = DataDirectory.Open(place.Combine("made", "with", "parents"));
        Assert.Null(directory.ReadDocument("identity"));
    }

    [Fact]
    public void WriteDocument_Reopened_GivesBackTheLastContent()
    {
        using TemporaryDirectory place = new();
        using (DataDirectory directory = DataDirectory.Open(place.Location))
        {
            directory.WriteDocument("identity", Old);
            directory.WriteDocument("identity", New);
            directory.WriteDocument("membership", []);
        }

        using DataDirectory reopened = DataDirectory.Open(place.Location);
        Assert.Equal(New, reopened.ReadDocument("identity"));
        Assert.Equal(Array.Empty<byte>(), reopened.ReadDocument("membership"));
    }

    [Fact]
    public void Open_LockedByAnother_RefusesNamingThePlace()
    {
        using TemporaryDirectory place = new();
        using (DataDirectory.Open(place.Location))
        {
            IOException error = Assert.Throws<IOException>(() => DataDirectory.Open(place.Location));
            Assert.Contains(place.Location, error.Message, StringComparison.Ordinal);
            Assert.Contains("in use by another process", error.Message, StringComparison.Ordinal);
        }

        DataDirectory.Open(place.Location).Dispose();
    }

    [Fact]
    public async Task Open_LockedByAnotherProcess_Refuses()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/flock"), "needs flock(1)");
        using TemporaryDirectory place = new();
        DataDirectory.Open(place.Location).Dispose();
        using Process holder = Process.Start(new ProcessStartInfo("/usr/bin/flock", ["--no-fork", "--exclusive", place.Combine("lock"), "sh", "-c", "echo held; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Contains("in use", Assert.Throws<IOException>(() => DataDirectory.Open(place.Location)).Message, StringComparison.Ordinal);
        holder.StandardInput.Close();
        await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Open_PathIsAFile_Refuses()
    {
        using TemporaryDirectory place = new();
        string path = place.Combine("file");
        File.WriteAllText(path, "content");
        Assert.Contains("is a file", Assert.Throws<IOException>(() => DataDirectory.Open(path)).Message, StringComparison.Ordinal);
        Assert.Equal("content", File.ReadAllText(path));
    }

    [Fact]
    public void Open_Unwritable_RefusesNamingThePlace()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "uses a file system that nobody may write, not even root");
        IOException error = Assert.ThrowsAny<IOException>(() => DataDirectory.Open("/proc/1/dike"));
        Assert.Contains("/proc/1/dike", error.Message, StringComparison.Ordinal);
        Assert.Contains("not writable", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../lock")]
    [InlineData("Identity")]
    [InlineData("a b")]
    public void WriteDocument_NameOutsideItsAlphabet_Throws(string name)
    {
        using DataDirectory directory = DataDirectory.Open("/data", new FaultyFileSystem());
        Assert.ThrowsAny<ArgumentException>(() => directory.WriteDocument(name, Old));
    }

    [Fact]
    public void WriteDocument_CrashAtEveryOperation_LeavesOldOrNew()
    {
        for (int at = 0; at < 4; at++)
        {
            foreach (bool keepNames in new[] { false, true })
            {
                FaultyFileSystem disk = new();
                using DataDirectory directory = DataDirectory.Open("/data", disk);
                directory.WriteDocument("identity", Old);
                int seen = 0;
                disk.Plan(_ => seen++ == at, FaultKind.Crash, (before, after) => after[..(after.Length / 2)], keepNames);
                Assert.Throws<IOException>(() => directory.WriteDocument("identity", New));

                using DataDirectory reopened = DataDirectory.Open("/data", disk.AfterCrash());
                byte[]? found = reopened.ReadDocument("identity");
                Assert.True(found!.SequenceEqual(Old) || (found!.SequenceEqual(New) && at == 3 && keepNames), $"crash at {at}");
            }
        }
    }

    [Fact]
    public void ReadDocument_AnyByteChanged_RefusesNamingTheFile()
    {
        FaultyFileSystem disk = new();
        using DataDirectory directory = DataDirectory.Open("/data", disk);
        directory.WriteDocument("identity", Old);
        byte[] intact = disk.BytesOf("/data/identity.dike");
        for (int offset = 0; offset < intact.Length; offset++)
        {
            byte[] damaged = [.. intact];
            damaged[offset] ^= 4;
            disk.Damage("/data/identity.dike", damaged);
            LogDamagedException error = Assert.Throws<LogDamagedException>(() => directory.ReadDocument("identity"));
            Assert.Contains("/data/identity.dike", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ReadDocument_Truncated_Refuses()
    {
        FaultyFileSystem disk = new();
        using DataDirectory directory = DataDirectory.Open("/data", disk);
        directory.WriteDocument("identity", New);
        byte[] intact = disk.BytesOf("/data/identity.dike");
        foreach (int length in new[] { 0, 1, 23, 24, 4096, intact.Length - 1 })
        {
            disk.Damage("/data/identity.dike", intact[..length]);
            Assert.Throws<LogDamagedException>(() => directory.ReadDocument("identity"));
        }
    }

    [Fact]
    public void ReadDocument_UnderAnotherName_Refuses()
    {
        FaultyFileSystem disk = new();
        using DataDirectory directory = DataDirectory.Open("/data", disk);
        directory.WriteDocument("identity", Old);
        disk.Damage("/data/membership.dike", disk.BytesOf("/data/identity.dike"));
        Assert.Throws<LogDamagedException>(() => directory.ReadDocument("membership"));
    }

    [Fact]
    public void ReadDocument_OtherFormatVersion_RefusesNamingBoth()
    {
        FaultyFileSystem disk = new();
        using DataDirectory directory = DataDirectory.Open("/data", disk);
        directory.WriteDocument("identity", Old);
        byte[] newer = [.. disk.BytesOf("/data/identity.dike")];
        newer[8] = 9;
        disk.Damage("/data/identity.dike", newer);
        string message = Assert.Throws<LogDamagedException>(() => directory.ReadDocument("identity")).Message;
        Assert.Contains("format version 9, this build reads 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_Disposed_Throw()
    {
        DataDirectory directory = DataDirectory.Open("/data", new FaultyFileSystem());
        directory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => directory.WriteDocument("identity", Old));
        Assert.Throws<ObjectDisposedException>(() => directory.ReadDocument("identity"));
    }
}
