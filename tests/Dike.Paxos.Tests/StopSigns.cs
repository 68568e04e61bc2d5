using System.Collections.Immutable;

namespace Dike.Paxos.Tests;

/// <summary>Members and stop-signs for tests.</summary>
internal static class StopSigns
{
    public static ImmutableArray<Member> Members(params uint[] ids) => [.. ids.Select(id => new Member(new ReplicaId(id), (ushort)id, $"n{id}", id))];

    public static EntryBatch Batch(long slot, uint next, params uint[] ids) =>
        new(new Slot(slot), 1, EntryKind.StopSign, new StopSign(new ConfigurationId(next), Members(ids)).ToPayload());
}
