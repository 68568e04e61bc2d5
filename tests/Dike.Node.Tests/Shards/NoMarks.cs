using Dike.Node.Groups.Poison;
using Dike.Node.Shards;
using Dike.Storage;

namespace Dike.Node.Tests.Shards;

/// <summary>The marks of nodes that never died: there are none, and none are made.</summary>
internal sealed class NoMarks : IMarkStore
{
    public GroupStart Read(GroupId group) => GroupStart.Clean;

    public void Save(GroupId group, ApplyMark mark) => Assert.Fail($"no mark was expected: {mark} of group {group}");
}
