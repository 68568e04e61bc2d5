namespace Dike.Client;

/// <summary>What to do with a waiting call.</summary>
internal enum PlacementKind
{
    /// <summary>Send it on <see cref="Placement.Link"/>.</summary>
    Send,

    /// <summary>A connection is on its way; its end wakes the call.</summary>
    Wait,

    /// <summary>Every candidate was asked in this round: pause, then ask all again.</summary>
    EndRound,

    /// <summary>The table that is needed for it has not come yet.</summary>
    WantRoutes,

    /// <summary>It can never succeed: <see cref="Placement.Error"/>.</summary>
    Fail,
}

/// <summary>Where a call goes.</summary>
internal readonly record struct Placement(PlacementKind Kind, NodeLink? Link = null, int Group = -1, Exception? Error = null);

/// <summary>
/// Chooses the node for a call: key → partition → group → leader or member, or any node for what any node answers. Brings links up as needed;
/// sends nothing. Called by <see cref="ClientCore"/> for one waiting call at a time.
/// </summary>
internal sealed class CallPlacer(ClientSettings settings, RouteCache routes, LinkTable links)
{
    // A ring created a moment ago may be missing in the tables of nodes that lag: only so many tables without it prove that it does not exist.
    private const int TablesToProveMissing = 3;

    public Placement Place(PendingCall call, TimeSpan now)
    {
        if (!BringUpAny(now))
        {
            return new Placement(PlacementKind.Wait);
        }

        return call.Request switch
        {
            KeyedRequest keyed => PlaceKeyed(call, keyed, now),
            CompareRequest compare => PlaceCompare(call, compare, now),
            _ => PlaceAnywhere(call, now),
        };
    }

    /// <summary>The members a call depends on, as far as known; empty if any node will do or nothing is known.</summary>
    public IReadOnlyList<string> MembersFor(CallRequest request)
    {
        (string? ring, string? key, int partition) = request switch
        {
            KeyedRequest keyed => (keyed.Ring, keyed.Key, -1),
            CompareRequest compare => (compare.Ring, null, compare.Partition),
            _ => ((string?)null, (string?)null, -1),
        };
        if (ring is null || routes.Ring(ring) is not RingRoute route)
        {
            return [];
        }

        partition = key is null ? partition : KeyRing.PartitionOf(key, route.Partitions.Length);
        return partition < route.Partitions.Length ? route.Partitions[partition].Members : [];
    }

    /// <summary>Makes sure that some node is connected; false until one is.</summary>
    public bool BringUpAny(TimeSpan now)
    {
        if (links.HasReady)
        {
            return true;
        }

        foreach (string address in settings.Endpoints.Concat(routes.Addresses))
        {
            links.TryBringUp(links.At(address), now);
        }

        return false;
    }

    private Placement PlaceKeyed(PendingCall call, KeyedRequest request, TimeSpan now)
    {
        if (routes.Ring(request.Ring) is not RingRoute ring)
        {
            return Missing(call, () => Fail.NoRing(request.Ring, request.Machine, settings.ClusterName));
        }

        if (ring.Machine != request.Machine)
        {
            return new Placement(PlacementKind.Fail, Error: Fail.RingOfOtherMachine(ring, request.Machine));
        }

        PartitionRoute partition = ring.Partitions[KeyRing.PartitionOf(request.Key, ring.Partitions.Length)];
        bool anyMember = request.Method.IsQuery && request.Consistency == Consistency.Stale && call.Hint is null;
        IEnumerable<string> candidates = anyMember ? RouteCache.AnyMember(partition, call.Id) : routes.Candidates(partition);
        return PlaceAtMember(call, partition.Group, candidates, now);
    }

    private Placement PlaceCompare(PendingCall call, CompareRequest request, TimeSpan now)
    {
        if (routes.Ring(request.Ring) is not RingRoute ring)
        {
            return Missing(call, () => Fail.NoRing(request.Ring, request.Ring, settings.ClusterName));
        }

        if (request.Partition >= ring.Partitions.Length)
        {
            return new Placement(PlacementKind.Fail, Error: Fail.NoPartition(ring, request.Partition));
        }

        PartitionRoute partition = ring.Partitions[request.Partition];
        return PlaceAtMember(call, partition.Group, routes.Candidates(partition), now);
    }

    private Placement Missing(PendingCall call, Func<Exception> error)
    {
        (long tables, int times) = call.Missing;
        if (routes.Received > tables)
        {
            // The table that was there before the call proves nothing: the ring may be younger.
            call.Missing = (routes.Received, tables < 0 ? 0 : times + 1);
        }

        return call.Missing.Times >= TablesToProveMissing
            ? new Placement(PlacementKind.Fail, Error: error())
            : new Placement(PlacementKind.WantRoutes);
    }

    private Placement PlaceAtMember(PendingCall call, int group, IEnumerable<string> candidates, TimeSpan now)
    {
        // A hint is followed even to a node that was asked in this round already: it may have become the leader since. HopsInRound bounds it.
        if (call.Hint is string hint)
        {
            Placement? hinted = TryNode(call, group, hint, now);
            if (hinted is not null)
            {
                return hinted.Value;
            }

            call.Hint = null;
        }

        foreach (string node in candidates)
        {
            if (!call.WasTried(node) && TryNode(call, group, node, now) is Placement placement)
            {
                return placement;
            }
        }

        return new Placement(PlacementKind.EndRound);
    }

    private Placement? TryNode(PendingCall call, int group, string node, TimeSpan now)
    {
        if (links.ReadyTo(node) is NodeLink ready)
        {
            return new Placement(PlacementKind.Send, ready, group);
        }

        if (routes.AddressOf(node) is not string address)
        {
            call.Tried(node, "its address is not known");
            return null;
        }

        NodeLink link = links.At(address);
        if (link.State == LinkState.Ready)
        {
            call.Tried(node, $"{address} is the address of node '{link.NodeName}' now");
            return null;
        }

        if (links.TryBringUp(link, now))
        {
            return new Placement(PlacementKind.Wait);
        }

        call.Tried(node, $"{address}: {link.Describe()}");
        return null;
    }

    private Placement PlaceAnywhere(PendingCall call, TimeSpan now)
    {
        if (call.Hint is string hint)
        {
            Placement? hinted = TryNode(call, -1, hint, now);
            if (hinted is not null)
            {
                return hinted.Value;
            }

            call.Hint = null;
        }

        foreach (NodeLink link in links.Ready)
        {
            if (!call.WasTried(link.NodeName!))
            {
                return new Placement(PlacementKind.Send, link);
            }
        }

        // The ready ones have all refused; those that are down now are part of the next round.
        foreach (string address in settings.Endpoints.Concat(routes.Addresses))
        {
            links.TryBringUp(links.At(address), now);
        }

        return new Placement(PlacementKind.EndRound);
    }
}
