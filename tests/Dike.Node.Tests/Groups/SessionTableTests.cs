using Dike.Node.Groups;
using Dike.Paxos;

namespace Dike.Node.Tests.Groups;

public sealed class SessionTableTests
{
    private const long Expiry = 1000;
    private static readonly long Now = TimeSpan.FromDays(1).Ticks;
    private readonly SessionTable _table = new();

    [Fact]
    public void Admit_FirstCommandOfASession_OpensItAndExecutes()
    {
        Assert.Equal(Admission.Execute, Admit(Now, 1));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void Admit_StoredSequence_IsKnownWithItsFirstResult()
    {
        Admit(Now, 1);
        StoredResult first = Store(Now, 1);

        Assert.Equal(Admission.Known, _table.Admit(Id(Now, 1), 0, Now, out StoredResult? known));
        Assert.Same(first, known);
    }

    [Fact]
    public void Admit_AnsweredSequence_IsNotExecutedAgain()
    {
        Admit(Now, 1);
        Store(Now, 1);
        Admit(Now, 2, answeredUpTo: 1);

        Assert.Equal(Admission.AlreadyAnswered, Admit(Now, 1));
        Assert.Empty(_table.Find(Id(Now, 1))!.Open);
    }

    [Fact]
    public void Admit_OlderAcknowledgement_TakesNothingBack()
    {
        Admit(Now, 5, answeredUpTo: 4);
        Admit(Now, 6, answeredUpTo: 2);

        Assert.Equal(Admission.AlreadyAnswered, Admit(Now, 4));
    }

    [Fact]
    public void Admit_SequencesOutOfOrder_EachExecutesOnce()
    {
        foreach (ulong sequence in new ulong[] { 3, 1, 2 })
        {
            Assert.Equal(Admission.Execute, Admit(Now, sequence));
            Store(Now, sequence);
        }

        Assert.Equal([1, 2, 3], _table.Find(Id(Now, 1))!.Open.Keys);
        Assert.Equal(Admission.Known, Admit(Now, 1));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public void Admit_StartAheadOfLogTime_OpensWithinTheLead(int seconds, bool opens)
    {
        Admission admission = Admit(Now + TimeSpan.FromSeconds(seconds).Ticks, 1);

        Assert.Equal(opens ? Admission.Execute : Admission.Expired, admission);
    }

    [Fact]
    public void Expire_UnusedLongerThanExpiry_DropsAndRaisesTheHorizon()
    {
        Admit(Now, 1);
        Store(Now, 1);
        _table.Expire(Now + Expiry, Expiry);
        Assert.Equal(1, _table.Count);

        _table.Expire(Now + Expiry + 1, Expiry);

        Assert.Equal(0, _table.Count);
        Assert.Equal(Now, _table.Horizon);
        Assert.Equal(Admission.Expired, _table.Admit(Id(Now, 1), 0, Now + Expiry + 1, out _));
    }

    [Fact]
    public void Expire_RecentlyUsedSession_Stays()
    {
        Admit(Now, 1);
        Admit(Now + 1, 1);
        _table.Admit(Id(Now, 2), 0, Now + 900, out _);

        _table.Expire(Now + 1500, Expiry);

        Assert.NotNull(_table.Find(Id(Now, 1)));
        Assert.Null(_table.Find(Id(Now + 1, 1)));
    }

    [Fact]
    public void Admit_UnknownSessionAtOrBelowTheHorizon_NeverOpens()
    {
        Admit(Now, 1);
        _table.Expire(Now + Expiry + 1, Expiry);

        Assert.Equal(Admission.Expired, _table.Admit(new CommandId(Now, 99, 1), 0, Now + 5000, out _));
        Assert.Equal(Admission.Expired, _table.Admit(new CommandId(Now - 1, 1, 1), 0, Now + 5000, out _));
        Assert.Equal(Admission.Execute, _table.Admit(new CommandId(Now + 1, 1, 1), 0, Now + 5000, out _));
    }

    [Fact]
    public void Store_SecondResultOfASequence_BreaksTheInvariant()
    {
        Admit(Now, 1);
        Store(Now, 1);

        Assert.Throws<InvariantViolatedException>(() => Store(Now, 1));
    }

    private static CommandId Id(long start, ulong sequence) => new(start, 7, sequence);

    private Admission Admit(long start, ulong sequence, ulong answeredUpTo = 0) => _table.Admit(Id(start, sequence), answeredUpTo, Now, out _);

    private StoredResult Store(long start, ulong sequence)
    {
        StoredResult result = StoredResult.Done(new Slot((long)sequence), new byte[] { 1 });
        _table.Store(Id(start, sequence), result);
        return result;
    }
}
