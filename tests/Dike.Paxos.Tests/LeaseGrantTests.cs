namespace Dike.Paxos.Tests;

/// <summary>What a grantor refuses, for how long, and what lifts it. The clock is the test's.</summary>
public sealed class LeaseGrantTests
{
    private static readonly ReplicaId Leader = new(3);
    private static readonly ReplicaId Other = new(2);
    private static readonly Ballot Granted = new(4, 3, Leader);
    private static readonly PaxosOptions Options = new() { LeaseMs = 400, LeaseDriftPercent = 10 };
    private readonly ReplicaClock _clock = new();

    [Fact]
    public void Refuses_FromReceiptForLeaseAndDrift_EverybodyButTheHolder()
    {
        LeaseGrant grant = Fresh();
        At(grant, 1000);
        Assert.True(grant.TryGive(Granted, 5));

        At(grant, 1439);
        Assert.True(grant.Refuses(Other));
        Assert.False(grant.Refuses(Leader));
        At(grant, 1440);
        Assert.False(grant.Refuses(Other));
    }

    [Fact]
    public void TryGive_WithoutAClockOrLeases_IsNotGranted()
    {
        Assert.False(Fresh().TryGive(Granted, 5));
        var off = new LeaseGrant(Ballot.None, _clock, Options with { LeaseMs = 0 });
        At(off, 1000);
        Assert.False(off.TryGive(Granted, 5));
    }

    [Fact]
    public void TryGive_WhileAnotherHoldsOne_IsNotGranted()
    {
        LeaseGrant grant = Fresh();
        At(grant, 1000);
        grant.TryGive(Granted, 5);

        Assert.False(grant.TryGive(new Ballot(9, 2, Other), 1));
    }

    [Fact]
    public void Start_WithAStoredPromise_RefusesOthersFromTheFirstReading()
    {
        var grant = new LeaseGrant(Granted, _clock, Options);
        Assert.True(grant.Refuses(Other));
        Assert.False(grant.Refuses(Leader));

        At(grant, 7000);
        At(grant, 7439);
        Assert.True(grant.Refuses(Other));
        At(grant, 7440);
        Assert.False(grant.Refuses(Other));
    }

    [Fact]
    public void Start_WithoutAStoredPromiseOrLeases_RefusesNobody()
    {
        Assert.False(Fresh().Refuses(Other));
        Assert.False(new LeaseGrant(Granted, _clock, Options with { LeaseMs = 0 }).Refuses(Other));
    }

    [Fact]
    public void HandOver_AfterTheGrantedRound_LiftsForTheOneItNames()
    {
        LeaseGrant grant = Fresh();
        At(grant, 1000);
        grant.TryGive(Granted, 5);

        Assert.True(grant.HandOver(Granted, Other, 6));
        Assert.False(grant.Refuses(Other));
        Assert.True(grant.Refuses(new ReplicaId(1)));
        Assert.True(grant.IsHandedTo(Other, Granted));
        Assert.False(grant.IsHandedTo(Other, Granted with { Number = 5 }));
    }

    /// <summary>A late hand-over would let another be elected under a lease that was granted after it.</summary>
    [Fact]
    public void HandOver_BeforeTheGrantedRound_LiftsNothing()
    {
        LeaseGrant grant = Fresh();
        At(grant, 1000);
        grant.TryGive(Granted, 5);

        grant.HandOver(Granted, Other, 4);

        Assert.True(grant.Refuses(Other));
    }

    /// <summary>A repeated question of an earlier round must not make the grant look older than it is.</summary>
    [Fact]
    public void TryGive_OlderRoundAgain_DoesNotBringAHandOverBack()
    {
        LeaseGrant grant = Fresh();
        At(grant, 1000);
        grant.TryGive(Granted, 5);
        grant.HandOver(Granted, Other, 4);

        grant.TryGive(Granted, 3);

        Assert.True(grant.Refuses(Other));
    }

    /// <summary>Rounds of another boot count from 1 again: what an earlier ballot's hand-over lifted says nothing about them.</summary>
    [Fact]
    public void TryGive_HigherBallotWithALowerRound_IsNotLiftedByTheOldHandOver()
    {
        LeaseGrant grant = Fresh();
        At(grant, 1000);
        grant.TryGive(Granted, 50);
        grant.HandOver(Granted, Other, 60);

        grant.TryGive(Granted with { Number = 5 }, 1);

        Assert.True(grant.Refuses(Other));
    }

    [Fact]
    public void HandOver_OfAHigherBallotOfTheHolder_LiftsWhatItGrantedBefore()
    {
        LeaseGrant grant = Fresh();
        At(grant, 1000);
        grant.TryGive(Granted, 5);

        grant.HandOver(Granted with { Number = 5 }, Other, 1);

        Assert.False(grant.Refuses(Other));
    }

    /// <summary>What was granted before the start is not known, so neither is what an old message lifts.</summary>
    [Fact]
    public void HandOver_AfterAStart_LiftsNothing()
    {
        var grant = new LeaseGrant(Granted, _clock, Options);
        At(grant, 1000);

        grant.HandOver(Granted, Other, long.MaxValue / 4);

        Assert.True(grant.Refuses(Other));
    }

    /// <summary>A grant that was lifted once must not come back when the next leader hands over in its turn.</summary>
    [Fact]
    public void OnPromised_ToTheSuccessor_EndsTheGrantForGood()
    {
        LeaseGrant grant = Fresh();
        At(grant, 1000);
        grant.TryGive(Granted, 5);
        grant.HandOver(Granted, Other, 6);
        var next = new Ballot(5, 2, Other);

        grant.OnPromised(next);
        grant.HandOver(next, new ReplicaId(1), 1);

        Assert.False(grant.Refuses(Other));
        Assert.False(grant.Refuses(Leader));
    }

    [Fact]
    public void OnPromised_UnderAGrantToAnother_IsRefused()
    {
        LeaseGrant grant = Fresh();
        At(grant, 1000);
        grant.TryGive(Granted, 5);

        Assert.Throws<InvariantViolatedException>(() => grant.OnPromised(new Ballot(5, 2, Other)));
    }

    [Fact]
    public void HandOver_RepeatedOrOlder_IsNoNews()
    {
        LeaseGrant grant = Fresh();
        Assert.True(grant.HandOver(Granted, Other, 6));
        Assert.False(grant.HandOver(Granted, Other, 6));
        Assert.False(grant.HandOver(Granted, Other, 5));
        Assert.False(grant.HandOver(Granted with { Number = 3 }, Other, 9));
        Assert.True(grant.HandOver(Granted with { Number = 5 }, Other, 1));
    }

    [Fact]
    public void Set_ClockGoesBack_IsRefused()
    {
        _clock.Set(5);

        Assert.Throws<InvariantViolatedException>(() => _clock.Set(4));
    }

    private LeaseGrant Fresh() => new(Ballot.None, _clock, Options);

    private void At(LeaseGrant grant, long nowMs)
    {
        _clock.Set(nowMs);
        grant.OnTime();
    }
}
