using Dike.Node.Identity;
using Dike.Node.Tests.Running;
using Dike.Storage;
using Dike.Transport;

namespace Dike.Node.Tests.Identity;

/// <summary>Boots of other nodes are remembered across restarts of this one.</summary>
public sealed class PeerBootsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly DataDirectory _open;

    public PeerBootsTests() => _open = DataDirectory.Open(_directory.Path);

    [Fact]
    public void Refuse_LowerBootThanSeenBeforeTheRestart_Refused()
    {
        var boots = new PeerBoots(_open);
        Assert.Null(Refuse(boots, 5));
        Assert.Null(Refuse(boots, 5));

        var again = new PeerBoots(_open);

        Assert.Contains("old copy", Refuse(again, 4), StringComparison.Ordinal);
        Assert.Null(again.Refuse("b", 3, 1, again.Moment));
    }

    /// <summary>A copy counts its starts on, so its boot reaches and passes the highest one seen: it must not count even then.</summary>
    [Fact]
    public void Refuse_OldCopyStartedAgainAndAgain_BarredForGoodAlsoAfterARestartOfTheObserver()
    {
        var boots = new PeerBoots(_open);
        Assert.Null(Refuse(boots, 7));
        Assert.NotNull(Refuse(boots, 6));

        Assert.Contains("barred for good", Refuse(boots, 7), StringComparison.Ordinal);
        Assert.Contains("barred for good", Refuse(new PeerBoots(_open), 8), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuse_LateHelloOfTheBootBeforeARestart_RefusedButNotBarred()
    {
        var boots = new PeerBoots(_open);
        Assert.Null(Refuse(boots, 5));
        long before = boots.Moment;
        Assert.Null(Refuse(boots, 6));

        Assert.Contains("restarted", boots.Refuse("b", 2, 5, before), StringComparison.Ordinal);

        Assert.Null(Refuse(boots, 6));
        Assert.Null(Refuse(boots, 7));
    }

    [Fact]
    public void Constructor_DocumentOfFormat1_KeepsItsBootsAndBarsNobody()
    {
        byte[] document = [1, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0];
        _open.WriteDocument(PeerBoots.DocumentName, document);

        var boots = new PeerBoots(_open);

        Assert.Null(Refuse(boots, 5));
        Assert.NotNull(Refuse(boots, 4));
    }

    [Fact]
    public void Constructor_DocumentOfALaterFormat_Refused()
    {
        _open.WriteDocument(PeerBoots.DocumentName, [3, 0, 0, 0, 0]);

        Assert.Contains("format 3", Assert.Throws<InvalidFrameException>(() => new PeerBoots(_open)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _open.Dispose();
        _directory.Dispose();
    }

    private static string? Refuse(PeerBoots boots, ulong boot) => boots.Refuse("b", 2, boot, boots.Moment);
}
