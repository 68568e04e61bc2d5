using Dike.Wire;

namespace Dike.Client;

/// <summary>
/// Asks for the routing table when somebody wants a newer one: one request at a time, at most one per <see cref="Pause"/>, another node each time, because
/// one that lags must not be the only source. Owned by <see cref="ClientCore"/>.
/// </summary>
internal sealed class RouteRefresh(LinkTable links, IClientShell shell, Alarm alarm)
{
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private (long Correlation, NodeLink Link)? _request;
    private TimeSpan _notBefore;
    private long _turn;

    /// <summary>Whether somebody waits for a table and no request is under way.</summary>
    public bool IsWanted { get; private set; }

    public void Want(TimeSpan now, Correlations correlations)
    {
        if (_request is not null)
        {
            return;
        }

        IsWanted = true;
        NodeLink[] ready = [.. links.Ready];
        if (now < _notBefore)
        {
            alarm.Set(_notBefore);
        }
        else if (ready.Length > 0)
        {
            // Without a ready link the next greeting asks again.
            Ask(ready[(int)(_turn++ % ready.Length)], now, correlations.Next());
        }
    }

    public void OnRoutes(long correlation)
    {
        if (_request is (long expected, NodeLink link) && expected == correlation)
        {
            link.Awaiting--;
            _request = null;
        }
    }

    public void OnDown(NodeLink link)
    {
        if (_request?.Link == link)
        {
            link.Awaiting--;
            _request = null;
            IsWanted = true;
        }
    }

    /// <summary>Sets when the next request may leave.</summary>
    public void SetDue(TimeSpan now)
    {
        if (IsWanted)
        {
            alarm.SetIfAhead(_notBefore, now);
        }
    }

    private void Ask(NodeLink link, TimeSpan now, long correlation)
    {
        _notBefore = now + Pause;
        if (!shell.Send(link.Id, new GetRoutes(correlation)))
        {
            alarm.Set(_notBefore);
            return;
        }

        IsWanted = false;
        _request = (correlation, link);
        link.Await(now);
        alarm.Set(LinkTable.DueOf(link));
    }
}

/// <summary>Numbers that tie answers to requests; unique within the client.</summary>
internal sealed class Correlations
{
    private long _last;

    public long Next() => ++_last;
}
