using System.Buffers;
using Dike.Node.Liveness;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Tests.Liveness;

/// <summary>What of a heartbeat is refused when it is read; its bytes are golden among the formats of the network.</summary>
public sealed class HeartbeatTests
{
    private static readonly Heartbeat Plain = new() { Boot = 3, Counter = 9, ReceiverBoot = 2, Heard = 0b111, Connected = 0b101, UtcTicks = DateTime.MaxValue.Ticks, ListsSeen = 4 };

    [Fact]
    public void Read_WhatWasWritten_Same() => Assert.Equal(Plain, Heartbeat.Read(Bytes(Plain)));

    [Fact]
    public void Read_NoTimeOrCountOrVectorOfANode_RefusedWithTheValue()
    {
        Assert.Contains("boot 0", Refusal(Plain with { Boot = 0 }), StringComparison.Ordinal);
        Assert.Contains("counter 0", Refusal(Plain with { Counter = 0 }), StringComparison.Ordinal);
        Assert.Contains("101", Refusal(Plain with { Heard = 0b011 }), StringComparison.Ordinal);
        Assert.Contains("-1", Refusal(Plain with { UtcTicks = -1 }), StringComparison.Ordinal);
        Assert.Contains("clock", Refusal(Plain with { UtcTicks = DateTime.MaxValue.Ticks + 1 }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 2, 1 })]
    [InlineData(new[] { 1, 1 })]
    [InlineData(new[] { -1 })]
    public void Read_GroupsOutOfOrder_Refused(int[] groups)
    {
        Assert.Contains("ascending", Refusal(Plain with { Groups = new GroupReport([.. groups], []) }), StringComparison.Ordinal);
        Assert.Contains("ascending", Refusal(Plain with { Groups = new GroupReport([], [.. groups]) }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", 0, 1)]
    [InlineData("a", 2, 1)]
    [InlineData("", 1, 1)]
    public void Read_NoVersionsOfAMachine_Refused(string machine, int minVersion, int version) =>
        Assert.Contains("versions", Refusal(Plain with { Build = new BuildReport([new MachineBuild(machine, minVersion, version)]) }), StringComparison.Ordinal);

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a", "a")]
    public void Read_MachinesOutOfOrder_Refused(string first, string second) =>
        Assert.Contains("order", Refusal(Plain with { Build = new BuildReport([new(first, 1, 1), new(second, 1, 1)]) }), StringComparison.Ordinal);

    [Fact]
    public void Read_MoreMachinesThanABuildHas_Refused()
    {
        MachineBuild[] machines = [.. Enumerable.Range(0, BuildReport.MaxMachines + 1).Select(index => new MachineBuild($"m{index:d5}", 1, 1))];

        Assert.Contains("at most", Refusal(Plain with { Build = new BuildReport([.. machines]) }), StringComparison.Ordinal);
        Assert.Equal(BuildReport.MaxMachines, Heartbeat.Read(Bytes(Plain with { Build = new BuildReport([.. machines.Skip(1)]) })).Build!.Machines.Length);
    }

    /// <summary>The node finds its build's machines by their contracts, in whatever order they were registered.</summary>
    [Fact]
    public void Of_Contracts_InOrderWithTheirVersions()
    {
        BuildReport build = BuildReport.Of([Contract("b", 3, 2), Contract("B", 1, 1), Contract("a", 9, 1)]);

        Assert.Equal([new MachineBuild("B", 1, 1), new MachineBuild("a", 1, 9), new MachineBuild("b", 2, 3)], build.Machines);
        Assert.True(BuildReport.Of([Contract("a", 9, 1), Contract("b", 3, 2), Contract("B", 1, 1)]).IsSame(build));
    }

    [Theory]
    [InlineData(true, false, 0b011u, true)]
    [InlineData(true, false, 0b001u, false)]
    [InlineData(true, true, 0b111u, false)]
    [InlineData(false, false, 0b111u, false)]
    [InlineData(true, false, 0b11001u, false)]
    public void ReachesQuorumOf_ThreeMembers_TwoOfThemWorkingAndUp(bool isUp, bool isStalled, uint connected, bool expected) =>
        Assert.Equal(expected, new PeerView(isUp, connected, isStalled).ReachesQuorumOf(0b00111));

    /// <summary>Half of the members is no quorum: the other half might be one, too.</summary>
    [Fact]
    public void ReachesQuorumOf_HalfOfFourMembers_No() => Assert.False(new PeerView(true, 0b0011, false).ReachesQuorumOf(0b1111));

    private static MachineContract Contract(string name, int version, int minVersion) => new(name, StateScope.Key, version, minVersion, "", "00");

    private static string Refusal(Heartbeat heartbeat) => Assert.Throws<InvalidFrameException>(() => Heartbeat.Read(Bytes(heartbeat))).Message;

    private static byte[] Bytes(Heartbeat heartbeat)
    {
        var output = new ArrayBufferWriter<byte>();
        heartbeat.Write(new WireWriter(output));
        return output.WrittenSpan.ToArray();
    }
}
