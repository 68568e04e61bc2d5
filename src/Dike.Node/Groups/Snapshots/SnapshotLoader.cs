using System.Collections.Immutable;
using System.IO.Hashing;
using Dike.Paxos;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Groups.Snapshots;

/// <summary>
/// Builds a group's replicated state from a snapshot, aside from any running state, and believes nothing of it: hash, format, group, machine, order. Called when a fetched
/// snapshot is complete, and when a replica starts from its own.
/// </summary>
internal static class SnapshotLoader
{
    private const int MaxMembersBytes = 64 << 10;

    /// <summary>Verifies the hash of the whole.</summary>
    public static bool IsIntact(SnapshotContent content)
    {
        var hash = new XxHash128();
        long bytes = 0;
        foreach (ReadOnlyMemory<byte> block in content.Blocks)
        {
            hash.Append(block.Span);
            bytes += block.Length;
        }

        return bytes == content.Info.Bytes && hash.GetCurrentHashAsUInt128() == content.Info.ContentHash;
    }

    /// <exception cref="InvalidFrameException">It cannot be used; the message says why.</exception>
    public static RestoredState Load(SnapshotContent content, int group, MachineType type)
    {
        if (!IsIntact(content))
        {
            throw new InvalidFrameException("the hash of its content does not fit");
        }

        var reader = new ContentReader(content);
        reader.Begin();
        (LogConfiguration configuration, long logTime, long bytesSinceDue) = ReadHeader(reader.Single(SnapshotSection.Header), content.Info, group, type);
        int version = ReadVersion(reader.Single(SnapshotSection.Version));
        UInt128 chain = ReadChain(reader.Single(SnapshotSection.Chain));
        Slot[] skipped = ReadSkipped(reader, content.Info.Slot);
        SessionTable sessions = ReadSessions(reader);
        StateTable states = ReadStates(reader, type);
        reader.End();
        return new RestoredState(content.Info.Slot, configuration, logTime, bytesSinceDue, version, chain, skipped, sessions, states);
    }

    private static (LogConfiguration Configuration, long LogTime, long BytesSinceDue) ReadHeader(byte[] item, SnapshotInfo info, int group, MachineType type)
    {
        var reader = new WireReader(item);
        int itsGroup = reader.Int32();
        long slot = reader.Int64();
        var configuration = new ConfigurationId(reader.UInt32());
        string? fault = MemberFormat.TryRead(reader.Bytes(MaxMembersBytes), out ImmutableArray<Member> members);
        string machine = reader.String(item.Length);
        long logTime = reader.Int64();
        long bytesSinceDue = reader.Int64();
        reader.End();
        fault ??= itsGroup != group ? $"it is of group {itsGroup}, expected {group}"
            : machine != type.Contract.Name ? $"it is of machine {machine}, expected {type.Contract.Name}"
            : slot != info.Slot.Value || configuration != info.Configuration || !members.AsSpan().SequenceEqual(info.Members.AsSpan())
                ? $"it is of slot {slot} in configuration {configuration}, expected {info}"
            : logTime < 0 || bytesSinceDue < 0 ? $"log time {logTime}, {bytesSinceDue} bytes since a snapshot was due"
            : null;
        return fault is null ? (new LogConfiguration(configuration, members), logTime, bytesSinceDue) : throw new InvalidFrameException(fault);
    }

    private static int ReadVersion(byte[] item)
    {
        var reader = new WireReader(item);
        int version = reader.Int32();
        reader.End();
        return version >= 0 ? version : throw new InvalidFrameException($"version {version}");
    }

    private static UInt128 ReadChain(byte[] item)
    {
        var reader = new WireReader(item);
        var chain = new UInt128(reader.UInt64(), reader.UInt64());
        reader.End();
        return chain;
    }

    private static Slot[] ReadSkipped(ContentReader content, Slot applied)
    {
        var skipped = new Slot[content.Section(SnapshotSection.Skipped)];
        for (int index = 0; index < skipped.Length; index++)
        {
            var reader = new WireReader(content.Item());
            skipped[index] = new Slot(reader.Int64());
            reader.End();
            if (skipped[index] > applied || skipped[index] <= (index == 0 ? Slot.None : skipped[index - 1]))
            {
                throw new InvalidFrameException($"skipped slot {skipped[index]} is out of order");
            }
        }

        return skipped;
    }

    private static SessionTable ReadSessions(ContentReader content)
    {
        var horizon = new WireReader(content.Single(SnapshotSection.Horizon));
        long greatest = horizon.Int64();
        horizon.End();
        var sessions = new Session[content.Section(SnapshotSection.Sessions)];
        for (int index = 0; index < sessions.Length; index++)
        {
            var reader = new WireReader(content.Item());
            sessions[index] = SessionCodec.Read(ref reader);
            reader.End();
            if (index > 0 && sessions[index].Id.CompareTo(sessions[index - 1].Id) <= 0)
            {
                throw new InvalidFrameException($"session {sessions[index].Id} is out of order");
            }
        }

        return SessionTable.Restore(greatest, sessions);
    }

    private static StateTable ReadStates(ContentReader content, MachineType type)
    {
        var states = new StateTable(type);
        string? previous = null;
        for (int left = content.Section(SnapshotSection.States); left > 0; left--)
        {
            byte[] item = content.Item();
            var reader = new WireReader(item);
            string key = reader.String(item.Length);
            byte[] state = reader.Bytes(item.Length);
            reader.End();
            if (previous is not null && string.CompareOrdinal(key, previous) <= 0)
            {
                throw new InvalidFrameException($"key '{key}' is out of order");
            }

            if (!states.TryImport(key, state, out Exception? failure))
            {
                throw new InvalidFrameException($"the state of key '{key}' cannot be imported: {failure.GetType()}: {failure.Message}");
            }

            previous = key;
        }

        return states;
    }
}
