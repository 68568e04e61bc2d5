using System.IO.Hashing;
using Dike.Node.Groups;
using Dike.Node.Groups.Messages;
using Dike.Node.Groups.Snapshots;
using Dike.Paxos;

namespace Dike.Node.Tests.Groups.Snapshots;

public sealed class SnapshotFetchTests
{
    private const int BlockBytes = 10;
    private const int Window = 3;
    private static readonly ReplicaId A = new(1);
    private static readonly ReplicaId B = new(2);
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 95).Select(i => (byte)i)];
    private static readonly SnapshotInfo Info = new(new Slot(7), ConfigurationId.First, [], Bytes.Length, XxHash128.HashToUInt128(Bytes));
    private readonly GroupOutputs _outputs = new();
    private readonly SnapshotFetch _fetch = new(Info, BlockBytes, Window, 4);

    [Fact]
    public void Ask_ManyBlocks_KeepsTheWindow()
    {
        _fetch.AddDonor(A);

        Assert.Equal([(A, 0), (A, 1), (A, 2)], Ask());
        Assert.Empty(Ask());
        Give(A, 1);
        Assert.Equal([(A, 3)], Ask());
    }

    [Fact]
    public void Ask_SeveralDonors_SharesTheBlocks()
    {
        _fetch.AddDonor(A);
        _fetch.AddDonor(B);
        _fetch.AddDonor(A);

        Assert.Equal([(A, 0), (B, 1), (A, 2)], Ask());
    }

    [Fact]
    public void RemoveDonor_HalfDone_TheNextGoesOnWithWhatIsMissing()
    {
        _fetch.AddDonor(A);
        for (int block = 0; block < 5; block++)
        {
            Ask();
            Give(A, block);
        }

        _fetch.RemoveDonor(A);
        Assert.True(_fetch.IsAbandoned);
        Assert.Empty(Ask());

        _fetch.AddDonor(B);
        Assert.Equal([(B, 5), (B, 6), (B, 7)], Ask());
        for (int block = 5; block < 10; block++)
        {
            Give(B, block);
        }

        Assert.True(_fetch.IsComplete);
        Assert.Equal(Bytes, _fetch.Content.Blocks.SelectMany(block => block.ToArray()));
        Assert.True(SnapshotLoader.IsIntact(_fetch.Content));
    }

    [Fact]
    public void Receive_Damaged_IsNotKept()
    {
        _fetch.AddDonor(A);
        Ask();

        _fetch.Receive(A, Blocks(0) with { Blocks = [new SnapshotBlock(1, Block(0))] });
        _fetch.Receive(A, Blocks(0) with { Blocks = [new SnapshotBlock(XxHash3.HashToUInt64(Bytes.AsSpan(0, 9)), Bytes.AsMemory(0, 9))] });
        _fetch.Receive(A, Blocks(0) with { Slot = new Slot(8) });
        _fetch.Receive(A, Blocks(0) with { ContentHash = 5 });
        _fetch.Receive(A, Blocks(0) with { First = 10 });

        Assert.Equal(0, _fetch.Kept);
    }

    [Fact]
    public void Receive_Twice_CountsOnce()
    {
        _fetch.AddDonor(A);
        Give(A, 0);
        Give(A, 0);

        Assert.Equal(1, _fetch.Kept);
    }

    [Fact]
    public void Receive_Gone_EndsThatDonor()
    {
        _fetch.AddDonor(A);
        Ask();

        _fetch.Receive(A, Blocks(0) with { Blocks = [] });

        Assert.True(_fetch.IsAbandoned);
    }

    [Fact]
    public void Tick_NoAnswerInTime_AsksTheNext()
    {
        _fetch.AddDonor(A);
        _fetch.AddDonor(B);
        Ask();
        for (int tick = 0; tick < 3; tick++)
        {
            _fetch.Tick();
            Assert.Empty(Ask());
        }

        _fetch.Tick();
        Assert.Equal([(B, 0), (A, 1), (B, 2)], Ask());
    }

    [Fact]
    public void Discard_WrongAsAWhole_KeepsNothing()
    {
        _fetch.AddDonor(A);
        Give(A, 0);

        _fetch.Discard();

        Assert.True(_fetch.IsAbandoned);
        Assert.Equal(0, _fetch.Kept);
    }

    private (ReplicaId To, int Block)[] Ask()
    {
        _fetch.Ask(_outputs);
        (ReplicaId, int)[] asked = [.. _outputs.GroupSends.Select(send => (send.To, ((SnapshotBlockAsked)send.Message).First))];
        _outputs.Clear();
        return asked;
    }

    private void Give(ReplicaId from, int block) => _fetch.Receive(from, Blocks(block));

    private static SnapshotBlocks Blocks(int block) => new(Info.Slot, Info.ContentHash, block, [new SnapshotBlock(XxHash3.HashToUInt64(Block(block).Span), Block(block))]);

    private static ReadOnlyMemory<byte> Block(int block) => Bytes.AsMemory(block * BlockBytes, Math.Min(BlockBytes, Bytes.Length - (block * BlockBytes)));
}
