using System.Collections.Immutable;
using Dike.Node.Founding;
using Dike.Node.Identity;
using Dike.Wire;

namespace Dike.Node.Network;

/// <summary>
/// Who this node is, as connections need it: its identity, its configuration, and its membership once there is one. Set once when the node is founded
/// or recovered; read from any thread.
/// </summary>
/// <param name="identity">Name, incarnation, boot.</param>
/// <param name="clusterName">The configured cluster.</param>
/// <param name="seeds">The configured seeds, in ordinal order.</param>
/// <param name="maxFrameBytes">The largest frame this node takes.</param>
/// <param name="durableMembership">The membership on disk, or null; known before the node lets anybody in.</param>
internal sealed class LocalNode(
    NodeIdentity identity, string clusterName, ImmutableArray<string> seeds, int maxFrameBytes, Func<ClusterMembership?> durableMembership)
{
    private ClusterMembership? _membership;

    public NodeIdentity Identity => identity;

    public string ClusterName => clusterName;

    /// <summary>The configured seeds in ordinal order.</summary>
    public ImmutableArray<string> Seeds => seeds;

    public int MaxFrameBytes => maxFrameBytes;

    /// <summary>The cluster in which this node takes part, or null: set when its journal is recovered, and then members and clients are let in.</summary>
    public ClusterMembership? Membership { get => Volatile.Read(ref _membership); set => Volatile.Write(ref _membership, value); }

    /// <summary>Which incarnation of each member counts; set before <see cref="Membership"/>.</summary>
    public Roster? Roster { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    public Hello MakeHello(ConnectionRole role) => new(
        Hello.CurrentProtocol, role, clusterName, Membership?.ClusterId ?? Guid.Empty, identity.Name, identity.Incarnation, identity.Boot);

    public Welcome MakeWelcome() => new(
        Membership?.ClusterId ?? Guid.Empty, identity.Name, identity.Incarnation, identity.Boot, DateTime.UtcNow.Ticks, maxFrameBytes);

    /// <summary>
    /// What a node without a cluster is told. It is told what is on disk, not what this node takes part in already: a member that called itself empty while
    /// it recovers its journal would let a wiped node found a second cluster under the old names, and forget everything.
    /// </summary>
    public FoundingAnswer MakeFoundingAnswer() => new(identity.Name, identity.Incarnation, clusterName, seeds, durableMembership());
}
