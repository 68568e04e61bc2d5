using Dike.Wire;

namespace Dike.Client;

/// <summary>
/// Everything the client decides, without waiting, threads, sockets or clocks: where calls go, under which command id, when they are tried again and
/// how they end. Time and randomness are inputs; what must be done goes to <see cref="IClientShell"/>. This is its only entry: it takes every input
/// and hands it to <see cref="LinkTable"/> (nodes), <see cref="RouteRefresh"/> (routes) and <see cref="CallFlow"/> (calls).
/// </summary>
/// <remarks>The shell calls it from one thread at a time and never while it is inside a call.</remarks>
internal sealed class ClientCore
{
    private readonly IClientShell _shell;
    private readonly Alarm _alarm = new();
    private readonly Correlations _correlations = new();
    private readonly RouteCache _routes = new();
    private readonly SessionSource _sessions;
    private readonly LinkTable _links;
    private readonly RouteRefresh _refresh;
    private readonly CallFlow _calls;

    public ClientCore(ClientSettings settings, IClientShell shell, Func<ulong> random)
    {
        _shell = shell;
        _sessions = new SessionSource(random);
        _links = new LinkTable(settings, shell, random);
        _refresh = new RouteRefresh(_links, shell, _alarm);
        _calls = new CallFlow(settings, shell, _routes, _links, _refresh, _correlations, _sessions, _alarm);
    }

    /// <summary>When <see cref="Tick"/> should be called at the latest.</summary>
    public TimeSpan Due => _alarm.Due;

    /// <summary>Calls that have not ended.</summary>
    public int Count => _calls.Count;

    /// <summary>Takes a call under an id that the shell has not used before. It may end before this returns.</summary>
    public void Begin(long id, CallRequest request, TimeSpan now) => _calls.Begin(id, request, now);

    /// <summary>The caller stopped waiting. Nothing happens if the call has ended already.</summary>
    public void Cancel(long callId, CancellationToken cancellationToken) => _calls.Cancel(callId, cancellationToken);

    /// <summary>The client is being disposed: every call ends now.</summary>
    public void CancelAll() => _calls.CancelAll();

    public void OnConnected(long linkId, TimeSpan now)
    {
        if (_links.Find(linkId) is not NodeLink link)
        {
            return;
        }

        if (_links.TryGreet(link, now))
        {
            _alarm.Set(LinkTable.DueOf(link));
        }
        else
        {
            AfterDown(link, now);
        }
    }

    /// <summary>A connection attempt failed, or a connection ended.</summary>
    public void OnDown(long linkId, string reason, TimeSpan now)
    {
        if (_links.Find(linkId) is NodeLink link)
        {
            _links.Down(link, now, reason);
            AfterDown(link, now);
        }
    }

    /// <summary>A frame arrived. Frames that only clients send, or that come out of turn, end the connection.</summary>
    public void OnFrame(long linkId, Frame frame, TimeSpan now)
    {
        if (_links.Find(linkId) is not NodeLink link)
        {
            return;
        }

        link.Heard(now);
        switch (frame)
        {
            case Welcome welcome when link.State == LinkState.Greeting:
                OnWelcome(link, welcome, now);
                break;
            case Refused refused when link.State == LinkState.Greeting:
                Cut(link, now, refused.Reason, isRefused: true);
                break;
            case CallResult result when link.State == LinkState.Ready:
                OnAnswer(link, result.Correlation, result, now);
                break;
            case Routes table when link.State == LinkState.Ready:
                OnRoutes(link, table, now);
                break;
            case RingCreated created when link.State == LinkState.Ready:
                OnAnswer(link, created.Correlation, created, now);
                break;
            case ReplicasCompared compared when link.State == LinkState.Ready:
                OnAnswer(link, compared.Correlation, compared, now);
                break;
            default:
                Cut(link, now, $"the node sent a {frame.Kind} frame out of turn");
                break;
        }
    }

    /// <summary>Ends what is overdue, looks after silent links, and tries what has paused. Call it when <see cref="Due"/> has come.</summary>
    public void Tick(TimeSpan now)
    {
        _calls.EndOverdue(now);
        foreach (NodeLink link in _links.All.ToArray())
        {
            LookAfter(link, now);
        }

        if (_refresh.IsWanted)
        {
            _refresh.Want(now, _correlations);
        }

        _calls.PlaceWaiting(now);
        _alarm.Clear();
        _calls.SetDue(now);
        _refresh.SetDue(now);
        _links.SetDue(now, _alarm);
    }

    private void OnWelcome(NodeLink link, Welcome welcome, TimeSpan now)
    {
        if (!_links.TryWelcome(link, welcome, now))
        {
            AfterDown(link, now);
            return;
        }

        _sessions.OnWelcome(welcome, now);
        if (_routes.Received == 0 || _refresh.IsWanted)
        {
            _refresh.Want(now, _correlations);
        }

        _calls.PlaceWaiting(now);
    }

    private void OnRoutes(NodeLink link, Routes routes, TimeSpan now)
    {
        _routes.Accept(routes.Table);
        _refresh.OnRoutes(routes.Correlation);
        OnAnswer(link, routes.Correlation, routes, now);
        _calls.OnTable(now);
    }

    private void OnAnswer(NodeLink link, long correlation, Frame answer, TimeSpan now)
    {
        if (!_calls.TryAnswer(link, correlation, answer, now))
        {
            Cut(link, now, $"the node sent a {answer.Kind} frame as the answer to something else");
        }
    }

    private void LookAfter(NodeLink link, TimeSpan now)
    {
        switch (LinkTable.Check(link, now))
        {
            case LinkAction.Probe:
                // Any frame is a sign of life; this one every node answers at once, however long the commands take that it works on.
                link.ProbedAt = now;
                _shell.Send(link.Id, new GetRoutes(_correlations.Next()));
                break;
            case LinkAction.Cut:
                Cut(link, now, link.State == LinkState.Greeting ? "no answer to the greeting" : "no sign of life");
                break;
            case LinkAction.None:
                break;
        }
    }

    private void Cut(NodeLink link, TimeSpan now, string reason, bool isRefused = false)
    {
        _links.Cut(link, now, reason, isRefused);
        AfterDown(link, now);
    }

    private void AfterDown(NodeLink link, TimeSpan now)
    {
        _refresh.OnDown(link);
        _calls.OnDown(link, now);
        WireFormat.Require(link.State != LinkState.Down || link.Awaiting == 0);
        _links.SetDue(now, _alarm);
    }
}
