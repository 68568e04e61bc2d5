using Dike.Node.Groups;
using Dike.Node.Tests.Wire;
using Dike.Paxos;
using Dike.Transport;

namespace Dike.Node.Tests.Groups;

public sealed class BatchCodecTests
{
    private static readonly BatchHeader Header = new(3, 0x08DE48_0000000000, 0x1122334455667788, TimeSpan.FromHours(1).Ticks);

    private static readonly LogEntry Command = new(
        LogEntryKind.Command, 0, new CommandId(0x08DE47_0000000000, 0xAABBCCDDEEFF0011, 9), 7, new Holder(0x0102030405060708, 2), 0xDEADBEEF, "schlüssel", new byte[] { 1, 2, 3 });

    [Fact]
    public void Encode_EveryKindOfEntry_GivesTheGoldenBytes() =>
        GoldenFile.Matches("Groups/LogBatch.hex", BatchCodec.Encode(Header, [Command, LogEntry.StateCheck(0x1234), LogEntry.RaiseVersion(2, 3), LogEntry.Skip(0x56789A)]));

    [Fact]
    public void Decode_WhatEncodeWrote_GivesItBack()
    {
        LogBatch batch = BatchCodec.Decode(BatchCodec.Encode(Header, [Command, LogEntry.StateCheck(5), Command with { Key = "k", Arguments = default }, LogEntry.RaiseVersion(0, 7), LogEntry.Skip(9)]));

        Assert.Equal(Header, batch.Header);
        Assert.Equal(5, batch.Entries.Length);
        Assert.Equal(LogEntry.RaiseVersion(0, 7), batch.Entries[3]);
        Assert.Equal(LogEntry.Skip(9), batch.Entries[4]);
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
        foreach (LogEntry entry in new[] { Command, LogEntry.StateCheck(1), LogEntry.RaiseVersion(1, 2), LogEntry.Skip(1), Command with { Key = new string('€', 170) } })
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
        byte[] payload = BatchCodec.Encode(Header, [Command, LogEntry.StateCheck(1), LogEntry.RaiseVersion(1, 2), LogEntry.Skip(1)]);
        for (int length = 0; length < payload.Length; length++)
        {
            Refused(payload[..length]);
        }

        Refused([.. payload, 0]);
    }

    [Fact]
    public void Decode_AnyFlippedBit_IsReadOrRefusedButNothingElse()
    {
        byte[] payload = BatchCodec.Encode(Header, [Command, LogEntry.StateCheck(1), LogEntry.RaiseVersion(1, 2), LogEntry.Skip(1)]);
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

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(-1, 2)]
    public void Decode_RaiseThatRaisesNothing_IsRefused(int before, int version) =>
        Assert.Contains("a version is raised from", Refused(BatchCodec.Encode(Header, [LogEntry.RaiseVersion(before, version)])), StringComparison.Ordinal);

    [Fact]
    public void Decode_SkipOfNoSlot_IsRefused() =>
        Assert.Contains("the slot 0 is skipped", Refused(BatchCodec.Encode(Header, [LogEntry.Skip(0)])), StringComparison.Ordinal);

    [Fact]
    public void SkippedSlot_OnlyASkipAlone_IsSeen()
    {
        Assert.Equal(new Slot(7), BatchCodec.SkippedSlot(Batch(LogEntry.Skip(7))));
        Assert.Null(BatchCodec.SkippedSlot(Batch(LogEntry.StateCheck(7))));
        Assert.Null(BatchCodec.SkippedSlot(Batch(LogEntry.RaiseVersion(1, 2))));
        Assert.Null(BatchCodec.SkippedSlot(Batch(LogEntry.Skip(7), LogEntry.Skip(8))));
        Assert.Null(BatchCodec.SkippedSlot(new EntryBatch(new Slot(9), 1, EntryKind.EpochStart, default)));
    }

    private static EntryBatch Batch(params LogEntry[] entries) => new(new Slot(9), entries.Length, EntryKind.Commands, BatchCodec.Encode(Header, entries));

    private static string Refused(byte[] payload) => Assert.Throws<InvalidFrameException>(() => BatchCodec.Decode(payload)).Message;
}
