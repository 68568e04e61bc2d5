namespace Dike.Node.Tests.Options;

/// <summary>Wrong options: each message names the path and the value.</summary>
public sealed class OptionsCheckTests
{
    [Fact]
    public void Invalid_Defaults_OnlyTheDataDirectoryIsMissing() =>
        Assert.StartsWith("Dike:Node:DataDirectory", OptionsCheck.Invalid(new DikeNodeOptions { Node = { Name = "a" } }), StringComparison.Ordinal);

    [Fact]
    public void Invalid_AllGiven_Null() => Assert.Null(OptionsCheck.Invalid(Good()));

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void Invalid_NumberOfSeedsIsNot135_NamesItAndTheSeeds(int count)
    {
        DikeNodeOptions options = Good();
        for (int index = 0; index < count; index++)
        {
            options.Cluster.Seeds.Add($"host-{index}:7400");
        }

        string? reason = OptionsCheck.Invalid(options);

        Assert.Contains($"{count} nodes", reason, StringComparison.Ordinal);
        Assert.Contains("host-1:7400", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_SeedTwice_NamesIt()
    {
        DikeNodeOptions options = Good();
        options.Cluster.Seeds.Add("a:1");
        options.Cluster.Seeds.Add("b:1");
        options.Cluster.Seeds.Add("a:1");

        Assert.Contains("Dike:Cluster:Seeds:2", OptionsCheck.Invalid(options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nohost")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:70000")]
    [InlineData(":7400")]
    [InlineData("::1:7400")]
    [InlineData("a b:7400")]
    [InlineData("[dike-0]:7400")]
    public void Invalid_SeedIsNoAddress_NamesIt(string seed)
    {
        DikeNodeOptions options = Good();
        options.Cluster.Seeds.Add(seed);

        Assert.Contains($"'{seed}'", OptionsCheck.Invalid(options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dike-0.dike:7400")]
    [InlineData("127.0.0.1:7400")]
    [InlineData("[::1]:7400")]
    public void Invalid_AddressThatCanBeDialled_Null(string address)
    {
        DikeNodeOptions options = Good();
        options.Cluster.Seeds.Add(address);
        options.Node.Advertise = address;

        Assert.Null(OptionsCheck.Invalid(options));
    }

    [Theory]
    [InlineData("", "Dike:Node:Name")]
    [InlineData("a b", "Dike:Node:Name")]
    public void Invalid_NodeName_NamesPathAndValue(string name, string path)
    {
        DikeNodeOptions options = Good();
        options.Node.Name = name;

        string? reason = OptionsCheck.Invalid(options);

        Assert.StartsWith(path, reason, StringComparison.Ordinal);
        Assert.Contains($"'{name}'", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_ElectionTimeoutTooNearTheHeartbeat_NamesTheRange()
    {
        DikeNodeOptions options = Good();
        options.ElectionTimeout = TimeSpan.FromMilliseconds(100);

        Assert.Contains("00:00:00.2000000", OptionsCheck.Invalid(options), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_Wrong_ThrowsAsConfiguration()
    {
        DikeNodeOptions options = Good();
        options.Limits.MaxCommandBytes = int.MaxValue;

        var error = Assert.Throws<DikeConfigurationException>(() => OptionsCheck.Validate(options));

        Assert.Equal(Outcome.NotApplied, error.Outcome);
        Assert.Contains("Dike:Limits:MaxCommandBytes", error.Message, StringComparison.Ordinal);
    }

    private static DikeNodeOptions Good() => new() { Node = { Name = "a", DataDirectory = "/data" } };
}
