using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Groups.Snapshots;

/// <summary>A session as bytes: all that is replicated of it, and nothing of this process. The same bytes go into the state hash and into snapshots.</summary>
internal static class SessionCodec
{
    private const int MinResultBytes = 8 + 1 + 8 + 4 + 4 + 1 + 4;

    public static void Write(WireWriter writer, Session session)
    {
        writer.Int64(session.Id.Start);
        writer.UInt64(session.Id.Nonce);
        writer.UInt64(session.AnsweredUpTo);
        writer.Int64(session.LastUsed);
        writer.Int32(session.Open.Count);
        foreach ((ulong sequence, StoredResult result) in session.Open)
        {
            writer.UInt64(sequence);
            writer.Byte((byte)result.Status);
            writer.Int64(result.Slot);
            writer.String(result.Code);
            writer.String(result.Message);
            writer.Bool(result.IsComputedElsewhere);
            writer.Bytes(result.Value.Span);
        }
    }

    /// <exception cref="InvalidFrameException">The bytes are no session.</exception>
    public static Session Read(ref WireReader reader)
    {
        var id = new SessionId(reader.Int64(), reader.UInt64());
        ulong answeredUpTo = reader.UInt64();
        long lastUsed = reader.Int64();
        int count = reader.Count(MinResultBytes);
        if (lastUsed < 0)
        {
            throw new InvalidFrameException($"a session was last used at {lastUsed}");
        }

        var session = new Session(id);
        session.Use(lastUsed);
        session.Acknowledge(answeredUpTo);
        ulong previous = answeredUpTo;
        for (int index = 0; index < count; index++)
        {
            ulong sequence = reader.UInt64();
            var status = (CallStatus)reader.Byte();
            if (sequence <= previous || !Enum.IsDefined(status))
            {
                throw new InvalidFrameException($"result {sequence} of status {(byte)status} behind {previous}");
            }

            var result = new StoredResult(status, reader.Int64(), reader.String(int.MaxValue), reader.String(int.MaxValue), default, reader.Bool());
            session.Store(sequence, result with { Value = reader.Bytes(int.MaxValue) });
            previous = sequence;
        }

        return session;
    }
}
