using System.Buffers.Binary;
using Dike.Wire;

namespace Dike.Client;

/// <summary>
/// All calls from their beginning to their end: places them, sends them, reads their answers, tries again, ends them.
/// Always holds: a call is either in flight on one link or in the waiting list; a command keeps its id through all retries; every call ends exactly once,
/// at its deadline at the latest. Owned by <see cref="ClientCore"/>.
/// </summary>
internal sealed class CallFlow(
    ClientSettings settings,
    IClientShell shell,
    RouteCache routes,
    LinkTable links,
    RouteRefresh refresh,
    Correlations correlations,
    SessionSource sessions,
    Alarm alarm)
{
    private readonly CallPlacer _placer = new(settings, routes, links);
    private readonly Dictionary<long, PendingCall> _calls = [];
    private readonly Dictionary<long, PendingCall> _inFlight = [];
    private readonly HashSet<PendingCall> _waiting = [];

    public int Count => _calls.Count;

    public void Begin(long id, CallRequest request, TimeSpan now)
    {
        if (_calls.Count >= settings.MaxInFlight)
        {
            shell.Complete(id, null, Fail.TooManyInFlight(settings.MaxInFlight));
            return;
        }

        var call = new PendingCall(id, request, now + request.Timeout);
        if (request is KeyedRequest { UserId: CommandId userId })
        {
            call.Identify(userId, null);
        }

        _calls.Add(id, call);
        alarm.Set(call.Deadline);
        Place(call, now);
    }

    public void Cancel(long callId, CancellationToken cancellationToken)
    {
        if (_calls.TryGetValue(callId, out PendingCall? call))
        {
            LoseSightOf(call);
            End(call, null, Fail.Canceled(call, cancellationToken));
        }
    }

    public void CancelAll()
    {
        foreach (long callId in _calls.Keys.ToArray())
        {
            Cancel(callId, CancellationToken.None);
        }
    }

    /// <summary>
    /// Takes an answer. One that nobody waits for is late (its call has ended) or belongs to a refresh of the routes.
    /// False if it is nonsense: of another kind than the question, or from a node that was not asked. Nothing is done then.
    /// </summary>
    public bool TryAnswer(NodeLink link, long correlation, Frame answer, TimeSpan now)
    {
        if (!_inFlight.TryGetValue(correlation, out PendingCall? call))
        {
            return true;
        }

        if (call.Link != link || answer.Kind != call.Request.AnswerKind)
        {
            return false;
        }

        _inFlight.Remove(correlation);
        call.Answered();
        if (answer is CallResult { Status: CallStatus.SessionExpired, Value.Length: sizeof(long) } expired)
        {
            sessions.OnRefused(BinaryPrimitives.ReadInt64LittleEndian(expired.Value.Span), now);
        }

        Verdict verdict = AnswerJudge.Judge(call, answer, link);
        switch (verdict.Kind)
        {
            case VerdictKind.End:
                if (verdict.IsFromLeader)
                {
                    routes.LearnLeader(call.Group, link.NodeName!);
                }

                End(call, verdict.Error is null ? answer : null, verdict.Error);
                break;
            case VerdictKind.NewSession:
                sessions.Retire(call.Session!);
                call.Reidentify();
                Place(call, now);
                break;
            case VerdictKind.Redirect or VerdictKind.TryElsewhere or VerdictKind.PauseHere or VerdictKind.AwaitDeadline:
                TryAgain(call, link, verdict, now);
                break;
        }

        return true;
    }

    /// <summary>The link has ended: what was in flight on it must go elsewhere.</summary>
    public void OnDown(NodeLink link, TimeSpan now)
    {
        foreach (PendingCall call in _inFlight.Values.Where(call => call.Link == link).ToArray())
        {
            // The frame may be in the node's hands or still on its way there: from here on only a retry under the same id can tell.
            LoseSightOf(call);
            call.Tried(link.NodeName!, $"the connection ended: {link.Problem}");
            routes.ForgetLeader(call.Group, link.NodeName!);
            _waiting.Add(call);
        }

        PlaceWaiting(now);
    }

    /// <summary>A routing table came: what waited for one goes on now.</summary>
    public void OnTable(TimeSpan now)
    {
        foreach (PendingCall call in _waiting.Where(call => call.WaitsForRoutes))
        {
            call.NotBefore = now;
        }

        PlaceWaiting(now);
    }

    /// <summary>Tries to place what waits and has no pause ahead.</summary>
    public void PlaceWaiting(TimeSpan now)
    {
        foreach (PendingCall call in _waiting.Where(call => call.NotBefore <= now).ToArray())
        {
            // Placing one may end another by ending a link on the way.
            if (_waiting.Remove(call))
            {
                Place(call, now);
            }
        }
    }

    public void EndOverdue(TimeSpan now)
    {
        foreach (PendingCall call in _calls.Values.Where(call => call.Deadline <= now).ToArray())
        {
            bool isUnanswered = call.Link is not null;
            LoseSightOf(call);
            Exception error = isUnanswered || call.MayBeApplied
                ? Fail.TimedOut(call)
                : Fail.Unavailable(call, settings, _placer.MembersFor(call.Request), links, routes);
            End(call, null, error);
        }
    }

    /// <summary>Sets when the next call is due.</summary>
    public void SetDue(TimeSpan now)
    {
        foreach (PendingCall call in _calls.Values)
        {
            alarm.Set(call.Deadline);
        }

        foreach (PendingCall call in _waiting)
        {
            alarm.SetIfAhead(call.NotBefore, now);
        }
    }

    private void TryAgain(PendingCall call, NodeLink link, Verdict verdict, TimeSpan now)
    {
        string node = link.NodeName!;
        if (verdict.MayBeApplied)
        {
            call.LoseSight();
        }

        call.Tried(node, verdict.Note);
        call.Hint = null;
        if (verdict.Kind is VerdictKind.PauseHere or VerdictKind.AwaitDeadline)
        {
            Pause(call, now);
            call.NotBefore = verdict.Kind == VerdictKind.AwaitDeadline ? call.Deadline : call.NotBefore;
            return;
        }

        routes.ForgetLeader(call.Group, node);
        if (verdict.Hint is string hint && hint != node && call.HopsInRound < AnswerJudge.MaxHopsInRound)
        {
            call.HopsInRound++;
            call.Hint = hint;
            routes.LearnLeader(call.Group, hint);
        }

        if (verdict.WantsRoutes || (call.Hint is not null && routes.AddressOf(call.Hint) is null))
        {
            refresh.Want(now, correlations);
        }

        Place(call, now);
    }

    private void Place(PendingCall call, TimeSpan now)
    {
        WireFormat.Require(call.Link is null && _calls.ContainsKey(call.Id));
        call.WaitsForRoutes = false;
        while (call.NotBefore <= now)
        {
            Placement placement = _placer.Place(call, now);
            switch (placement.Kind)
            {
                case PlacementKind.Send when TrySend(call, placement, now):
                    return;
                case PlacementKind.Send:
                    // The link took nothing; the call has noted that and goes to the next candidate.
                    continue;
                case PlacementKind.Fail:
                    End(call, null, placement.Error);
                    return;
                case PlacementKind.WantRoutes:
                    refresh.Want(now, correlations);
                    call.WaitsForRoutes = true;
                    call.NotBefore = now + RouteRefresh.Pause;
                    break;
                case PlacementKind.EndRound:
                    refresh.Want(now, correlations);
                    Pause(call, now);
                    return;
                case PlacementKind.Wait:
                    links.SetDue(now, alarm);
                    _waiting.Add(call);
                    return;
            }
        }

        _waiting.Add(call);
        alarm.Set(call.NotBefore);
    }

    private void Pause(PendingCall call, TimeSpan now)
    {
        call.StartRound();
        call.NotBefore = now + links.Pause(Math.Min(call.Rounds - 1, 3));
        _waiting.Add(call);
        alarm.Set(call.NotBefore);
    }

    // True if the call is in flight or has ended.
    private bool TrySend(PendingCall call, Placement placement, TimeSpan now)
    {
        NodeLink link = placement.Link!;
        if (call.IsCommand && call.CommandId == CommandId.None)
        {
            Session session = sessions.Current(now);
            call.Identify(session.Next(), session);
        }

        long correlation = correlations.Next();
        int timeoutMs = (int)Math.Max(1, (call.Deadline - now).TotalMilliseconds);
        Frame frame = FrameOf(call, correlation, placement.Group, timeoutMs);
        if (frame is Call large && Fail.IfTooLarge(large, link.MaxFrameBytes, nameof(Call.Arguments)) is Exception tooLarge)
        {
            End(call, null, tooLarge);
            return true;
        }

        if (!shell.Send(link.Id, frame))
        {
            call.Tried(link.NodeName!, "its connection takes no more at the moment");
            call.Hint = null;
            return false;
        }

        call.Sent(link, correlation, placement.Group, now);
        _inFlight.Add(correlation, call);
        alarm.Set(LinkTable.DueOf(link));
        return true;
    }

    private static Frame FrameOf(PendingCall call, long correlation, int group, int timeoutMs) => call.Request switch
    {
        KeyedRequest keyed => new Call(
            correlation,
            group,
            keyed.Machine,
            keyed.Method.Tag,
            keyed.Method.IsQuery,
            keyed.Consistency,
            call.CommandId,
            call.Session?.AnsweredUpTo ?? 0,
            call.Attempts + 1,
            timeoutMs,
            keyed.Key,
            keyed.Arguments)
        {
            MaxStalenessMs = BoundOf(keyed),
        },
        CreateRingRequest ring => new CreateRing(correlation, ring.Name, ring.Machine, ring.Partitions, ring.Replicas, timeoutMs),
        CompareRequest => new CompareReplicas(correlation, group, timeoutMs),
        _ => new GetRoutes(correlation),
    };

    private static int BoundOf(KeyedRequest keyed) =>
        keyed is { Method.IsQuery: true, Consistency: Consistency.Stale } ? (int)Math.Min(keyed.MaxStaleness.TotalMilliseconds, int.MaxValue) : 0;

    private void LoseSightOf(PendingCall call)
    {
        if (call.Link is not null)
        {
            _inFlight.Remove(call.Correlation);
            call.LoseSight();
        }
    }

    private void End(PendingCall call, Frame? reply, Exception? error)
    {
        WireFormat.Require(call.Link is null);
        bool isKnown = _calls.Remove(call.Id);
        WireFormat.Require(isKnown);
        _waiting.Remove(call);
        if (call.Session is Session session)
        {
            if (error is DikeException { Outcome: Outcome.Unknown } or DikeCanceledException { Outcome: Outcome.Unknown })
            {
                sessions.Retire(session);
            }
            else
            {
                session.MarkAnswered(call.CommandId);
            }
        }

        shell.Complete(call.Id, reply, error);
    }
}
