using Dike.Node.Groups.Poison;
using Dike.Paxos;

namespace Dike.Node.Shards;

/// <summary>
/// Lets one group after the other apply under marks. A process that dies leaves the marks that were open, and each accuses its group: were several open at once, a command
/// that kills the process would bring innocent groups into quarantine as well. Owned by the shard.
/// </summary>
internal sealed class MarkGate(IMarkStore store)
{
    private readonly Queue<(GroupHost Host, ApplyMark Mark)> _waiting = new();
    private GroupHost? _open;

    /// <summary>A group wants a mark: written now, or when those before it are done.</summary>
    public void Want(GroupHost host, ApplyMark mark)
    {
        if (_open is not null && _open != host)
        {
            _waiting.Enqueue((host, mark));
            return;
        }

        store.Save(host.Description.Group, mark);
        _open = mark == ApplyMark.None ? null : host;
        Next();
    }

    /// <summary>A group has had its turn: one that applies no further leaves its mark where it is and keeps nobody waiting.</summary>
    public void Update(GroupHost host)
    {
        if (_open == host && (host.IsHalted || host.Core.QuarantineReason is not null || host.Core.StalledReason is not null))
        {
            _open = null;
            Next();
        }
    }

    private void Next()
    {
        while (_open is null && _waiting.TryDequeue(out (GroupHost Host, ApplyMark Mark) next))
        {
            Invariant.Require(next.Host != _open, $"{next.Host.Description.Group} waits for itself");
            if (!next.Host.IsHalted)
            {
                store.Save(next.Host.Description.Group, next.Mark);
                _open = next.Mark == ApplyMark.None ? null : next.Host;
            }
        }
    }
}
