using System.Buffers;
using Dike.Node.Identity;
using Dike.Node.Tests.Running;
using Dike.Paxos;
using Dike.Storage;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Tests.Identity;

/// <summary>Which incarnation of each member counts for node "a": one at a time, for good, and across restarts.</summary>
public sealed class RosterTests : IDisposable
{
    private const int PlaceOfB = 1;

    private static readonly ClusterMembership Cluster = new(
        new Guid("01020304-0506-4708-890a-0b0c0d0e0f10"), "c", [new("a", 1, new ReplicaId(1)), new("b", 2, new ReplicaId(2)), new("d", 3, new ReplicaId(3))]);

    private static readonly NodeIdentity Self = new("a", 1, 1);

    private readonly TemporaryDirectory _directory = new();
    private readonly DataDirectory _open;

    public RosterTests() => _open = DataDirectory.Open(_directory.Path);

    [Fact]
    public void Refuse_FoundingIncarnation_LetIn()
    {
        Roster roster = Make();

        Assert.Null(roster.Refuse("b", 2));
        Assert.Equal([1UL, 2, 3], roster.Current);
    }

    [Fact]
    public void Refuse_UnknownName_RefusedAndNothingKept()
    {
        Roster roster = Make();

        Assert.Contains("'x' is no member", roster.Refuse("x", 9), StringComparison.Ordinal);
        Assert.Null(_open.ReadDocument(Roster.DocumentName));
    }

    [Fact]
    public void Refuse_NewIncarnationOfAMemberThatIsNotHere_LetInAndDurable()
    {
        Assert.Null(Make().Refuse("b", 9));

        Assert.Equal([1UL, 9, 3], Make().Current);
    }

    /// <summary>Both directions count: while one of them lives, the old incarnation may still speak.</summary>
    [Fact]
    public void Refuse_NewIncarnationWhileTheOldIsLinked_LetInOnlyWhenItsLastLinkIsGone()
    {
        Roster roster = Make();
        roster.Opened(PlaceOfB);
        roster.Opened(PlaceOfB);

        Assert.Contains("only when that is gone", roster.Refuse("b", 9), StringComparison.Ordinal);
        roster.Closed(PlaceOfB);
        Assert.Contains("only when that is gone", roster.Refuse("b", 9), StringComparison.Ordinal);
        Assert.Null(roster.Refuse("b", 2));
        roster.Closed(PlaceOfB);

        Assert.Null(roster.Refuse("b", 9));
    }

    [Fact]
    public void Refuse_NewIncarnationWhileAnotherMemberIsLinked_LetIn()
    {
        Roster roster = Make();
        roster.Opened(2);

        Assert.Null(roster.Refuse("b", 9));
    }

    [Fact]
    public void Refuse_SupersededIncarnation_RefusedForGoodAlsoAfterARestart()
    {
        Roster roster = Make();
        Assert.Null(roster.Refuse("b", 9));

        Assert.Contains("superseded", roster.Refuse("b", 2), StringComparison.Ordinal);
        Assert.Contains("superseded", Make().Refuse("b", 2), StringComparison.Ordinal);
        Assert.Equal([1UL, 9, 3], Make().Current);
    }

    [Fact]
    public void Refuse_OneIncarnationAfterTheOther_OnlyTheLastCounts()
    {
        Roster roster = Make();
        Assert.Null(roster.Refuse("b", 9));
        Assert.Null(roster.Refuse("b", 10));

        Roster again = Make();

        Assert.NotNull(again.Refuse("b", 2));
        Assert.NotNull(again.Refuse("b", 9));
        Assert.Null(again.Refuse("b", 10));
    }

    /// <summary>What could not be written must not count: after a restart the old incarnation would be let in beside the new one.</summary>
    [Fact]
    public void Refuse_TheDocumentCannotBeWritten_TheOldIncarnationStays()
    {
        Roster roster = Make();
        // A directory where the document belongs: it cannot be put there.
        System.IO.Directory.CreateDirectory(Path.Combine(_directory.Path, Roster.DocumentName + ".dike"));

        Assert.ThrowsAny<IOException>(() => roster.Refuse("b", 9));

        Assert.Equal([1UL, 2, 3], roster.Current);
        Assert.Null(roster.Refuse("b", 2));
    }

    [Fact]
    public void Constructor_ThisNodeCameBackEmpty_ItsOwnIncarnationCounts() =>
        Assert.Equal([1UL, 99, 3], new Roster(_open, Cluster, new NodeIdentity("b", 99, 1)).Current);

    [Fact]
    public void Constructor_DocumentOfAnotherFormat_Refused()
    {
        _open.WriteDocument(Roster.DocumentName, [9, 0, 0, 0, 0, 0, 0, 0, 0]);

        Assert.Contains("format 9", Assert.Throws<InvalidFrameException>(Make).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_DocumentOfAClusterOfAnotherSize_Refused()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.Byte(1);
        writer.UInt32(1);
        writer.UInt64(1);
        writer.UInt32(0);
        _open.WriteDocument(Roster.DocumentName, output.WrittenSpan);

        Assert.Contains("1 places", Assert.Throws<InvalidFrameException>(Make).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Closed_NothingIsOpen_BreaksAnInvariant() => Assert.Throws<InvariantViolatedException>(() => Make().Closed(PlaceOfB));

    public void Dispose()
    {
        _open.Dispose();
        _directory.Dispose();
    }

    private Roster Make() => new(_open, Cluster, Self);
}
