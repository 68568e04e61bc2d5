using Dike.Wire;

namespace Dike.Client;

/// <summary>
/// One call on its way: what is wanted, its deadline, its identity, where it is now and what has been learnt from its attempts.
/// Either in flight on one link or waiting to be placed. Owned by <see cref="ClientCore"/>.
/// </summary>
internal sealed class PendingCall(long id, CallRequest request, TimeSpan deadline)
{
    private static readonly SortedDictionary<string, string> NoNotes = [];

    // Made when first needed: nearly every call is answered by the first node it asks.
    private HashSet<string>? _tried;
    private SortedDictionary<string, string>? _notes;

    public long Id { get; } = id;

    public CallRequest Request { get; } = request;

    public TimeSpan Deadline { get; } = deadline;

    public bool IsCommand => Request is KeyedRequest { Method.IsQuery: false };

    /// <summary>Whether it changes anything: only then does it matter that an attempt was lost sight of.</summary>
    public bool ChangesState => IsCommand || Request is CreateRingRequest;

    /// <summary>Its command id; none for queries and until the first attempt of a command.</summary>
    public CommandId CommandId { get; private set; }

    /// <summary>The session that gave the id out; null if the caller chose it.</summary>
    public Session? Session { get; private set; }

    public int Attempts { get; private set; }

    /// <summary>Whether an attempt has been lost sight of and may take effect. Never goes back under one command id.</summary>
    public bool MayBeApplied { get; private set; }

    public int SessionRestarts { get; private set; }

    /// <summary>Where it is in flight; null while it waits.</summary>
    public NodeLink? Link { get; private set; }

    public long Correlation { get; private set; }

    public int Group { get; private set; } = -1;

    /// <summary>Not placed before this time.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>Whether a routing table ends its pause.</summary>
    public bool WaitsForRoutes { get; set; }

    /// <summary>The node named as leader by the last answer, not asked since.</summary>
    public string? Hint { get; set; }

    /// <summary>Hints followed in this round. Bounded, because two nodes may each believe that the other leads.</summary>
    public int HopsInRound { get; set; }

    /// <summary>Rounds through all candidates that ended without an answer.</summary>
    public int Rounds { get; private set; }

    /// <summary>How many routing tables had been received when the ring was last found missing, and in how many of them it was.</summary>
    public (long Tables, int Times) Missing { get; set; } = (-1, 0);

    /// <summary>What is known of each node from this call's attempts.</summary>
    public IReadOnlyDictionary<string, string> Notes => _notes ?? NoNotes;

    public void Identify(CommandId commandId, Session? session)
    {
        WireFormat.Require(IsCommand && CommandId == CommandId.None && commandId.Sequence > 0);
        CommandId = commandId;
        Session = session;
    }

    /// <summary>Drops the identity after a session that had expired before the first attempt.</summary>
    public void Reidentify()
    {
        WireFormat.Require(!MayBeApplied && Session is not null && Link is null);
        CommandId = CommandId.None;
        Session = null;
        Attempts = 0;
        SessionRestarts++;
    }

    public bool WasTried(string node) => _tried?.Contains(node) ?? false;

    public void Tried(string node, string note)
    {
        (_tried ??= new HashSet<string>(StringComparer.Ordinal)).Add(node);
        (_notes ??= new SortedDictionary<string, string>(StringComparer.Ordinal))[node] = note;
    }

    public void StartRound()
    {
        _tried?.Clear();
        HopsInRound = 0;
        Hint = null;
        Rounds++;
    }

    public void Sent(NodeLink link, long correlation, int group, TimeSpan now)
    {
        WireFormat.Require(Link is null);
        Link = link;
        Correlation = correlation;
        Group = group;
        Attempts++;
        link.Await(now);
    }

    /// <summary>The attempt in flight has been answered.</summary>
    public void Answered()
    {
        WireFormat.Require(Link is not null && Link.Awaiting > 0);
        Link!.Awaiting--;
        Link = null;
    }

    /// <summary>The attempt in flight will not be heard of any more, or was answered with "unknown".</summary>
    public void LoseSight()
    {
        MayBeApplied |= ChangesState;
        if (Link is not null)
        {
            Answered();
        }
    }

    /// <summary>What to report where the last attempt was certainly not applied.</summary>
    public Outcome OutcomeIfNotNow => MayBeApplied ? Outcome.Unknown : Outcome.NotApplied;
}
