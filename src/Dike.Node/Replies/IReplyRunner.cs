using Dike.Node.Groups;
using Dike.Storage;

namespace Dike.Node.Replies;

/// <summary>Runs reply delegates off the shard's thread.</summary>
internal interface IReplyRunner
{
    /// <summary>Starts the work and returns at once. The end of a computation is posted to the shard.</summary>
    void Run(GroupId group, ReplyWork work);
}
