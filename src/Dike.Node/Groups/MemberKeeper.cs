using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>A place in a group's wanted members: a node's incarnation, the one preferred as leader first.</summary>
/// <param name="Node">The node.</param>
/// <param name="Incarnation">Its data directory.</param>
internal readonly record struct MemberPlace(string Node, ulong Incarnation);

/// <summary>
/// Brings a group's members to what is wanted, while this replica leads: newcomers are invited as learners under new ids, and once enough of them are caught
/// up the stop-sign is proposed. Without a wish it replaces members whose node came back as another incarnation: the old one will never vote again.
/// Nothing of it is replicated: the next leader finds out by itself, and a wish that is not fulfilled is asked for again.
/// </summary>
internal sealed class MemberKeeper(Replica replica, Member self)
{
    /// <summary>How many ticks an invitation is waited for before it is repeated.</summary>
    private const int InviteTicks = 10;

    private readonly SortedDictionary<string, ulong> _incarnations = new(StringComparer.Ordinal) { [self.Node] = self.Incarnation };
    private readonly SortedDictionary<(string Node, ulong Incarnation), Member> _newcomers = [];
    private ImmutableArray<MemberPlace> _wanted = [];
    private ConfigurationId _wantedIn;
    private ConfigurationId _configuration;
    private int _sinceInvited = InviteTicks;

    /// <summary>Why the last attempt to change the members did not begin, or empty: for whoever waits for it.</summary>
    public string Obstacle { get; private set; } = "";

    /// <summary>Whether the members may differ from what is wanted: a tick has something to do.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Asks for these members; empty takes the wish back.</summary>
    public void Want(ImmutableArray<MemberPlace> wanted)
    {
        Invariant.Require(wanted.Distinct().Count() == wanted.Length, $"{wanted.Length} places, not all distinct");
        _wanted = wanted;
        _wantedIn = replica.Configuration;
        IsBusy = true;
        _sinceInvited = InviteTicks;
        Obstacle = "";
    }

    /// <summary>A node is here with this incarnation.</summary>
    public void NodeIs(string node, ulong incarnation)
    {
        Invariant.Require(incarnation != 0, $"node {node}");
        if (_incarnations.GetValueOrDefault(node) == incarnation)
        {
            return;
        }

        // A wish for a directory that was lost meanwhile could never be fulfilled, and until it is nothing else changes: it is for the node.
        IsBusy = true;
        _incarnations[node] = incarnation;
        _wanted = [.. _wanted.Select(place => place.Node == node ? place with { Incarnation = incarnation } : place)];
    }

    /// <summary>The node of a replica that was invited here, or null.</summary>
    public string? NodeOf(ReplicaId replica)
    {
        foreach (Member member in _newcomers.Values)
        {
            if (member.Id == replica)
            {
                return member.Node;
            }
        }

        return null;
    }

    /// <summary>One tick has passed: does the next step.</summary>
    /// <param name="invite">Takes a newcomer that is to be invited.</param>
    /// <param name="effects">What the replica wants done.</param>
    public void Tick(Action<Member> invite, Effects effects)
    {
        if (replica.Configuration != _wantedIn)
        {
            // Fulfilled, or overtaken by somebody else's. Kept any longer it would undo a later change as soon as this replica leads again.
            _wanted = [];
        }

        if (!replica.IsLeader || replica.IsChangingMembers)
        {
            return;
        }

        if (replica.Configuration != _configuration)
        {
            _configuration = replica.Configuration;
            IsBusy = true;
            _newcomers.Clear();
        }

        ImmutableArray<Member> next = Next();
        if (next.SequenceEqual(replica.Members))
        {
            _wanted = [];
            _newcomers.Clear();
            Obstacle = "";
            IsBusy = false;
            return;
        }

        bool mustInvite = ++_sinceInvited >= InviteTicks;
        _sinceInvited = mustInvite ? 0 : _sinceInvited;
        bool isCaughtUp = true;
        foreach (Member newcomer in _newcomers.Values)
        {
            bool isReady = replica.IsCaughtUp(newcomer.Id);
            isCaughtUp &= isReady;
            if (mustInvite && !isReady)
            {
                invite(newcomer);
            }
        }

        Obstacle = isCaughtUp ? replica.ChangeMembers(next, effects) ?? "" : "the newcomers have not caught up yet";
    }

    /// <summary>The members to be, in the order of their ids: who stays keeps its id, who is new gets one that nobody had.</summary>
    private ImmutableArray<Member> Next()
    {
        ImmutableArray<MemberPlace> places = _wanted.IsEmpty ? Present() : _wanted;
        var next = new List<Member>(places.Length);
        var kept = new SortedSet<(string, ulong)>();
        for (int rank = 0; rank < places.Length; rank++)
        {
            ushort priority = (ushort)(places.Length - rank);
            MemberPlace place = places[rank];
            Member? known = Find(place);
            if (known is { } member)
            {
                next.Add(member with { Priority = priority });
            }
            else
            {
                next.Add(Newcomer(place) with { Priority = priority });
                kept.Add((place.Node, place.Incarnation));
            }
        }

        foreach ((string, ulong) gone in _newcomers.Keys.Where(key => !kept.Contains(key)).ToArray())
        {
            _newcomers.Remove(gone);
        }

        next.Sort((left, right) => left.Id.CompareTo(right.Id));
        return [.. next];
    }

    /// <summary>The present members in the order of their priority, each with the incarnation that its node has now.</summary>
    private ImmutableArray<MemberPlace> Present() =>
    [
        .. replica.Members
            .OrderByDescending(member => member.Priority)
            .Select(member => new MemberPlace(member.Node, _incarnations.GetValueOrDefault(member.Node, member.Incarnation))),
    ];

    private Member? Find(MemberPlace place)
    {
        foreach (Member member in replica.Members)
        {
            if (member.Node == place.Node && member.Incarnation == place.Incarnation)
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>
    /// A newcomer's id follows from who it is and which configuration it would enter: every leader that wants it there gives it the same one, a node that is admitted a
    /// second time gets another one, and two newcomers get the same one with a probability of 2^-32.
    /// </summary>
    private Member Newcomer(MemberPlace place)
    {
        if (!_newcomers.TryGetValue((place.Node, place.Incarnation), out Member newcomer))
        {
            newcomer = new Member(NewId(place), 0, place.Node, place.Incarnation);
            _newcomers.Add((place.Node, place.Incarnation), newcomer);
        }

        return newcomer;
    }

    private ReplicaId NewId(MemberPlace place)
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{replica.Configuration.Value + 1}/{place.Incarnation}/{place.Node}"));
        uint number = XxHash32.HashToUInt32(text);
        while (number == 0 || replica.Members.Any(member => member.Id.Value == number) || _newcomers.Values.Any(member => member.Id.Value == number))
        {
            number++;
        }

        return new ReplicaId(number);
    }
}
