using Dike.Wire;

namespace Dike.Node.Shards;

/// <summary>Where answers to a caller go: its connection, or a caller within the node. The owner of a <see cref="Groups.CallTicket"/>.</summary>
internal interface IAnswerSink
{
    /// <summary>Takes the answer; never blocks. A caller that is gone gets nothing.</summary>
    void Answer(Frame answer);
}
