using Dike.Node.Identity;
using Dike.Wire;

namespace Dike.Node.Network;

/// <summary>
/// Who may connect. Pure; each answer is the reason for a refusal, or null. Members are recognised by name and incarnation, never by address:
/// whoever sits at a known address with another data directory is somebody else.
/// </summary>
internal static class HandshakeRule
{
    /// <summary>Why a node refuses whoever sent <paramref name="hello"/>, or null.</summary>
    public static string? Refuse(Hello hello, LocalNode local)
    {
        string self = local.Identity.Name;
        if (hello.Protocol != Hello.CurrentProtocol)
        {
            return $"protocol {hello.Protocol} is not spoken here; node '{self}' speaks protocol {Hello.CurrentProtocol}";
        }

        if (hello.Role == ConnectionRole.Founding)
        {
            return null; // It asks who is there; what it makes of the answer is FoundingRule's business, on its side.
        }

        return hello.ClusterName.Length > 0 && hello.ClusterName != local.ClusterName
            ? $"node '{self}' belongs to cluster '{local.ClusterName}', not to '{hello.ClusterName}'"
            : RefuseByMembership(hello, local.Membership, self);
    }

    /// <summary>
    /// Whether <paramref name="hello"/> names this very node as its sender: its dialer on the way to all seeds, or somebody who read the Welcome and
    /// repeats it. It is told who is here and nothing else: a node is no peer of itself.
    /// </summary>
    public static bool IsOwn(Hello hello, LocalNode local) =>
        hello.Role == ConnectionRole.Peer && hello.NodeName == local.Identity.Name && hello.Incarnation == local.Identity.Incarnation;

    /// <summary>Why the node that answered with <paramref name="welcome"/> cannot be linked to, or null.</summary>
    public static string? RefuseWelcome(Welcome welcome, ClusterMembership membership)
    {
        if (welcome.ClusterId != membership.ClusterId)
        {
            return welcome.ClusterId == Guid.Empty
                ? $"node '{welcome.NodeName}' there belongs to no cluster yet"
                : $"node '{welcome.NodeName}' there belongs to cluster {welcome.ClusterId}, this one to {membership.ClusterId}";
        }

        return RefuseMember(welcome.NodeName, welcome.Incarnation, membership);
    }

    private static string? RefuseByMembership(Hello hello, ClusterMembership? membership, string self)
    {
        if (membership is null)
        {
            return $"node '{self}' belongs to no cluster yet; ask again later";
        }

        bool mayBeUnknown = hello.Role == ConnectionRole.Client && hello.ClusterId == Guid.Empty;
        if (hello.ClusterId != membership.ClusterId && !mayBeUnknown)
        {
            return $"node '{self}' belongs to cluster {membership.ClusterId}, not to {hello.ClusterId}";
        }

        return hello.Role == ConnectionRole.Peer ? RefuseMember(hello.NodeName, hello.Incarnation, membership) : null;
    }

    private static string? RefuseMember(string name, ulong incarnation, ClusterMembership membership)
    {
        if (membership.IndexOf(name, incarnation) >= 0)
        {
            return null;
        }

        int known = membership.IndexOf(name);
        return known < 0
            ? $"node '{name}' is no member of {membership}"
            : $"node '{name}' has incarnation {incarnation:x16}, the cluster knows {membership.Members[known].Incarnation:x16}: its data directory was replaced";
    }
}
