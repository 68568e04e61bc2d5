using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

public sealed class SearchMemoTests
{
    [Fact]
    public void TryAdd_ThousandConfigurationsTwice_KeepsEachOnce()
    {
        var memo = new SearchMemo(2);
        for (int round = 0; round < 2; round++)
        {
            for (ulong set = 0; set < 50; set++)
            {
                for (long state = 0; state < 20; state++)
                {
                    Assert.Equal(round == 0, memo.TryAdd([set, set * 3], SearchMemo.Mix(set), state));
                }
            }
        }

        Assert.Equal(1_000, memo.Count);
    }

    [Fact]
    public void TryAdd_OtherSetWithAnEqualHash_IsNew()
    {
        var memo = new SearchMemo(1);
        Assert.True(memo.TryAdd([1], 77, 5));
        Assert.True(memo.TryAdd([2], 77, 5));
        Assert.False(memo.TryAdd([1], 77, 5));
        Assert.False(memo.TryAdd([2], 77, 5));
    }

    [Fact]
    public void TryAdd_OtherStateWithAnEqualHash_IsNew()
    {
        var memo = new SearchMemo(1);
        Assert.True(memo.TryAdd([1], SearchMemo.Mix(5), 5));
        Assert.True(memo.TryAdd([1], SearchMemo.Mix(6), 6));
        Assert.False(memo.TryAdd([1], SearchMemo.Mix(5), 5));
        Assert.False(memo.TryAdd([1], SearchMemo.Mix(6), 6));
    }
}
