using Dike.Paxos;
using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

/// <summary>One report of a run.</summary>
internal sealed record AgreementStep(string Name, Func<AgreementChecker, string?> Report);

/// <summary>
/// A good run of one group: replica 1 leads and decides slots 1 to 3, replica 2 takes over, decides slot 4 and the stop-sign in slot 5, replica 4 joins by a
/// snapshot, replica 3 leads configuration 2 of replicas 2, 3 and 4 and decides slot 6. Replica 3 has restarted once. Words for reports, short, since bad runs are made of them.
/// </summary>
internal static class AgreementRuns
{
    public static readonly Epoch None = new(ConfigurationId.First, Ballot.None);

    public static readonly Epoch First = In(1, 1, 1);

    public static readonly Epoch Second = In(1, 2, 2);

    public static readonly Epoch Third = In(2, 1, 3);

    /// <summary>Could follow <see cref="Third"/>; nobody leads in it.</summary>
    public static readonly Epoch Fourth = In(2, 2, 4);

    public static AgreementStep[] Good { get; } =
    [
        new("configured 1", checker => checker.Configured(1, ConfigurationId.First, Members(1, 2, 3))),
        .. Enumerable.Range(1, 3).Select(id => new AgreementStep($"start {id}", Start(id, 1, None, None, 0, 0))),
        new("promise 1", Sync(1, First, None, 0, 0)),
        new("promise 1 at 2", Sync(2, First, None, 0, 0)),
        new("lead 1", Lead(1, First)),
        new("sync 1", Sync(1, First, First, 1, 0)),
        new("sync 1 at 2", Sync(2, First, First, 1, 0)),
        .. Learn(1, 1, Batch(1)),
        .. Learn(2, 1, Batch(1)),
        new("sync 3", Sync(1, First, First, 3, 1)),
        new("sync 3 at 2", Sync(2, First, First, 3, 1)),
        .. Learn(1, 1, Batch(2, 2)),
        new("hash 3", Hash(1, 3, "three")),
        new("decide 2 at 2", Decide(2, 1, Batch(2, 2))),
        new("apply 2 at 2", Apply(2, 2, 2)),
        new("hash 3 at 2", Hash(2, 3, "three")),
        new("lease 1", checker => checker.LeaseServed(1, 1, 100, 200)),
        new("lease 1, longer", checker => checker.LeaseServed(1, 1, 150, 260)),
        new("restart 3", Start(3, 2, None, None, 0, 0)),
        new("promise 2", Sync(2, Second, First, 3, 3)),
        new("promise 2 at 3", Sync(3, Second, None, 0, 0)),
        new("lead 2", Lead(2, Second)),
        new("sync 4 at 3", Sync(3, Second, Second, 4, 3)),
        new("sync 4", Sync(2, Second, Second, 4, 3)),
        .. Learn(2, 1, Batch(4)),
        .. Learn(3, 1, Batch(1), Batch(2, 2), Batch(4)),
        new("sync 5", Sync(2, Second, Second, 5, 4)),
        new("sync 5 at 3", Sync(3, Second, Second, 5, 4)),
        .. Learn(2, 1, Stop(5)),
        .. Learn(3, 1, Stop(5)),
        new("sealed", checker => checker.Configured(1, new ConfigurationId(2), Members(2, 3, 4))),
        new("start 4", Start(4, 1, None, None, 0, 0)),
        new("install 4", Install(4, 3)),
        .. Learn(4, 2, Batch(4), Stop(5)),
        new("promise 3", Sync(3, Third, Second, 5, 5)),
        new("promise 3 at 4", Sync(4, Third, None, 5, 5)),
        new("lead 3", Lead(3, Third)),
        new("sync 6", Sync(3, Third, Third, 6, 5)),
        new("sync 6 at 4", Sync(4, Third, Third, 6, 5)),
        .. Learn(3, 2, Batch(6)),
        new("hash 6", Hash(3, 6, "six")),
        new("lease 3", checker => checker.LeaseServed(1, 3, 400, 500)),
    ];

    public static Epoch In(uint configuration, long number, uint owner) => new(new ConfigurationId(configuration), new Ballot(number, 0, new ReplicaId(owner)));

    public static ObservedReplica Replica(int id) => new(1, id, new ReplicaId((uint)id));

    public static ReplicaId[] Members(params uint[] ids) => [.. ids.Select(id => new ReplicaId(id))];

    public static ObservedBatch Batch(long first, int count = 1, ulong hash = 0) => new(new Slot(first), count, hash == 0 ? (ulong)first : hash);

    public static ObservedBatch Stop(long first) => Batch(first) with { IsStopSign = true };

    public static Func<AgreementChecker, string?> Start(int id, long boot, Epoch promised, Epoch accepted, long length, long decided, long applied = 0) =>
        checker => checker.Started(Replica(id), boot, new DurableVote(promised, accepted, new Slot(length), new Slot(decided)), new Slot(applied));

    public static Func<AgreementChecker, string?> Sync(int id, Epoch promised, Epoch accepted, long length, long decided) =>
        checker => checker.Synced(Replica(id), new DurableVote(promised, accepted, new Slot(length), new Slot(decided)));

    public static Func<AgreementChecker, string?> Lead(int id, Epoch epoch) => checker => checker.Led(Replica(id), epoch);

    public static Func<AgreementChecker, string?> Decide(int id, uint configuration, ObservedBatch batch) =>
        checker => checker.Decided(Replica(id), new ConfigurationId(configuration), batch);

    public static Func<AgreementChecker, string?> Install(int id, long slot) => checker => checker.Installed(Replica(id), new Slot(slot));

    public static Func<AgreementChecker, string?> Apply(int id, long first, int count, ulong outcome = 0) =>
        checker => checker.Applied(Replica(id), new Slot(first), count, outcome == 0 ? (ulong)(first << 8) : outcome);

    public static Func<AgreementChecker, string?> Hash(int id, long slot, string hash) => checker => checker.StateHashed(Replica(id), new Slot(slot), hash);

    private static IEnumerable<AgreementStep> Learn(int id, uint configuration, params ObservedBatch[] batches) => batches.SelectMany(batch => new AgreementStep[]
    {
        new(FormattableString.Invariant($"decide {batch.First} at {id}, configuration {configuration}"), Decide(id, configuration, batch)),
        new(FormattableString.Invariant($"apply {batch.First} at {id}, configuration {configuration}"), Apply(id, batch.First.Value, batch.Count)),
    });
}
