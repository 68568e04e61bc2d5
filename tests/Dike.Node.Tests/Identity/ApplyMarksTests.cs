using Dike.Node.Groups.Poison;
using Dike.Node.Identity;
using Dike.Node.Shards;
using Dike.Node.Tests.Running;
using Dike.Paxos;
using Dike.Storage;
using Dike.Transport;

namespace Dike.Node.Tests.Identity;

/// <summary>What a node finds of its last run: whether it stopped by itself, and what each group was applying.</summary>
public sealed class ApplyMarksTests : IDisposable
{
    private static readonly GroupId Group = new(7);
    private static readonly ApplyMark Mark = new(new Slot(5), new Slot(9), 2);

    private readonly TemporaryDirectory _directory = new();
    private readonly DataDirectory _open;
    private readonly ShardQueue _queue = new(10);

    public ApplyMarksTests() => _open = DataDirectory.Open(_directory.Path);

    [Fact]
    public void Read_FirstStart_Clean() => Assert.Equal(GroupStart.Clean, Boot(1).Read(Group));

    [Fact]
    public void Read_LastRunStopped_Clean()
    {
        Boot(1).Stopped();

        Assert.Equal(GroupStart.Clean, Boot(2).Read(Group));
    }

    [Fact]
    public void Read_LastRunDidNotStop_Unclean() => Assert.Equal(new GroupStart(true, ApplyMark.None), Boot(2).Read(Group));

    [Fact]
    public void Read_OnlyAnEarlierRunStopped_Unclean()
    {
        Boot(1).Stopped();

        Assert.True(Boot(3).Read(Group).IsUnclean);
    }

    [Fact]
    public void Save_Mark_FoundByTheNextStartAndReportedAsDurable()
    {
        Boot(2).Save(Group, Mark);

        Assert.Equal([new MarkSaved(Group, Mark)], _queue.Take(0));
        Assert.Equal(new GroupStart(true, Mark), Boot(3).Read(Group));
    }

    [Fact]
    public void Save_Another_ReplacesTheOneBefore()
    {
        ApplyMarks marks = Boot(2);
        marks.Save(Group, Mark);
        marks.Save(Group, Mark with { From = new Slot(6) });

        Assert.Equal(new Slot(6), Boot(3).Read(Group).Mark.From);
    }

    [Fact]
    public void Save_None_TakesTheMarkBackAndReportsNothing()
    {
        ApplyMarks marks = Boot(2);
        marks.Save(Group, Mark);
        Assert.Single(_queue.Take(0)!);

        marks.Save(Group, ApplyMark.None);

        Assert.Empty(_queue.Take(0)!);
        Assert.Equal(ApplyMark.None, Boot(3).Read(Group).Mark);
    }

    [Fact]
    public void Save_TwoGroups_EachHasItsOwn()
    {
        ApplyMarks marks = Boot(2);
        marks.Save(Group, Mark);
        marks.Save(new GroupId(8), Mark with { Attempt = 1 });

        Assert.Equal(2, marks.Read(Group).Mark.Attempt);
        Assert.Equal(1, marks.Read(new GroupId(8)).Mark.Attempt);
        Assert.Equal(ApplyMark.None, marks.Read(new GroupId(9)).Mark);
    }

    /// <summary>A quarantine outlives a planned stop: the mark is what the next start must find.</summary>
    [Fact]
    public void Stopped_WithAMark_TheMarkStays()
    {
        ApplyMarks marks = Boot(2);
        marks.Save(Group, Mark);
        marks.Stopped();

        Assert.Equal(new GroupStart(false, Mark), Boot(3).Read(Group));
    }

    [Theory]
    [InlineData("applying-7", "apply mark")]
    [InlineData("stopped", "last stop")]
    public void Read_DocumentOfAnotherFormat_RefusedByName(string document, string what)
    {
        _open.WriteDocument(document, [9, 0, 0, 0, 0, 0, 0, 0, 0]);

        Assert.Contains(what, Assert.Throws<InvalidFrameException>(() => Boot(2).Read(Group)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _open.Dispose();
        _directory.Dispose();
    }

    private ApplyMarks Boot(ulong boot) => new(_open, new NodeIdentity("a", 1, boot), _queue);
}
