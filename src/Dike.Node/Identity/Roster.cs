using System.Buffers;
using System.Collections.Immutable;
using Dike.Storage;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Identity;

/// <summary>
/// Which incarnation of each member counts now, kept durably. A member whose directory was lost comes back empty, as a new incarnation: it is let in once its old one
/// is not linked any more, and from then on the old one is superseded for good. What the new one may vote on is not decided here but by each group's own log.
/// Safe from any thread.
/// </summary>
internal sealed class Roster
{
    /// <summary>The name of the document.</summary>
    public const string DocumentName = "roster";

    private const byte Format = 1;

    private readonly Lock _gate = new();
    private readonly DataDirectory _directory;
    private readonly ClusterMembership _membership;
    private readonly int[] _links;
    private ImmutableArray<ulong> _current;
    private ImmutableSortedSet<ulong> _superseded = [];

    /// <param name="directory">Where the document is.</param>
    /// <param name="membership">The founding members: their places stay.</param>
    /// <param name="self">This node: its own incarnation counts for itself, whatever the founding says.</param>
    /// <exception cref="InvalidFrameException">The document is of another format or cluster size.</exception>
    public Roster(DataDirectory directory, ClusterMembership membership, NodeIdentity self)
    {
        _directory = directory;
        _membership = membership;
        _links = new int[membership.Members.Length];
        _current = [.. membership.Members.Select(member => member.Node == self.Name ? self.Incarnation : member.Incarnation)];
        if (directory.ReadDocument(DocumentName) is { } document)
        {
            Read(document);
        }
    }

    /// <summary>The incarnation of each place that counts now.</summary>
    public ImmutableArray<ulong> Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>Why a member does not count, or null; a new incarnation that is let in is durable before this returns.</summary>
    /// <exception cref="IOException">The document could not be written.</exception>
    public string? Refuse(string name, ulong incarnation)
    {
        int place = _membership.IndexOf(name);
        if (place < 0)
        {
            return $"node '{name}' is no member of {_membership}";
        }

        lock (_gate)
        {
            if (_current[place] == incarnation)
            {
                return null;
            }

            if (_superseded.Contains(incarnation))
            {
                return $"node '{name}' has incarnation {incarnation:x16}, which was superseded by {_current[place]:x16}: its votes are another's now. Stop it; it may come back with an empty directory";
            }

            if (_links[place] > 0)
            {
                return $"node '{name}' is here with incarnation {_current[place]:x16}; another one with {incarnation:x16} is let in only when that is gone";
            }

            Replace(place, incarnation);
            return null;
        }
    }

    /// <summary>A link with a member that <see cref="Refuse"/> let through begins.</summary>
    public void Opened(int place)
    {
        lock (_gate)
        {
            _links[place]++;
        }
    }

    /// <summary>It ends.</summary>
    public void Closed(int place)
    {
        lock (_gate)
        {
            _links[place]--;
            Paxos.Invariant.Require(_links[place] >= 0, $"{_links[place]} links with place {place}");
        }
    }

    private void Replace(int place, ulong incarnation)
    {
        ImmutableArray<ulong> current = _current.SetItem(place, incarnation);
        ImmutableSortedSet<ulong> superseded = _superseded.Add(_current[place]);
        Paxos.Invariant.Require(!superseded.Contains(incarnation), $"incarnation {incarnation} comes back");
        Write(current, superseded);
        // Only what is durable counts: a new incarnation that a restart forgets could be let in beside the old one.
        (_current, _superseded) = (current, superseded);
    }

    private void Write(ImmutableArray<ulong> current, ImmutableSortedSet<ulong> superseded)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.Byte(Format);
        writer.UInt32((uint)current.Length);
        foreach (ulong incarnation in current)
        {
            writer.UInt64(incarnation);
        }

        writer.UInt32((uint)superseded.Count);
        foreach (ulong incarnation in superseded)
        {
            writer.UInt64(incarnation);
        }

        _directory.WriteDocument(DocumentName, output.WrittenSpan);
    }

    private void Read(byte[] document)
    {
        var reader = new WireReader(document);
        ClusterMembership.RequireFormat(reader.Byte(), Format, "roster");
        ulong[] current = ReadIncarnations(ref reader);
        if (current.Length != _membership.Members.Length)
        {
            throw new InvalidFrameException($"the roster has {current.Length} places, {_membership} has {_membership.Members.Length}");
        }

        _current = [.. current];
        _superseded = [.. ReadIncarnations(ref reader)];
        reader.End();
    }

    private static ulong[] ReadIncarnations(ref WireReader reader)
    {
        ulong[] incarnations = new ulong[reader.Count(sizeof(ulong))];
        for (int index = 0; index < incarnations.Length; index++)
        {
            incarnations[index] = reader.UInt64();
        }

        return incarnations;
    }
}
