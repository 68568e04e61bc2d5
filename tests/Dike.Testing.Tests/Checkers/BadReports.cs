using Dike.Paxos;
using Dike.Testing.Checkers;
using static Dike.Testing.Tests.Checkers.AgreementRuns;

namespace Dike.Testing.Tests.Checkers;

/// <summary>Reports that must not come.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="After">The step of <see cref="Good"/> after which they come.</param>
/// <param name="Reason">What the failure must say.</param>
/// <param name="Reports">The reports: only the last of them is wrong.</param>
internal sealed record BadReport(string Name, string After, string Reason, params Func<AgreementChecker, string?>[] Reports);

/// <summary>What can be wrong behind a step of the good run of <see cref="AgreementRuns"/>, by rule.</summary>
internal static class BadReports
{
    private const string End = "lease 3";

    public static IEnumerable<BadReport> Votes =>
    [
        new("a promise goes down", End, "its promise went down from 1.0.3 in configuration 2 to 2.0.2 in configuration 1", Sync(3, Second, Second, 6, 5)),
        new("a promise goes down across a restart", End, "its promise went down from 1.0.3", Start(3, 3, Second, Second, 6, 5)),
        new("a disk is empty after a restart", End, "its promise went down from 2.0.2", Start(2, 2, None, None, 0, 0)),
        new("what was accepted goes back", End, "what it accepted went back from 1.0.3", Sync(3, Third, Second, 6, 5)),
        new("what was accepted goes back across a restart", End, "what it accepted went back from 1.0.3", Start(3, 3, Third, Second, 6, 5)),
        new("a log shrinks in its ballot", End, "its log in 2.0.2 in configuration 1 went back from slot 5 to slot 4", Sync(2, Second, Second, 4, 4)),
        new("a log shrinks across a restart", End, "went back from slot 5 to slot 4", Start(2, 2, Second, Second, 4, 4)),
        new("a log shrinks after a restart", End, "went back from slot 5 to slot 4", Start(2, 2, Second, Second, 5, 4), Sync(2, Second, Second, 4, 4)),
        new("a decided index goes back", End, "its decided index went back from 5 to 4", Sync(3, Third, Third, 6, 4)),
        new("a decided index goes back across a restart", End, "its decided index went back from 5 to 4", Start(3, 3, Third, Third, 6, 4)),
        new("accepted above the promise", End, "it accepted in 2.0.2 in configuration 1 above its promise 1.0.1", Sync(1, First, Second, 3, 1)),
        new("accepted below the promise", End, "it accepted in 1.0.3 in configuration 2 below its promise 2.0.4", Sync(3, Fourth, Third, 6, 5), Sync(3, Fourth, Third, 7, 5)),
        new("accepted below the promise across a restart", End, "below its promise 2.0.4", Sync(3, Fourth, Third, 6, 5), Start(3, 3, Fourth, Third, 7, 5)),
        new("accepted in an older ballot than promised", End, "below its promise 1.0.3", Sync(1, Third, First, 3, 1), Sync(1, Third, Second, 3, 1)),
        new("a first vote above its promise", End, "above its promise 0.0.0", Start(5, 1, None, First, 1, 0)),
        new("a sync before the start", End, "it synced before it was started", Sync(5, First, First, 1, 0)),
        new("a boot number twice", End, "boot 2 follows boot 2", Start(3, 2, Third, Third, 6, 5)),
        new("a boot number goes back", End, "boot 1 follows boot 2", Start(3, 1, Third, Third, 6, 5)),
        new("leads before the start", End, "it led before it was started", Lead(5, In(2, 9, 5))),
        new("leads in another's ballot", End, "which belongs to replica 3", Lead(2, Third)),
        new("leads in a configuration that it left", End, "it leads in 5.0.1 in configuration 2 and is no member", Lead(1, In(2, 5, 1))),
        new("leads before it has joined", "start 4", "and is no member", Lead(4, In(1, 5, 4))),
        new("leads in a configuration of nobody", End, "it leads in 1.0.3 in configuration 3 and is no member", Lead(3, In(3, 1, 3))),
        new("another boot leads in the ballot", End, "boot 3 leads in 1.0.3 in configuration 2, in which boot 2 led", Start(3, 3, Third, Third, 6, 5), Lead(3, Third)),
        new("other members", End, "configuration 2 has the members 2, 3, 4 and the members 2, 3, 5", Configure(2, 2, 3, 5)),
        new("one member more", End, "configuration 1 has the members 1, 2, 3 and the members 1, 2, 3, 4", Configure(1, 1, 2, 3, 4)),
        new("no members", End, "configuration 3 has no members or the same twice", Configure(3)),
        new("a member twice", End, "configuration 3 has no members or the same twice", Configure(3, 2, 3, 3)),
    ];

    public static IEnumerable<BadReport> Decisions =>
    [
        new("another entry", End, "it decided [6..6] 0000000000000067, where [6..6] 0000000000000006 was decided", Decide(4, 2, Batch(6, 1, 0x67))),
        new("another length", End, "it decided [6..7] 0000000000000006, where [6..6] 0000000000000006 was decided", Decide(4, 2, Batch(6, 2))),
        new("an entry changes after a restart", End, "where [1..1] 0000000000000001 was decided", Start(2, 2, Second, Second, 5, 4), Decide(2, 2, Batch(1, 1, 0x99))),
        new("a batch begins within another", End, "where [2..3] 0000000000000002 was decided", Start(2, 2, Second, Second, 5, 4), Decide(2, 2, Batch(3))),
        new("a stop-sign is an entry elsewhere", End, "where [5..5] 0000000000000005 stop-sign was decided", Decide(1, 1, Batch(4)), Decide(1, 1, Batch(5))),
        new("an entry is a stop-sign elsewhere", End, "where [6..6] 0000000000000006 was decided", Decide(4, 2, Stop(6))),
        new("a gap", End, "it decided [5..5] 0000000000000005 stop-sign after slot 3", Decide(1, 1, Stop(5))),
        new("decided twice", End, "it decided [6..6] 0000000000000006 after slot 6", Decide(3, 2, Batch(6))),
        new("a step back", End, "it decided [4..4] 0000000000000004 after slot 6", Decide(3, 2, Batch(4))),
        new("an empty batch", End, "it decided [7..6] 0000000000000007 after slot 6", Decide(3, 2, Batch(7, 0))),
        new("slot 0", End, "it decided [0..0]", Start(5, 1, None, None, 0, 0), Decide(5, 2, Batch(0))),
        new("slot 0 of an empty log", "start 3", "it decided [0..0]", Decide(3, 1, Batch(0))),
        new("a negative slot", End, "it decided [-1..-1]", Start(5, 1, None, None, 0, 0), Decide(5, 2, Batch(-1))),
        new("decided before the start", End, "it decided before it was started", Decide(5, 2, Batch(6))),
        new("nobody decided the slot before", End, "but nobody decided what follows slot 6", Start(5, 1, None, None, 0, 0), Decide(5, 2, Batch(8))),
        new("no vote", End, "it decided [7..7] 0000000000000007, which no quorum has synced in one ballot", Decide(3, 2, Batch(7))),
        new("one vote", End, "which no quorum has synced", Sync(3, Third, Third, 7, 5), Decide(3, 2, Batch(7))),
        new("one vote twice", End, "which no quorum has synced", Sync(3, Third, Third, 7, 5), Sync(3, Third, Third, 7, 6), Decide(3, 2, Batch(7))),
        new("two votes in two ballots", End, "which no quorum has synced", Sync(3, Third, Third, 7, 5), Sync(4, Fourth, Fourth, 7, 5), Decide(3, 2, Batch(7))),
        new("a vote of one who left", End, "which no quorum has synced", Sync(3, Third, Third, 7, 5), Sync(1, Third, Third, 7, 1), Decide(3, 2, Batch(7))),
        new("a vote one slot too short", End, "which no quorum has synced", Sync(3, Third, Third, 8, 5), Sync(4, Third, Third, 7, 5), Decide(3, 2, Batch(7, 2))),
        new("votes of a later configuration", "lead 1", "which no quorum has synced", Configure(2, 1, 2, 3), Sync(1, Third, Third, 1, 0), Sync(2, Third, Third, 1, 0), Decide(1, 1, Batch(1))),
        new("a vote in a ballot before the first", "lead 2", "which no quorum has synced", Sync(3, Second, Second, 4, 3), Decide(2, 1, Batch(4))),
        new("behind the stop-sign", "sealed", "it decided [6..6] 0000000000000006 in configuration 1, whose stop-sign is slot 5", Sync(2, Second, Second, 6, 4), Sync(3, Second, Second, 6, 4), Decide(2, 1, Batch(6))),
        new("behind the stop-sign, by the other", "sealed", "whose stop-sign is slot 5", Sync(2, Second, Second, 6, 4), Sync(3, Second, Second, 6, 4), Decide(3, 1, Batch(6))),
        new("a second stop-sign", "sealed", "in configuration 1, whose stop-sign is slot 5", Sync(2, Second, Second, 6, 4), Sync(3, Second, Second, 6, 4), Decide(2, 1, Stop(6))),
        new("the next configuration's entry in the old one", End, "whose stop-sign is slot 5", Decide(1, 1, Batch(4)), Decide(1, 1, Stop(5)), Decide(1, 1, Batch(6))),
    ];

    public static IEnumerable<BadReport> Applying =>
    [
        new("applied with a gap", End, "it applied [7..7] after slot 5", Apply(4, 7, 1)),
        new("applied twice", End, "it applied [6..6] after slot 6", Apply(3, 6, 1)),
        new("applied what is not decided", End, "it applied [7..7], decided is 6", Apply(3, 7, 1)),
        new("applied more than is decided", End, "it applied [6..7], decided is 6", Apply(4, 6, 2)),
        new("applied nothing", End, "it applied [6..5] after slot 5", Apply(4, 6, 0)),
        new("applied before the start", End, "it applied before it was started", Apply(5, 1, 1)),
        new("another outcome", End, "slots [6..6] came to 00000000000000bb, on node 3 1 slots to 0000000000000600", Apply(4, 6, 1, 0xBB)),
        new("another outcome after a restart", End, "slots [1..1] came to 00000000000000bb, on node 1 ", Start(3, 3, Third, Third, 6, 5), Apply(3, 1, 1, 0xBB)),
        new("other portions", "decide 2 at 2", "slots [2..2] came to 0000000000000200, on node 1 2 slots", Apply(2, 2, 1)),
        new("applied again after a snapshot", End, "it applied [5..5] after slot 5", Install(1, 5), Apply(1, 5, 1)),
        new("starts with what is not decided", End, "it starts with slot 7 applied, decided is 6", Start(3, 3, Third, Third, 6, 5, 7)),
        new("starts at a snapshot and skips", End, "it applied [6..6] after slot 3", Start(3, 3, Third, Third, 6, 5, 3), Apply(3, 6, 1)),
        new("a snapshot of the past", End, "it installed a snapshot of slot 5, applied was 6", Install(3, 5)),
        new("a snapshot of the present", End, "it installed a snapshot of slot 6, applied was 6", Install(3, 6)),
        new("a snapshot of the future", End, "it installed a snapshot of slot 7, applied was 5, decided is 6", Install(4, 7)),
        new("a snapshot before the start", End, "it installed a snapshot before it was started", Install(5, 3)),
        new("a state that was not reached", End, "it reports a state of slot 6, which it has not applied", Hash(4, 6, "six")),
        new("a state before the start", End, "it reports a state of slot 6, which it has not applied", Hash(5, 6, "six")),
        new("another state", End, "its state at slot 6 is sixth, that of node 3 six", Apply(4, 6, 1), Hash(4, 6, "sixth")),
        new("another state on the same node", End, "its state at slot 6 is sixth, that of node 3 six", Hash(3, 6, "sixth")),
        new("another state of an old slot", "sealed", "its state at slot 3 is third, that of node 1 three", Hash(3, 3, "third")),
    ];

    public static IEnumerable<BadReport> Leases =>
    [
        new("a read within another's", End, "node 2 served lease reads in [450 µs..450 µs], node 3 in [400 µs..500 µs]", Serve(2, 450, 450)),
        new("a read at another's first instant", End, "node 3 in [400 µs..500 µs]", Serve(2, 300, 400)),
        new("a read at another's last instant", End, "node 3 in [400 µs..500 µs]", Serve(2, 500, 600)),
        new("reads around another's", End, "node 3 in [400 µs..500 µs]", Serve(1, 390, 510)),
        new("reads around all", End, "node 1 in [100 µs..260 µs]", Serve(4, 0, 600)),
        new("reads reported late", End, "node 1 in [100 µs..260 µs]", Serve(3, 255, 300)),
        new("an overlap with what two reports made", End, "node 1 in [100 µs..300 µs]", Serve(1, 255, 300), Serve(2, 280, 281)),
        new("an overlap between two of another", End, "node 1 in [310 µs..320 µs]", Serve(1, 310, 320), Serve(2, 300, 311)),
        new("time runs backwards", End, "node 2 served lease reads until 600 µs, from 700 µs on", Serve(2, 700, 600)),
    ];

    private static Func<AgreementChecker, string?> Configure(uint configuration, params uint[] members) =>
        checker => checker.Configured(1, new ConfigurationId(configuration), Members(members));

    private static Func<AgreementChecker, string?> Serve(int node, long from, long to) => checker => checker.LeaseServed(1, node, from, to);
}
