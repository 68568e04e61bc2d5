using System.Collections.Immutable;
using Dike.Node.Groups;
using Dike.Paxos;

namespace Dike.Node.Tests.Groups;

/// <summary>The steps from a group of one to the members that are wanted, at a replica that leads from its start.</summary>
public sealed class MemberKeeperTests
{
    private static readonly Member Self = new(new ReplicaId(1), 1, "a", 11);
    private static readonly ImmutableArray<MemberPlace> Three = [new("b", 22), new("a", 11), new("c", 33)];

    private readonly Effects _effects = new();
    private readonly List<Member> _invited = [];
    private readonly Replica _replica = new(Self, [Self], RecoveredState.Empty, new PaxosOptions());
    private readonly MemberKeeper _keeper;

    public MemberKeeperTests()
    {
        _keeper = new MemberKeeper(_replica, Self);
        _replica.Start(_effects);
        Sync();
        Assert.True(_replica.IsLeader);
    }

    [Fact]
    public void Tick_NothingIsWanted_RestsAtOnce()
    {
        Tick();

        Assert.False(_keeper.IsBusy);
        Assert.Empty(_invited);
        Assert.False(_replica.IsChangingMembers);
    }

    [Fact]
    public void Tick_Newcomers_InvitedUnderIdsThatNobodyHad()
    {
        _keeper.Want(Three);

        Tick();

        Assert.Equal([("b", 22UL), ("c", 33UL)], _invited.Select(member => (member.Node, member.Incarnation)));
        Assert.Equal(3, _invited.Select(member => member.Id).Append(Self.Id).Distinct().Count());
        Assert.All(_invited, member => Assert.Equal(member.Node, _keeper.NodeOf(member.Id)));
        Assert.Contains("not caught up", _keeper.Obstacle, StringComparison.Ordinal);
        Assert.True(_keeper.IsBusy);
    }

    /// <summary>Leaders that follow each other must not know one newcomer under two ids.</summary>
    [Fact]
    public void Tick_AnotherLeaderWantsTheSame_SameIds()
    {
        _keeper.Want(Three);
        Tick();
        ReplicaId[] first = [.. _invited.Select(member => member.Id)];
        _invited.Clear();

        var other = new MemberKeeper(_replica, Self);
        other.Want([Three[2], Three[1], Three[0]]);
        other.Tick(_invited.Add, _effects);

        Assert.Equal(first, _invited.Select(member => member.Id));
    }

    [Fact]
    public void Tick_InvitationIsNotFollowed_RepeatedWithTheSameIdsButNotWithEachTick()
    {
        _keeper.Want(Three);
        Tick();
        ReplicaId[] first = [.. _invited.Select(member => member.Id)];
        _invited.Clear();

        for (int tick = 0; tick < 9; tick++)
        {
            Tick();
        }

        Assert.Empty(_invited);
        Tick();
        Assert.Equal(first, _invited.Select(member => member.Id));
    }

    [Fact]
    public void Tick_OneNewcomerIsNotCaughtUp_WaitsForItAndInvitesOnlyThat()
    {
        _keeper.Want(Three);
        Tick();
        Member caughtUp = _invited[0];
        _invited.Clear();

        for (int tick = 0; tick < 10; tick++)
        {
            Learn(caughtUp);
            Tick();
        }

        Assert.Equal("c", Assert.Single(_invited).Node);
        Assert.False(_replica.IsChangingMembers);
    }

    [Fact]
    public void Tick_AllCaughtUp_StopSignWithThePrioritiesThatWereAskedFor()
    {
        Grow();

        Assert.Equal(new ConfigurationId(2), _replica.Configuration);
        Assert.Equal([("a", 11UL, 2), ("b", 22UL, 3), ("c", 33UL, 1)], _replica.Members.OrderBy(member => member.Node).Select(member => (member.Node, member.Incarnation, (int)member.Priority)));
        Assert.Equal(Self.Id, _replica.Members[0].Id);
    }

    [Fact]
    public void Want_FewerMembers_NobodyIsInvited()
    {
        _keeper.Want([new("a", 11)]);

        Tick();

        Assert.False(_keeper.IsBusy);
        Assert.Empty(_invited);
    }

    [Fact]
    public void Want_TakenBack_NewcomersAreForgotten()
    {
        _keeper.Want(Three);
        Tick();
        ReplicaId gone = _invited[0].Id;

        _keeper.Want([]);
        Tick();

        Assert.Null(_keeper.NodeOf(gone));
        Assert.False(_keeper.IsBusy);
    }

    /// <summary>Wishes that change for ever must not run out of ids, nor give one to two newcomers.</summary>
    [Fact]
    public void Want_AnotherNewcomerEachTime_NoIdIsGivenTwice()
    {
        var given = new HashSet<ReplicaId> { Self.Id };
        for (ulong incarnation = 1; incarnation <= 500; incarnation++)
        {
            _keeper.Want([new("a", 11), new("b", incarnation), new("c", incarnation)]);
            _invited.Clear();
            Tick();
            Assert.Equal(2, _invited.Count);
            Assert.All(_invited, member => Assert.True(given.Add(member.Id), $"replica {member.Id} was given before"));
        }
    }

    [Fact]
    public void Want_OnePlaceTwice_BreaksAnInvariant() =>
        Assert.Throws<InvariantViolatedException>(() => _keeper.Want([new("a", 11), new("b", 22), new("b", 22)]));

    [Fact]
    public void NodeIs_SameIncarnation_NothingToDo()
    {
        Tick();
        _keeper.NodeIs("a", 11);

        Assert.False(_keeper.IsBusy);
    }

    [Fact]
    public void NodeIs_WantedDirectoryIsLost_InvitesTheOneThatIsThere()
    {
        _keeper.NodeIs("b", 22);
        _keeper.Want(Three);
        Tick();
        _invited.Clear();

        _keeper.NodeIs("b", 23);
        for (int tick = 0; tick < 10; tick++)
        {
            Tick();
        }

        Assert.Equal([("b", 23UL), ("c", 33UL)], _invited.Select(member => (member.Node, member.Incarnation)));
        Assert.True(_keeper.IsBusy);
    }

    [Fact]
    public void NodeIs_NodeThatIsNoMember_ChangesNothing()
    {
        _keeper.NodeIs("x", 77);

        Tick();

        Assert.Empty(_invited);
        Assert.False(_keeper.IsBusy);
    }

    [Fact]
    public void Tick_ReplicaDoesNotLead_DoesNothing()
    {
        Grow();
        _invited.Clear();
        Assert.False(_replica.IsLeader);
        _keeper.NodeIs("b", 23);

        for (int tick = 0; tick < 20; tick++)
        {
            Tick();
        }

        Assert.Empty(_invited);
    }

    private void Grow()
    {
        _keeper.Want(Three);
        Tick();
        foreach (Member newcomer in _invited)
        {
            Learn(newcomer);
        }

        Tick();
        Assert.True(_replica.IsChangingMembers, _keeper.Obstacle);
        Sync();
    }

    private void Learn(Member newcomer) => _replica.Receive(newcomer.Id, new Learn(ConfigurationId.First, _replica.Decided, newcomer.Incarnation), _effects);

    private void Tick() => _keeper.Tick(_invited.Add, _effects);

    // Until nothing is left to sync: what becomes durable may be decided, and that is written as well.
    private void Sync()
    {
        while (_effects.Writes.Count > 0)
        {
            long last = _effects.Writes[^1].Number;
            _effects.Clear();
            _replica.Synced(last, _effects);
        }
    }
}
