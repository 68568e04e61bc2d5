using Dike.Node.Groups.Poison;
using Dike.Storage;

namespace Dike.Node.Shards;

/// <summary>Keeps the mark of what each group is applying, durably and apart from the journal: it is written only after an unclean start.</summary>
internal interface IMarkStore
{
    /// <summary>How the process that ran this group before ended.</summary>
    GroupStart Read(GroupId group);

    /// <summary>Writes a mark in place of the one before and, unless it is none, posts <see cref="MarkSaved"/> once it is durable.</summary>
    void Save(GroupId group, ApplyMark mark);
}
