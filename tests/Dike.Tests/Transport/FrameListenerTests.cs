using System.Threading.Channels;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Tests.Transport;

public sealed class FrameListenerTests
{
    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("localhost:0")]
    public async Task Start_PortZero_ReportsTheBoundAddressAndAccepts(string address)
    {
        Channel<TcpConnection> accepted = Channel.CreateUnbounded<TcpConnection>();
        await using FrameListener listener = FrameListener.Start(address, new TransportLimits(), connection => accepted.Writer.TryWrite(connection));
        Assert.DoesNotContain(":0", listener.Address, StringComparison.Ordinal);

        await using TcpConnection client = await TcpConnection.ConnectAsync(listener.Address, new TransportLimits(), TestContext.Current.CancellationToken);
        client.Start(new RecordingReceiver());
        var receiver = new RecordingReceiver();
        await using TcpConnection server = await accepted.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Bound.Time);
        server.Start(receiver);
        Assert.True(client.Send(new GetRoutes(1)));

        Assert.Equal(FrameKind.GetRoutes, (await receiver.NextAsync()).Kind);
    }

    [Fact]
    public async Task Start_PortInUse_NamesAddressAndFix()
    {
        await using FrameListener first = FrameListener.Start("127.0.0.1:0", new TransportLimits(), _ => { });

        DikeConfigurationException e = Assert.Throws<DikeConfigurationException>(() => FrameListener.Start(first.Address, new TransportLimits(), _ => { }));

        Assert.Contains(first.Address, e.Message, StringComparison.Ordinal);
        Assert.Contains("Another process listens there: stop it, or configure another port", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7400")]
    [InlineData(":7400")]
    [InlineData("host:")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("::1:7400")]
    [InlineData("[::1:7400")]
    [InlineData("ho st:1")]
    public void Start_NotAnAddress_SaysWhatIsExpected(string address)
    {
        DikeConfigurationException e = Assert.Throws<DikeConfigurationException>(() => FrameListener.Start(address, new TransportLimits(), _ => { }));

        Assert.Contains($"'{address}' is not an address. Give host:port", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposeAsync_ThenStartAtTheSamePort_Works()
    {
        FrameListener first = FrameListener.Start("127.0.0.1:0", new TransportLimits(), _ => { });
        await first.DisposeAsync();

        await using FrameListener second = FrameListener.Start(first.Address, new TransportLimits(), _ => { });

        Assert.Equal(first.Address, second.Address);
    }
}
