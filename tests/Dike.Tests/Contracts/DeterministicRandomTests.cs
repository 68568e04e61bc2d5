using CsCheck;

namespace Dike.Tests.Contracts;

public sealed class DeterministicRandomTests
{
    // Computed by a second implementation of the published algorithms; replicas of different builds must agree on them for good.
    [Fact]
    public void NextUInt64_Vectors_StayForGood()
    {
        AssertStream(1, 1, [0x309714EC38D33B4C, 0x1BC11473D28024A0, 0xAA4F7BBEF2A5A194, 0xE418B571CCC48341, 0xF474A7FD3ED0CB44]);
        AssertStream(0xDEADBEEF, 1UL << 40, [0x9878891B4094A4FC, 0x1B900D4AE491C037, 0x9EBA82E14AD7914F]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(100)]
    public void Next_ManyDraws_AreUniform(int sides)
    {
        const int Draws = 100_000;
        var random = new DeterministicRandom(7, 1);
        int[] counts = new int[sides];
        for (int draw = 0; draw < Draws; draw++)
        {
            counts[random.Next(sides)]++;
        }

        double mean = (double)Draws / sides;
        double chiSquared = counts.Sum(count => (count - mean) * (count - mean) / mean);
        Assert.InRange(chiSquared, 0, sides - 1 + (5 * Math.Sqrt(2.0 * (sides - 1))));
    }

    // A bound just above half the range is where a remainder or a plain multiplication would be most wrong: half of all values twice as likely.
    [Fact]
    public void Next_BoundAboveHalfTheRange_IsUniform()
    {
        var random = new DeterministicRandom(8, 1);
        int low = 0;
        for (int draw = 0; draw < 30_000; draw++)
        {
            low += random.Next(int.MinValue, int.MinValue + 3) == int.MinValue ? 1 : 0;
        }

        Assert.InRange(low, 9_600, 10_400);
    }

    [Fact]
    public void Next_AnyRange_StaysInIt() =>
        Gen.Select(Gen.ULong, Gen.Int, Gen.Int).Where((_, min, max) => min < max).Sample((seed, min, max) =>
            Assert.InRange(new DeterministicRandom(seed, 1).Next(min, max), min, max - 1));

    [Fact]
    public void Next_EmptyRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeterministicRandom(1, 1).Next(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeterministicRandom(1, 1).Next(5, 5));
    }

    [Fact]
    public void NextDouble_ManyDraws_AreBelowOneWithTheRightMean()
    {
        var random = new DeterministicRandom(9, 1);
        double sum = 0;
        for (int draw = 0; draw < 100_000; draw++)
        {
            double value = random.NextDouble();
            Assert.InRange(value, 0, 1 - double.Epsilon);
            sum += value;
        }

        Assert.InRange(sum / 100_000, 0.495, 0.505);
    }

    [Fact]
    public void Shuffle_ThreeItems_GivesAllOrdersAlike()
    {
        var random = new DeterministicRandom(10, 1);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int draw = 0; draw < 6_000; draw++)
        {
            char[] items = ['a', 'b', 'c'];
            random.Shuffle(items.AsSpan());
            string order = new(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150));
    }

    private static void AssertStream(ulong seed, ulong stream, ulong[] expected)
    {
        var random = new DeterministicRandom(seed, stream);
        Assert.Equal(expected, expected.Select(_ => random.NextUInt64()));
    }
}
