using Dike.Node.Tests.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Dike.Node.Tests.Hosting;

/// <summary>A node within a host: settings from the configuration, client and health checks from its services.</summary>
public sealed class HostingTests
{
    [Fact]
    public async Task AddDike_HostStarts_NodeServesAndStopsWithIt()
    {
        using var directory = new TemporaryDirectory();
        using IHost host = Build(directory.Path);

        await host.StartAsync();
        var dike = host.Services.GetRequiredService<IDikeClient>();
        await dike.Admin.CreateRingAsync("Tally", 1, 1);
        Assert.Equal(2, await dike.Tally("k").AddAsync(2));
        HealthReport healthy = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        await host.StopAsync();

        Assert.Equal(HealthStatus.Healthy, healthy.Status);
        Assert.Equal(["dike_live", "dike_ready"], healthy.Entries.Keys.Order());
        HealthReport stopped = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, stopped.Status);
        Assert.Throws<DikeUnavailableException>(() => dike.Tally("k"));
    }

    [Fact]
    public async Task AddDike_UnknownSetting_RefusedWithItsPath()
    {
        using var directory = new TemporaryDirectory();
        using IHost host = Build(directory.Path, ("Dike:Node:Nmae", "a"));

        var error = await Assert.ThrowsAsync<DikeConfigurationException>(() => host.StartAsync());

        Assert.Contains("Dike:Node:Nmae", error.Message, StringComparison.Ordinal);
        Assert.Contains("DataDirectory", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dike:ElectionTimeout", "soon")]
    [InlineData("Dike:Client:MaxInFlight", "many")]
    public async Task AddDike_UnreadableSetting_RefusedWithPathAndValue(string path, string value)
    {
        using var directory = new TemporaryDirectory();
        using IHost host = Build(directory.Path, (path, value));

        var error = await Assert.ThrowsAsync<DikeConfigurationException>(() => host.StartAsync());

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", error.Message, StringComparison.Ordinal);
    }

    private static IHost Build(string directory, params (string Path, string Value)[] settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Dike:Node:Name"] = "hosted",
            ["Dike:Node:Listen"] = "127.0.0.1:0",
            ["Dike:Node:DataDirectory"] = directory,
            ["Dike:Client:Timeout"] = "00:00:10",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Path, (string?)setting.Value)));
        builder.AddDike(dike => dike.AddStateMachine<Tally>());
        return builder.Build();
    }
}
