using System.Buffers;
using Dike.Storage;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Identity;

/// <summary>
/// The highest boot seen of each incarnation, and who is barred, kept durably. A member that comes back with a lower boot runs on an old copy of its data
/// directory and has forgotten votes. It counts its starts on, so one day its boot would pass for new: it is barred for good instead. Safe from any thread.
/// </summary>
internal sealed class PeerBoots
{
    /// <summary>The name of the document.</summary>
    public const string DocumentName = "peer-boots";

    /// <summary>Format 1 had no mark of who is barred; it is read, and written anew as this one.</summary>
    private const byte Format = 2;

    private readonly Lock _gate = new();
    private readonly DataDirectory _directory;
    private readonly SortedDictionary<ulong, Seen> _seen = [];
    private long _moment;

    /// <exception cref="InvalidFrameException">The document is of another format.</exception>
    public PeerBoots(DataDirectory directory)
    {
        _directory = directory;
        if (directory.ReadDocument(DocumentName) is { } document)
        {
            Read(document);
        }
    }

    /// <summary>Now, as <see cref="Refuse"/> wants to know it: to be taken before a connection is made or answered.</summary>
    public long Moment => Interlocked.Read(ref _moment);

    /// <summary>Why a member with this boot does not count, or null; what was learned from it is durable before this returns.</summary>
    /// <param name="name">The member, for the message.</param>
    /// <param name="incarnation">Its incarnation.</param>
    /// <param name="boot">The boot it names.</param>
    /// <param name="connected">The <see cref="Moment"/> at which its connection began.</param>
    /// <exception cref="IOException">The document could not be written.</exception>
    public string? Refuse(string name, ulong incarnation, ulong boot, long connected)
    {
        lock (_gate)
        {
            Seen seen = _seen.GetValueOrDefault(incarnation);
            if (seen.IsBarred)
            {
                return Barred(name, seen.Boot);
            }

            if (boot < seen.Boot)
            {
                // On a connection older than the higher boot the lower one is no proof: the member was restarted while its Hello waited to be read.
                // Only what was said after the higher boot had been seen can have been said by a copy.
                if (seen.Since > connected)
                {
                    return $"node '{name}' has been restarted since it made this connection: start {boot}, seen at start {seen.Boot}";
                }

                Remember(incarnation, seen with { IsBarred = true });
                return Barred(name, seen.Boot);
            }

            if (boot > seen.Boot)
            {
                Remember(incarnation, new Seen(boot, Moment + 1, IsBarred: false));
            }

            return null;
        }
    }

    private static string Barred(string name, ulong highest) =>
        $"node '{name}' was seen at its {highest}. start and then at an earlier one: its data directory is an old copy, what it voted since is lost, and it is barred for good. Stop it; the group goes on with the others.";

    private void Remember(ulong incarnation, Seen seen)
    {
        var next = new SortedDictionary<ulong, Seen>(_seen) { [incarnation] = seen };
        Write(next);
        // Only what is durable is known: otherwise a failed write would let the next caller rely on it.
        _seen[incarnation] = seen;
        Interlocked.Exchange(ref _moment, Math.Max(Moment, seen.Since));
    }

    private void Read(byte[] document)
    {
        var reader = new WireReader(document);
        byte format = reader.Byte();
        if (format != 1)
        {
            ClusterMembership.RequireFormat(format, Format, "list of boots");
        }

        int count = reader.Count(2 * sizeof(ulong));
        for (int index = 0; index < count; index++)
        {
            // Seen by an earlier run of this node, so before every connection of this one.
            _seen.Add(reader.UInt64(), new Seen(reader.UInt64(), Since: 0, IsBarred: format != 1 && reader.Byte() != 0));
        }

        reader.End();
    }

    private void Write(SortedDictionary<ulong, Seen> all)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.Byte(Format);
        writer.UInt32((uint)all.Count);
        foreach ((ulong incarnation, Seen seen) in all)
        {
            writer.UInt64(incarnation);
            writer.UInt64(seen.Boot);
            writer.Byte(seen.IsBarred ? (byte)1 : (byte)0);
        }

        _directory.WriteDocument(DocumentName, output.WrittenSpan);
    }

    /// <summary>What is known of one incarnation.</summary>
    private readonly record struct Seen(ulong Boot, long Since, bool IsBarred);
}
