using Dike.Node.Identity;
using Dike.Wire;

namespace Dike.Node.Network;

/// <summary>
/// Who may connect. Pure; each answer is the reason for a refusal, or null. Members are recognised by name, never by address; which incarnation of
/// a name counts, <see cref="Roster"/> knows.
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

        return RefuseMember(welcome.NodeName, membership);
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

        return hello.Role == ConnectionRole.Peer ? RefuseMember(hello.NodeName, membership) : null;
    }

    /// <summary>Which incarnation of a member counts is <see cref="Roster"/>'s business: it changes while the node runs.</summary>
    private static string? RefuseMember(string name, ClusterMembership membership) =>
        membership.IndexOf(name) >= 0 ? null : $"node '{name}' is no member of {membership}";
}
