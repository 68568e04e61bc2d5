using System.Collections.Immutable;
using Dike.Wire;

namespace Dike.Tests.Wire;

/// <summary>One frame of each kind with all its fields set; the golden files hold their bytes.</summary>
internal static class SampleFrames
{
    public static ImmutableArray<Frame> All { get; } =
    [
        new Hello(1, ConnectionRole.Peer, "orders", new Guid("00112233-4455-6677-8899-aabbccddeeff"), "dike-0", 0x0102030405060708, 3),
        new Welcome(new Guid("00112233-4455-6677-8899-aabbccddeeff"), "dike-1", 9, 2, 638_000_000_000_000_000, 16 << 20),
        new Refused("this is cluster 'orders'"),
        new Call(5, 7, "Arithmetic", 0xA1B2C3D4, false, Consistency.Linearizable, new CommandId(638_000_000_000_000_001, 0xF0E0D0C0B0A09080, 12), 10, 2, 4500, "clé", new byte[] { 1, 2, 3 }),
        new CallResult(5, CallStatus.Rejected, Outcome.Refused, 99, "overflow", "too large", new byte[] { 4, 5 }),
        new GetRoutes(6),
        new Routes(6, new RoutingTable(
            3,
            [new NodeRoute("dike-0", "127.0.0.1:7400"), new NodeRoute("dike-1", "")],
            [new RingRoute("r", "Arithmetic", [new PartitionRoute(1, ["dike-0", "dike-1"], "dike-1"), new PartitionRoute(2, ["dike-1"], null)])])),
        new CreateRing(8, "r", "Arithmetic", 16, 3, 5000),
        new RingCreated(8, CallStatus.Rejected, Outcome.Refused, "other-numbers", "the ring has 8 partitions"),
        new CompareReplicas(9, 7, 1000),
        new ReplicasCompared(9, CallStatus.Done, "", [new ReplicaCheck("dike-0", 42, "00ff"), new ReplicaCheck("dike-1", null, null)]),
    ];

    public static Frame Of(FrameKind kind) => All.Single(frame => frame.Kind == kind);
}
