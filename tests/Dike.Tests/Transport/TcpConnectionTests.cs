using System.Net.Sockets;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Tests.Transport;

public sealed class TcpConnectionTests
{
    private static readonly byte[] OneFrame = Encode(FrameKind.GetRoutes, [1, 2, 3, 4, 5, 6, 7, 8]);

    /// <summary>An end that is gone without a word must be noticed within seconds, also on a connection on which nothing is sent.</summary>
    [Fact]
    public async Task FromAccepted_AnySocket_AsksWhetherTheOtherEndIsThere()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        await using TcpConnection connection = TcpConnection.FromAccepted(socket, new TransportLimits());

        Assert.NotEqual(0, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(5, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        Assert.Equal(2, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
        Assert.Equal(3, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount));
    }

    [Fact]
    public async Task OnFrame_FrameInPiecesOfOneByte_ArrivesWhole()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();

        foreach (byte piece in OneFrame)
        {
            await pair.Raw.SendAsync(new[] { piece });
        }

        (FrameKind kind, byte[] body) = await pair.Receiver.NextAsync();
        Assert.Equal(FrameKind.GetRoutes, kind);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], body);
    }

    [Fact]
    public async Task OnFrame_ManyFramesInOneWrite_ArriveInOrder()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();
        byte[] all = [.. Enumerable.Range(0, 100).SelectMany(number => Encode(FrameKind.Heartbeat, [(byte)number]))];

        await pair.Raw.SendAsync(all);

        for (int number = 0; number < 100; number++)
        {
            Assert.Equal((byte)number, Assert.Single((await pair.Receiver.NextAsync()).Body));
        }
    }

    [Fact]
    public async Task OnFrame_BodyOfManySegments_ArrivesWhole()
    {
        byte[] body = new byte[1 << 20];
        new Random(1).NextBytes(body);
        await using SocketPair pair = await SocketPair.OpenAsync();

        await pair.Raw.SendAsync(Encode(FrameKind.PeerMessages, body));

        Assert.Equal(body, (await pair.Receiver.NextAsync()).Body);
    }

    [Fact]
    public async Task OnClosed_ResetAtEveryByteOfAFrame_ComesOnceAndNoFrame()
    {
        for (int sent = 0; sent < OneFrame.Length; sent++)
        {
            await using SocketPair pair = await SocketPair.OpenAsync();
            await pair.Raw.SendAsync(OneFrame.AsMemory(0, sent));

            pair.Reset();

            await pair.Receiver.ClosedAsync();
            await pair.Connection.Completion.WaitAsync(Bound.Time);
            Assert.Equal(0, await pair.Receiver.CountToEndAsync());
            Assert.Equal(1, pair.Receiver.ClosedCount);
        }
    }

    [Fact]
    public async Task OnClosed_OtherEndClosesInTheMiddleOfAFrame_ReasonSaysSo()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();
        await pair.Raw.SendAsync(OneFrame.AsMemory(0, OneFrame.Length - 1));

        pair.Raw.Shutdown(SocketShutdown.Send);

        Assert.Contains("in the middle of a frame", await pair.Receiver.ClosedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnClosed_ForeignProtocol_ReasonSaysSo()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();

        await pair.Raw.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        Assert.Contains("does not speak this protocol", await pair.Receiver.ClosedAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await pair.Receiver.CountToEndAsync());
    }

    [Fact]
    public async Task OnClosed_FrameOverTheLimitAnnounced_RefusedBeforeItArrives()
    {
        await using SocketPair pair = await SocketPair.OpenAsync(new TransportLimits { MaxFrameBytes = 1024 });
        byte[] header = new byte[FrameHeader.Size];
        new FrameHeader(1024 - FrameHeader.Size + 1, FrameKind.Call).Write(header);

        await pair.Raw.SendAsync(header);

        Assert.Contains("a frame of 1025 bytes was announced, at most 1024 are allowed", await pair.Receiver.ClosedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnClosed_ReceiverRefusesTheFrame_ReasonIsItsOwnAndNothingFollows()
    {
        var receiver = new RecordingReceiver { Inspect = static (_, _, _) => throw new InvalidFrameException("the planted reason") };
        await using SocketPair pair = await SocketPair.OpenAsync(receiver: receiver);

        await pair.Raw.SendAsync(OneFrame.Concat(OneFrame).ToArray());

        Assert.Equal("the planted reason", await receiver.ClosedAsync());
        Assert.Equal(0, await receiver.CountToEndAsync());
        Assert.Equal(1, receiver.ClosedCount);
    }

    [Fact]
    public async Task Completion_ReceiverHasAFault_FailsWithItAfterOnClosed()
    {
        var receiver = new RecordingReceiver { Inspect = static (_, _, _) => throw new NotSupportedException("planted fault") };
        await using SocketPair pair = await SocketPair.OpenAsync(receiver: receiver);

        await pair.Raw.SendAsync(OneFrame);

        await Assert.ThrowsAsync<NotSupportedException>(() => pair.Connection.Completion.WaitAsync(Bound.Time));
        Assert.Equal(1, receiver.ClosedCount);
    }

    [Fact]
    public async Task Send_ManyFramesFromManyThreads_ArriveWholeAndInOrderPerSender()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();
        const int Senders = 8;
        const int PerSender = 500;
        int bytesPerFrame = FrameHeader.Size + 5;

        Task sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() =>
        {
            for (int number = 0; number < PerSender; number++)
            {
                int captured = number;
                Assert.True(pair.Connection.Send(FrameKind.Heartbeat, writer =>
                {
                    writer.Byte((byte)sender);
                    writer.Int32(captured);
                }));
            }
        })));

        byte[] all = await pair.ReadAsync(Senders * PerSender * bytesPerFrame);
        await sending;
        int[] next = new int[Senders];
        for (int at = 0; at < all.Length; at += bytesPerFrame)
        {
            Assert.Equal(5, FrameHeader.Read(all.AsSpan(at, FrameHeader.Size), 1024).BodyBytes);
            int sender = all[at + FrameHeader.Size];
            Assert.Equal(next[sender]++, BitConverter.ToInt32(all, at + FrameHeader.Size + 1));
        }
    }

    [Fact]
    public async Task Send_ReaderStands_QueueFillsToItsLimitAndDrainsWhenTheReaderGoesOn()
    {
        const int BodyBytes = 60_000;
        var limits = new TransportLimits { MaxQueuedBytes = 1 << 20 };
        await using SocketPair pair = await SocketPair.OpenAsync(limits, smallBuffers: 8 << 10);
        byte[] body = new byte[BodyBytes];

        int queued = 0;
        while (pair.Connection.Send(FrameKind.PeerMessages, writer => writer.Raw(body)))
        {
            queued++;
            Assert.InRange(pair.Connection.QueuedBytes, 0, limits.MaxQueuedBytes);
            Assert.True(queued < 10_000, "the queue has no limit");
        }

        await pair.ReadAsync(queued * (FrameHeader.Size + BodyBytes));
        Assert.True(pair.Connection.Send(new GetRoutes(1)));
        Assert.Equal(FrameHeader.Size + 8, (await pair.ReadAsync(FrameHeader.Size + 8)).Length);
    }

    [Fact]
    public async Task Send_DelegateThrows_LeavesNoPartOfAFrame()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();

        Assert.Throws<NotSupportedException>(() => pair.Connection.Send(FrameKind.Heartbeat, writer =>
        {
            writer.Int64(1);
            throw new NotSupportedException();
        }));
        Assert.True(pair.Connection.Send(new GetRoutes(0x0807060504030201)));

        Assert.Equal(OneFrame, await pair.ReadAsync(OneFrame.Length));
    }

    [Fact]
    public async Task Send_AnswerOverTheFrameLimit_SendsTheReasonInsteadAndKeepsTheConnection()
    {
        await using SocketPair pair = await SocketPair.OpenAsync(new TransportLimits { MaxFrameBytes = 1024 });

        Assert.True(pair.Connection.Send(new CallResult(7, CallStatus.Done, Outcome.Applied, 3, "", "", new byte[2000])));

        FrameHeader header = FrameHeader.Read(await pair.ReadAsync(FrameHeader.Size), 1024);
        var result = Assert.IsType<CallResult>(FrameCodec.Read(header.Kind, await pair.ReadAsync(header.BodyBytes)));
        Assert.Equal((7L, CallStatus.ReplyFailed, Outcome.Applied), (result.Correlation, result.Status, result.Outcome));
        Assert.False(pair.Connection.Send(FrameKind.Heartbeat, writer => writer.Raw(new byte[2000])));
    }

    [Fact]
    public async Task CloseAsync_BytesStillUnderWay_LastFrameArrivesBeforeTheEnd()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();
        await pair.Raw.SendAsync(new byte[] { 1, 0, 0 });
        Assert.True(pair.Connection.Send(new Refused("because")));

        Task closing = pair.Connection.CloseAsync("refused");

        byte[] frame = await pair.ReadAsync(FrameHeader.Size + sizeof(uint) + 7);
        Assert.Equal("because"u8.ToArray(), frame[^7..]);
        Assert.Equal(0, await pair.Raw.ReceiveAsync(new byte[1]).WaitAsync(Bound.Time));
        pair.Raw.Close();
        await closing.WaitAsync(Bound.Time);
        Assert.Equal("refused", await pair.Receiver.ClosedAsync());
        Assert.False(pair.Connection.Send(new GetRoutes(1)));
    }

    [Fact]
    public async Task CloseAsync_OtherEndNeitherReadsNorCloses_EndsAnyway()
    {
        await using SocketPair pair = await SocketPair.OpenAsync(new TransportLimits { CloseTimeout = TimeSpan.FromMilliseconds(50) }, smallBuffers: 8 << 10);
        Assert.True(pair.Connection.Send(FrameKind.PeerMessages, writer => writer.Raw(new byte[8 << 20])));

        await pair.Connection.CloseAsync("enough").WaitAsync(Bound.Time);

        Assert.Equal("enough", await pair.Receiver.ClosedAsync());
    }

    [Fact]
    public async Task Abort_FromManyThreads_ClosesOnceAndResetsTheOtherEnd()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();

        Parallel.For(0, 8, number => pair.Connection.Abort($"abort"));

        Assert.Equal("abort", await pair.Receiver.ClosedAsync());
        SocketException reset = await Assert.ThrowsAsync<SocketException>(() => pair.Raw.ReceiveAsync(new byte[1]).WaitAsync(Bound.Time));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        await pair.Connection.Completion.WaitAsync(Bound.Time);
        Assert.Equal(1, pair.Receiver.ClosedCount);
    }

    [Fact]
    public async Task ConnectAsync_NobodyListens_ThrowsSocketException()
    {
        FrameListener listener = FrameListener.Start("127.0.0.1:0", new TransportLimits(), _ => { });
        string address = listener.Address;
        await listener.DisposeAsync();

        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => TcpConnection.ConnectAsync(address, new TransportLimits(), TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    private static byte[] Encode(FrameKind kind, byte[] body)
    {
        byte[] frame = new byte[FrameHeader.Size + body.Length];
        new FrameHeader(body.Length, kind).Write(frame.AsSpan(0, FrameHeader.Size));
        body.CopyTo(frame, FrameHeader.Size);
        return frame;
    }
}
