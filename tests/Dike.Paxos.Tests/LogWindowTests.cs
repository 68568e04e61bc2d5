using CsCheck;

namespace Dike.Paxos.Tests;

public sealed class LogWindowTests
{
    [Fact]
    public void Ends_AnyBatches_AgreeWithDumbTwin() =>
        Gen.Int[1, 4].Array[0, 12].Sample(counts =>
        {
            LogWindow log = Filled(counts);
            List<long> ends = [0];
            foreach (int count in counts)
            {
                ends.Add(ends[^1] + count);
            }

            for (long slot = 0; slot <= ends[^1] + 2; slot++)
            {
                Assert.Equal(ends.Contains(slot), log.EndsAt(new Slot(slot)));
                Assert.Equal(ends.Last(end => end <= slot), log.EndAtOrBefore(new Slot(slot)).Value);
                Assert.Equal(ends[..^1].Contains(slot - 1), log.StartingAt(new Slot(slot)) is not null);
            }
        });

    [Fact]
    public void Behind_LimitedBytes_TakesWhatFitsAndAtLeastOne()
    {
        LogWindow log = Filled([1, 2, 3]);

        Assert.Equal([1, 2], log.Behind(Slot.None, 20).Select(batch => batch.Count));
        Assert.Equal([3], log.Behind(new Slot(3), 1).Select(batch => batch.Count));
        Assert.True(log.Behind(new Slot(6), 1).IsEmpty);
    }

    [Fact]
    public void CutBehind_EndOfBatch_DropsWhatFollows()
    {
        LogWindow log = Filled([1, 2, 3]);

        log.CutBehind(new Slot(3));

        Assert.Equal(3, log.Last.Value);
        Assert.Equal([1, 2], log.ToImmutable().Select(batch => batch.Count));
    }

    /// <summary>What lies before the base is unknown: no batch ends there, none starts there, and it cannot be read.</summary>
    [Fact]
    public void StartBehind_AnyBatches_KnowsOnlyWhatFollows() =>
        Gen.Int[1, 4].Array[1, 12].Sample(counts =>
        {
            long end = counts.Sum();
            for (int keep = 1; keep <= end + 2; keep++)
            {
                LogWindow log = Filled(counts);
                bool goesOn = log.EndsAt(new Slot(keep));
                log.StartBehind(new Slot(keep));

                Assert.Equal(keep, log.Base.Value);
                Assert.Equal(goesOn ? end : keep, log.Last.Value);
                Assert.True(log.EndsAt(new Slot(keep)));
                Assert.False(log.EndsAt(new Slot(keep - 1)));
                Assert.Equal(keep, log.EndAtOrBefore(new Slot(keep - 1)).Value);
                Assert.Null(log.StartingAt(new Slot(keep)));
                Assert.Equal(goesOn && keep < end, log.StartingAt(new Slot(keep + 1)) is not null);
                Assert.Throws<InvariantViolatedException>(() => log.Behind(new Slot(keep - 1), 1));
            }
        });

    [Fact]
    public void CutBehind_InsideABatch_IsRefused() => Assert.Throws<InvariantViolatedException>(() => Filled([1, 2, 3]).CutBehind(new Slot(2)));

    [Fact]
    public void Append_Gap_IsRefusedWithTheValues()
    {
        InvariantViolatedException refused = Assert.Throws<InvariantViolatedException>(
            () => Filled([1]).Append(new EntryBatch(new Slot(3), 1, EntryKind.Commands, ReadOnlyMemory<byte>.Empty)));

        Assert.Contains("batch.First == Last + 1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("behind slot 1", refused.Message, StringComparison.Ordinal);
    }

    private static LogWindow Filled(int[] counts)
    {
        var log = new LogWindow();
        foreach (int count in counts)
        {
            log.Append(new EntryBatch(log.Last + 1, count, EntryKind.Commands, new byte[10]));
        }

        return log;
    }
}
