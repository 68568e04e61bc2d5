using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Shards;

/// <summary>The body of a ReadStateCheck frame: a leader asks a member for its state hash at the slot of a check.</summary>
/// <param name="Group">The group.</param>
/// <param name="CheckId">The check.</param>
internal readonly record struct StateCheckQuestion(int Group, ulong CheckId)
{
    public void Write(WireWriter writer)
    {
        writer.Int32(Group);
        writer.UInt64(CheckId);
    }

    /// <exception cref="InvalidFrameException">The body is no such question.</exception>
    public static StateCheckQuestion Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var question = new StateCheckQuestion(reader.Int32(), reader.UInt64());
        reader.End();
        return question;
    }
}

/// <summary>The body of a StateCheck frame: the answer. A member that has not applied the slot yet does not answer; it is asked again.</summary>
/// <param name="Group">The group.</param>
/// <param name="CheckId">The check.</param>
/// <param name="Slot">The slot of the check.</param>
/// <param name="StateHash">The hash, in hexadecimal.</param>
internal sealed record StateCheckAnswer(int Group, ulong CheckId, long Slot, string StateHash)
{
    public void Write(WireWriter writer)
    {
        writer.Int32(Group);
        writer.UInt64(CheckId);
        writer.Int64(Slot);
        writer.String(StateHash);
    }

    /// <exception cref="InvalidFrameException">The body is no such answer.</exception>
    public static StateCheckAnswer Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var answer = new StateCheckAnswer(reader.Int32(), reader.UInt64(), reader.Int64(), reader.String(FrameLimits.MaxHashBytes));
        reader.End();
        return answer.Slot >= 1 && answer.StateHash.Length > 0 ? answer : throw new InvalidFrameException("a state check has no slot or no hash");
    }
}
