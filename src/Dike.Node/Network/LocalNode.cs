using System.Collections.Immutable;
using Dike.Node.Founding;
using Dike.Node.Identity;
using Dike.Wire;

namespace Dike.Node.Network;

/// <summary>
/// Who this node is, as connections need it: its identity, its configuration, and its membership once there is one. Set once when the node is founded
/// or recovered; read from any thread.
/// </summary>
internal sealed class LocalNode(NodeIdentity identity, string clusterName, ImmutableArray<string> seeds, int maxFrameBytes)
{
    private ClusterMembership? _membership;

    public NodeIdentity Identity => identity;

    public string ClusterName => clusterName;

    /// <summary>The configured seeds in ordinal order.</summary>
    public ImmutableArray<string> Seeds => seeds;

    public int MaxFrameBytes => maxFrameBytes;

    /// <summary>The cluster this node belongs to, or null. Set only after it is durable.</summary>
    public ClusterMembership? Membership { get => Volatile.Read(ref _membership); set => Volatile.Write(ref _membership, value); }

    public Hello MakeHello(ConnectionRole role) => new(
        Hello.CurrentProtocol, role, clusterName, Membership?.ClusterId ?? Guid.Empty, identity.Name, identity.Incarnation, identity.Boot);

    public Welcome MakeWelcome() => new(
        Membership?.ClusterId ?? Guid.Empty, identity.Name, identity.Incarnation, identity.Boot, DateTime.UtcNow.Ticks, maxFrameBytes);

    public FoundingAnswer MakeFoundingAnswer() => new(identity.Name, identity.Incarnation, clusterName, seeds, Membership);
}
