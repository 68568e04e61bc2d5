using System.Buffers;
using System.Security.Cryptography;
using Dike.Storage;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Identity;

/// <summary>
/// What a node keeps in its data directory besides the journal: who it is and which cluster it belongs to. What is on disk wins over the configuration;
/// a contradiction is refused before anything is changed, naming both sides.
/// </summary>
internal sealed class NodeFiles : IDisposable
{
    public const string IdentityDocument = "identity";

    public const string MembershipDocument = "membership";

    private NodeFiles(DataDirectory directory, NodeIdentity identity, ClusterMembership? membership)
    {
        Directory = directory;
        Identity = identity;
        Membership = membership;
    }

    public DataDirectory Directory { get; }

    /// <summary>Who this node is, with the boot of this start.</summary>
    public NodeIdentity Identity { get; }

    /// <summary>The cluster it belongs to, or null. Durable before it is visible here. Safe to read from any thread.</summary>
    public ClusterMembership? Membership { get => Volatile.Read(ref field); private set => Volatile.Write(ref field, value); }

    /// <summary>Opens and locks the directory, formats an empty one, and counts this start durably.</summary>
    /// <exception cref="DikeStorageException">The directory cannot be used, or belongs to another node or cluster.</exception>
    /// <exception cref="DikeConfigurationException">The configured seeds contradict the membership.</exception>
    public static NodeFiles Open(DikeNodeOptions options)
    {
        try
        {
            DataDirectory directory = DataDirectory.Open(options.Node.DataDirectory);
            try
            {
                return Open(directory, options);
            }
            catch
            {
                directory.Dispose();
                throw;
            }
        }
        catch (LogDamagedException error)
        {
            throw Refusal.Storage(error.Message, error);
        }
        catch (IOException error)
        {
            throw Refusal.Storage($"The data directory '{options.Node.DataDirectory}' (Dike:Node:DataDirectory) cannot be used: {error.Message}", error);
        }
    }

    /// <summary>Writes the membership, durably. Once in the life of a directory.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Found(ClusterMembership membership)
    {
        Paxos.Invariant.Require(Membership is null);
        Paxos.Invariant.Require(membership.IndexOf(Identity.Name) >= 0);
        Write(Directory, MembershipDocument, membership.Write);
        Membership = membership;
    }

    public void Dispose() => Directory.Dispose();

    private static NodeFiles Open(DataDirectory directory, DikeNodeOptions options)
    {
        NodeIdentity? known = Read(directory, IdentityDocument, NodeIdentity.Read);
        ClusterMembership? membership = Read(directory, MembershipDocument, ReadMembership);
        if (known is not null && known.Name != options.Node.Name)
        {
            throw Refusal.Storage(
                $"The data directory '{directory.Location}' belongs to node '{known.Name}', this node is '{options.Node.Name}' (Dike:Node:Name). Correct the name, or name a directory of its own.");
        }

        if (known is null && membership is not null)
        {
            throw Refusal.Storage($"The data directory '{directory.Location}' has a membership but no identity: a file was deleted. Restore it; a new identity would forget this node's votes.");
        }

        if (membership is not null)
        {
            Compare(directory.Location, membership, options);
        }

        NodeIdentity identity = known is null
            ? new NodeIdentity(options.Node.Name, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), 1)
            : known with { Boot = known.Boot + 1 };
        // Durable before anything of this start leaves the node: peers tell a restarted node from the one they knew by its boot.
        Write(directory, IdentityDocument, identity.Write);
        return new NodeFiles(directory, identity, membership);
    }

    private static void Compare(string location, ClusterMembership membership, DikeNodeOptions options)
    {
        if (membership.ClusterName != options.Cluster.Name)
        {
            throw Refusal.Storage(
                $"The data directory '{location}' belongs to cluster '{membership.ClusterName}', this node is configured for '{options.Cluster.Name}' (Dike:Cluster:Name). Correct the name, or name a directory of its own.");
        }

        int seeds = Math.Max(1, options.Cluster.Seeds.Count);
        if (seeds != membership.Members.Length)
        {
            throw Refusal.Configuration(
                $"The data directory '{location}' belongs to {membership} with {membership.Members.Length} nodes, Dike:Cluster:Seeds lists {seeds}. List the same nodes; growing and shrinking come with a later release.");
        }
    }

    private static ClusterMembership ReadMembership(ReadOnlySpan<byte> document)
    {
        var reader = new WireReader(document);
        ClusterMembership membership = ClusterMembership.Read(ref reader);
        reader.End();
        return membership;
    }

    private delegate T Reader<T>(ReadOnlySpan<byte> document);

    private static T? Read<T>(DataDirectory directory, string name, Reader<T> read)
        where T : class
    {
        byte[]? document = directory.ReadDocument(name);
        try
        {
            return document is null ? null : read(document);
        }
        catch (InvalidFrameException error)
        {
            throw Refusal.Storage($"The document '{name}' in the data directory '{directory.Location}' cannot be used: {error.Message}. Use the build that wrote it, or restore the directory.", error);
        }
    }

    private static void Write(DataDirectory directory, string name, Action<WireWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new WireWriter(output));
        directory.WriteDocument(name, output.WrittenSpan);
    }
}
