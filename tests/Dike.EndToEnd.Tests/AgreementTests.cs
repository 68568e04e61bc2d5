using ArithmeticSample;

namespace Dike.EndToEnd.Tests;

/// <summary>What was not compared is never equal.</summary>
public sealed class AgreementTests
{
    private static readonly ReplicaCheck Silent = new("node-9", null, null);

    [Fact]
    public void Of_AllAlike_IsComplete()
    {
        Agreement agreement = Agreement.Of([Check(1, 7, "aa"), Check(2, 7, "aa"), Check(3, 7, "aa")]);

        Assert.Equal(new Agreement(3, 0, 0), agreement);
        Assert.True(agreement.IsComplete);
    }

    [Fact]
    public void Of_OneSilent_IsNotComplete()
    {
        Agreement agreement = Agreement.Of([Check(1, 7, "aa"), Check(2, 7, "aa"), Silent]);

        Assert.Equal(new Agreement(2, 1, 0), agreement);
        Assert.False(agreement.IsComplete);
    }

    [Fact]
    public void Of_OneAtAnotherSlot_IsNotCompared() =>
        Assert.Equal(new Agreement(2, 1, 0), Agreement.Of([Check(1, 6, "aa"), Check(2, 7, "aa"), Check(3, 7, "aa")]));

    [Fact]
    public void Of_OneDifferent_IsADifference() =>
        Assert.Equal(new Agreement(3, 0, 1), Agreement.Of([Check(1, 7, "aa"), Check(2, 7, "aa"), Check(3, 7, "bb")]));

    [Fact]
    public void Of_OnlyOneOfThreeAnswered_ComparesNothing() => Assert.Equal(new Agreement(0, 3, 0), Agreement.Of([Check(1, 7, "aa"), Silent, Silent]));

    [Fact]
    public void Of_NobodyAnswered_ComparesNothing() => Assert.Equal(new Agreement(0, 1, 0), Agreement.Of([Silent]));

    [Fact]
    public void Of_GroupOfOne_AgreesWithItself() => Assert.Equal(new Agreement(1, 0, 0), Agreement.Of([Check(1, 7, "aa")]));

    [Fact]
    public void Of_NoRows_IsNothing() => Assert.Equal(Agreement.None, Agreement.Of([]));

    [Fact]
    public void Add_TwoGroups_Sums() => Assert.Equal(new Agreement(5, 1, 1), new Agreement(3, 0, 1) + new Agreement(2, 1, 0));

    private static ReplicaCheck Check(int node, long slot, string hash) => new($"node-{node}", slot, hash);
}
