using Dike.Node.Identity;
using Dike.Node.Tests.Running;
using Dike.Storage;

namespace Dike.Node.Tests.Identity;

/// <summary>Boots of other nodes are remembered across restarts of this one.</summary>
public sealed class PeerBootsTests
{
    [Fact]
    public void Refuse_LowerBootThanSeenBeforeTheRestart_Refused()
    {
        using var directory = new TemporaryDirectory();
        using DataDirectory open = DataDirectory.Open(directory.Path);
        var boots = new PeerBoots(open);
        Assert.Null(boots.Refuse("b", 2, 5));
        Assert.Null(boots.Refuse("b", 2, 5));

        var again = new PeerBoots(open);

        Assert.Contains("old copy", again.Refuse("b", 2, 4), StringComparison.Ordinal);
        Assert.Null(again.Refuse("b", 2, 6));
        Assert.Null(again.Refuse("b", 3, 1));
    }
}
