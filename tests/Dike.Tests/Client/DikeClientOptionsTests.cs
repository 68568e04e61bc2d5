namespace Dike.Tests.Client;

public sealed class DikeClientOptionsTests
{
    [Fact]
    public async Task ConnectAsync_OptionOutOfRange_NamesItItsValueAndTheFix()
    {
        await AssertRefusedAsync(new() { Timeout = TimeSpan.Zero }, "Timeout is 00:00:00: give more than zero and at most 01:00:00");
        await AssertRefusedAsync(new() { Timeout = TimeSpan.FromHours(2) }, "Timeout is 02:00:00");
        await AssertRefusedAsync(new() { MaxInFlight = 0 }, "MaxInFlight is 0: give 1 to 1048576");
        await AssertRefusedAsync(new() { MaxFrameBytes = 1023 }, "MaxFrameBytes is 1023: give 1024 to 268435456");
        await AssertRefusedAsync(new() { MaxFrameBytes = (256 << 20) + 1 }, "MaxFrameBytes is 268435457");
        await AssertRefusedAsync(new() { ClusterName = new string('c', 257) }, "ClusterName is 'ccc");
        await AssertRefusedAsync(new() { LoggerFactory = null! }, "LoggerFactory and TimeProvider is null");
    }

    [Theory]
    [InlineData("nohost")]
    [InlineData("host:0")]
    [InlineData("host:70000")]
    [InlineData("")]
    public async Task ConnectAsync_BadEndpoint_NamesIt(string endpoint)
    {
        DikeConfigurationException e = await Assert.ThrowsAsync<DikeConfigurationException>(() => DikeClient.ConnectAsync([endpoint]));
        Assert.Contains($"Endpoints is '{endpoint}': give host:port", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_NoEndpoints_SaysWhatIsMissing()
    {
        DikeConfigurationException e = await Assert.ThrowsAsync<DikeConfigurationException>(() => DikeClient.ConnectAsync([]));
        Assert.Contains("at least one node", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_BadKeyOrOptions_ThrowsBeforeAnythingIsSent()
    {
        await using DikeClient client = DikeClient.Create(["127.0.0.1:1"], null);

        Assert.Contains("must not be empty", Assert.Throws<ArgumentException>(() => client.Get(CounterContract.Contract, "")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => client.Get(CounterContract.Contract, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.Get(CounterContract.Contract, "k", new DikeCallOptions { Timeout = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.Get(CounterContract.Contract, "k", new DikeCallOptions { MaxStaleness = TimeSpan.FromTicks(1) }));
        Assert.Contains("0-0-0", Assert.Throws<ArgumentException>(
            () => client.Get(CounterContract.Contract, "k", new DikeCallOptions { CommandId = CommandId.None })).Message.Replace("0000000000000000", "0", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(DikeClientOptions options, string expected)
    {
        DikeConfigurationException e = await Assert.ThrowsAsync<DikeConfigurationException>(() => DikeClient.ConnectAsync(["127.0.0.1:1"], options));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }
}
