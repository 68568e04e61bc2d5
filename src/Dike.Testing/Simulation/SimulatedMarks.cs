using Dike.Node.Groups.Poison;
using Dike.Node.Shards;
using Dike.Storage;

namespace Dike.Testing.Simulation;

/// <summary>A node's marks of what it applies, on a simulated disk: they survive its crashes.</summary>
internal sealed class SimulatedMarks : IMarkStore
{
    private readonly SortedDictionary<int, ApplyMark> _marks = [];
    private Action<GroupId, ApplyMark> _onSaved = static (_, _) => { };
    private bool _isFirst = true;
    private bool _isClean;
    private bool _isUnclean;

    /// <summary>A start begins.</summary>
    public void Begin(Action<GroupId, ApplyMark> onSaved)
    {
        _isUnclean = !_isFirst && !_isClean;
        _isFirst = false;
        _isClean = false;
        _onSaved = onSaved;
    }

    /// <summary>The node stops by itself.</summary>
    public void StopClean() => _isClean = true;

    /// <inheritdoc/>
    public GroupStart Read(GroupId group) => new(_isUnclean, _marks.GetValueOrDefault(group.Value));

    /// <inheritdoc/>
    public void Save(GroupId group, ApplyMark mark)
    {
        _marks[group.Value] = mark;
        if (mark != ApplyMark.None)
        {
            _onSaved(group, mark);
        }
    }
}
