using Dike.Node.Groups;
using Dike.Node.Tests.Wire;
using Dike.Transport;

namespace Dike.Node.Tests.Groups;

public sealed class BatchCodecTests
{
    private static readonly BatchHeader Header = new(3, 0x08DE48_0000000000, 0x1122334455667788, TimeSpan.FromHours(1).Ticks);

    private static readonly LogEntry Command = new(
        LogEntryKind.Command, 0, new CommandId(0x08DE47_0000000000, 0xAABBCCDDEEFF0011, 9), 7, new Holder(0x0102030405060708, 2), 0xDEADBEEF, "schlüssel", new byte[] { 1, 2, 3 });

    [Fact]
    public void Encode_EveryKindOfEntry_GivesTheGoldenBytes() =>
        GoldenFile.Matches("Groups/LogBatch.hex", BatchCodec.Encode(Header, [Command, LogEntry.StateCheck(0x1234)]));

    [Fact]
    public void Decode_WhatEncodeWrote_GivesItBack()
    {
        LogBatch batch = BatchCodec.Decode(BatchCodec.Encode(Header, [Command, LogEntry.StateCheck(5), Command with { Key = "k", Arguments = default }]));

        Assert.Equal(Header, batch.Header);
        Assert.Equal(3, batch.Entries.Length);
        Assert.Equal(Command with { Arguments = default }, batch.Entries[0] with { Arguments = default });
        Assert.Equal(Command.Arguments.ToArray(), batch.Entries[0].Arguments.ToArray());
        Assert.Equal(LogEntry.StateCheck(5), batch.Entries[1]);
        Assert.Equal(0, batch.Entries[2].Arguments.Length);
    }

    [Fact]
    public void Decode_Arguments_AreASliceOfThePayload()
    {
        byte[] payload = BatchCodec.Encode(Header, [Command]);
        LogBatch batch = BatchCodec.Decode(payload);

        payload[^1] = 99;
        Assert.Equal(99, batch.Entries[0].Arguments.Span[^1]);
    }

    [Fact]
    public void MaxSize_OfEveryKind_IsNotExceeded()
    {
        foreach (LogEntry entry in new[] { Command, LogEntry.StateCheck(1), Command with { Key = new string('€', 170) } })
        {
            Assert.True(BatchCodec.Encode(Header, [entry]).Length <= BatchCodec.HeaderBytes + BatchCodec.MaxSize(entry));
        }
    }

    [Fact]
    public void Decode_UnknownFormatVersion_IsRefused()
    {
        byte[] payload = BatchCodec.Encode(Header, [Command]);
        payload[0] = 2;

        Assert.Contains("format version 2", Refused(payload), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_UnknownKindOfEntry_IsRefused()
    {
        byte[] payload = BatchCodec.Encode(Header, [LogEntry.StateCheck(1)]);
        payload[BatchCodec.HeaderBytes] = 77;

        Assert.Contains("kind 77", Refused(payload), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_AnyTruncation_IsRefused()
    {
        byte[] payload = BatchCodec.Encode(Header, [Command, LogEntry.StateCheck(1)]);
        for (int length = 0; length < payload.Length; length++)
        {
            Refused(payload[..length]);
        }

        Refused([.. payload, 0]);
    }

    [Fact]
    public void Decode_AnyFlippedBit_IsReadOrRefusedButNothingElse()
    {
        byte[] payload = BatchCodec.Encode(Header, [Command, LogEntry.StateCheck(1)]);
        for (int bit = 0; bit < payload.Length * 8; bit++)
        {
            byte[] damaged = [.. payload];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Exception? thrown = Record.Exception(() => BatchCodec.Decode(damaged));
            Assert.True(thrown is null or InvalidFrameException, $"bit {bit}: {thrown}");
        }
    }

    [Fact]
    public void Decode_CommandThatSaysItWasAnswered_IsRefused() =>
        Assert.Contains("says that it was answered", Refused(BatchCodec.Encode(Header, [Command with { AnsweredUpTo = 9 }])), StringComparison.Ordinal);

    private static string Refused(byte[] payload) => Assert.Throws<InvalidFrameException>(() => BatchCodec.Decode(payload)).Message;
}
