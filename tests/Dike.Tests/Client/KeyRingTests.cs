using CsCheck;

namespace Dike.Tests.Client;

public sealed class KeyRingTests
{
    // XXH3_64bits of "a" is E6C632B61E964E1F and of "abc" 78AF5F94892F3950 (reference implementation); with 4096 partitions the first 12 bits count.
    // The others were computed by this code once.
    [Theory]
    [InlineData("a", 4096, 0xE6C)]
    [InlineData("a", 16, 0xE)]
    [InlineData("a", 1, 0)]
    [InlineData("abc", 4096, 0x78A)]
    [InlineData("abc", 3, 1)]
    [InlineData("somekey", 16, 12)]
    [InlineData("clé", 16, 0)]
    [InlineData("😀", 16, 0)]
    public void PartitionOf_Vectors_StayForGood(string key, int partitions, int expected) =>
        Assert.Equal(expected, KeyRing.PartitionOf(key, partitions));

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(100)]
    public void PartitionOf_ManyKeys_SpreadEvenly(int partitions)
    {
        int[] counts = new int[partitions];
        for (int number = 0; number < 100_000; number++)
        {
            counts[KeyRing.PartitionOf($"key-{number}", partitions)]++;
        }

        double mean = 100_000.0 / partitions;
        double chiSquared = counts.Sum(count => (count - mean) * (count - mean) / mean);

        // Mean of the distribution plus five standard deviations; the input is fixed, so this passes always or never.
        Assert.InRange(chiSquared, 0, partitions - 1 + (5 * Math.Sqrt(2.0 * (partitions - 1))));
    }

    [Fact]
    public void PartitionOf_MorePartitions_NeverLeavesTheRange() =>
        Gen.Select(Gen.String[Gen.Char['a', 'z'], 1, 30], Gen.Int[1, 4096]).Sample((key, partitions) =>
            Assert.InRange(KeyRing.PartitionOf(key, partitions), 0, partitions - 1));

    // Not as InlineData: attributes are stored in UTF-8, which cannot carry a lone surrogate.
    [Fact]
    public void PartitionOf_IllegalKey_SaysWhy()
    {
        AssertIllegal("", "must not be empty");
        AssertIllegal("a" + (char)0xD83D, "the character at 1 is a lone surrogate");
        AssertIllegal((char)0xDE00 + "b", "the character at 0 is a lone surrogate");
        AssertIllegal($"{(char)0xD83D}{(char)0xDE00}{(char)0xDE00}", "the character at 2 is a lone surrogate");
    }

    [Theory]
    [InlineData('k', 512, true)]
    [InlineData('k', 513, false)]
    [InlineData('é', 256, true)]
    [InlineData('é', 257, false)]
    [InlineData('k', 1_000_000, false)]
    public void Invalid_LengthInUtf8_IsWhatCounts(char character, int count, bool isLegal) =>
        Assert.Equal(isLegal, KeyRing.Invalid(new string(character, count)) is null);

    private static void AssertIllegal(string key, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => KeyRing.PartitionOf(key, 4)).Message, StringComparison.Ordinal);
}
