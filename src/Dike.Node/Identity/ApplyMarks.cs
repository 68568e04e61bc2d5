using System.Buffers;
using System.Globalization;
using Dike.Node.Groups.Poison;
using Dike.Node.Shards;
using Dike.Paxos;
using Dike.Storage;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Identity;

/// <summary>
/// How the last run of this node ended, and what its groups were applying then. Documents of their own, because the journal must be read before a command is applied, and a
/// command that kills the process must be known before it is applied again. Used on the shard's thread; written only after an unclean start.
/// </summary>
internal sealed class ApplyMarks : IMarkStore
{
    private const string StoppedDocument = "stopped";
    private const byte Format = 1;

    private readonly DataDirectory _directory;
    private readonly ShardQueue _queue;
    private readonly ulong _boot;
    private readonly bool _isUnclean;

    /// <exception cref="InvalidFrameException">A document is of another format.</exception>
    public ApplyMarks(DataDirectory directory, NodeIdentity identity, ShardQueue queue)
    {
        _directory = directory;
        _queue = queue;
        _boot = identity.Boot;
        _isUnclean = _boot > 1 && LastStopped(directory) != _boot - 1;
    }

    public GroupStart Read(GroupId group)
    {
        if (_directory.ReadDocument(NameOf(group)) is not { } document)
        {
            return new GroupStart(_isUnclean, ApplyMark.None);
        }

        var reader = new WireReader(document);
        ClusterMembership.RequireFormat(reader.Byte(), Format, "apply mark");
        var mark = new ApplyMark(new Slot(reader.Int64()), new Slot(reader.Int64()), reader.Int32());
        reader.End();
        return new GroupStart(_isUnclean, mark);
    }

    /// <exception cref="IOException">The mark could not be written.</exception>
    public void Save(GroupId group, ApplyMark mark)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.Byte(Format);
        writer.Int64(mark.From.Value);
        writer.Int64(mark.To.Value);
        writer.Int32(mark.Attempt);
        _directory.WriteDocument(NameOf(group), output.WrittenSpan);
        if (mark != ApplyMark.None)
        {
            _queue.Post(new MarkSaved(group, mark));
        }
    }

    /// <summary>Notes that the node stops by itself. The last thing that it writes.</summary>
    public void Stopped()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.Byte(Format);
        writer.UInt64(_boot);
        _directory.WriteDocument(StoppedDocument, output.WrittenSpan);
    }

    private static ulong LastStopped(DataDirectory directory)
    {
        if (directory.ReadDocument(StoppedDocument) is not { } document)
        {
            return 0;
        }

        var reader = new WireReader(document);
        ClusterMembership.RequireFormat(reader.Byte(), Format, "note of the last stop");
        ulong boot = reader.UInt64();
        reader.End();
        return boot;
    }

    private static string NameOf(GroupId group) => string.Create(CultureInfo.InvariantCulture, $"applying-{group.Value}");
}
