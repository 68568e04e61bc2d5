using System.Globalization;

namespace Dike.Testing.Checkers;

/// <summary>A command that took effect.</summary>
/// <param name="Entry">The entry of the log that executed it.</param>
/// <param name="Step">What replaying the model gives for it.</param>
internal sealed record Execution(WitnessEntry Entry, ModelStep Step);

/// <summary>
/// The decided logs of all groups, replayed once with the <see cref="SequentialModel"/>: which command took effect in which slot with what result, and what every
/// key held at every slot. Always holds: slots ascend per group, a command takes effect at most once and in one group only. Built by the
/// <see cref="WitnessChecker"/>, which then holds the clients' answers against it.
/// </summary>
internal sealed class WitnessLog
{
    private readonly Dictionary<CommandId, Execution> _executions = [];
    private readonly Dictionary<CommandId, string> _refused = [];
    private readonly Dictionary<int, Group> _groups = [];
    private readonly Dictionary<string, KeyHistory> _keys = new(StringComparer.Ordinal);
    private readonly List<Execution> _inOrder = [];

    /// <summary>Everything that took effect, by group and slot.</summary>
    public IReadOnlyList<Execution> InOrder => _inOrder;

    /// <summary>Replays <paramref name="entries"/>, given in any order. Returns why they are not decided logs, or null.</summary>
    public string? Replay(IReadOnlyList<WitnessEntry> entries, Func<string, int> groupOf)
    {
        WitnessEntry[] sorted = [.. entries];
        Array.Sort(sorted, static (left, right) => left.Group != right.Group ? left.Group.CompareTo(right.Group) : left.Slot.CompareTo(right.Slot));
        foreach (WitnessEntry entry in sorted)
        {
            if (Append(entry, groupOf) is { } failure)
            {
                return string.Create(CultureInfo.InvariantCulture, $"group {entry.Group}, slot {entry.Slot}: {failure}");
            }
        }

        return null;
    }

    /// <summary>The execution of a command, or null if it took no effect.</summary>
    public Execution? Find(CommandId id) => _executions.GetValueOrDefault(id);

    /// <summary>Where the command stands in a log, for the texts of failures: a command may be decided and yet take no effect.</summary>
    public string Describe(CommandId id) => _executions.TryGetValue(id, out Execution? execution)
        ? string.Create(CultureInfo.InvariantCulture, $"it took effect in slot {execution.Entry.Slot} of group {execution.Entry.Group}")
        : _refused.GetValueOrDefault(id, "it is in no log");

    /// <summary>The last slot whose state could be seen at <paramref name="at"/>: the one before the first command that was decided later.</summary>
    public long LastVisible(int group, long at)
    {
        if (!_groups.TryGetValue(group, out Group? log))
        {
            return long.MaxValue;
        }

        int low = 0;
        int high = log.DecidedAt.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = log.DecidedAt[middle] > at ? (low, middle) : (middle + 1, high);
        }

        return low == log.Slots.Count ? long.MaxValue : log.Slots[low] - 1;
    }

    /// <summary>The value of a key after <paramref name="slot"/>.</summary>
    public long ValueAt(string key, long slot) => _keys.TryGetValue(key, out KeyHistory? history) ? history.ValueAt(slot) : 0;

    /// <summary>The first slot in [<paramref name="from"/>, <paramref name="to"/>] after which <paramref name="key"/> holds <paramref name="value"/>, or -1.</summary>
    public long FirstSlotWith(string key, long value, long from, long to)
    {
        if (from > to)
        {
            return -1;
        }

        return _keys.TryGetValue(key, out KeyHistory? history) ? history.FirstSlotWith(value, from, to) : value == 0 ? from : -1;
    }

    private string? Append(WitnessEntry entry, Func<string, int> groupOf)
    {
        if (!_groups.TryGetValue(entry.Group, out Group? group))
        {
            _groups[entry.Group] = group = new Group();
        }

        long lastSlot = group.Slots.Count == 0 ? 0 : group.Slots[^1];
        long lastDecided = group.DecidedAt.Count == 0 ? 0 : group.DecidedAt[^1];
        if (entry.Slot < 1)
        {
            return "slots start at 1.";
        }

        if (entry.Slot == lastSlot)
        {
            return "two commands are decided there.";
        }

        if (entry.DecidedAt < lastDecided)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it was decided at {entry.DecidedAt} µs, the slot before it only at {lastDecided} µs.");
        }

        if (groupOf(entry.Key) != entry.Group)
        {
            return string.Create(CultureInfo.InvariantCulture, $"key '{entry.Key}' belongs to group {groupOf(entry.Key)}.");
        }

        if (SequentialModel.Parse(entry.Method) is not ModelMethod method || method == ModelMethod.Read)
        {
            return $"'{entry.Method}' is no command of the machine.";
        }

        group.Slots.Add(entry.Slot);
        group.DecidedAt.Add(entry.DecidedAt);
        return Execute(entry, method, group);
    }

    private string? Execute(WitnessEntry entry, ModelMethod method, Group group)
    {
        if (group.Sessions.Refuse(entry) is { } reason)
        {
            _refused[entry.CommandId] = string.Create(CultureInfo.InvariantCulture, $"slot {entry.Slot} of group {entry.Group} did not execute it: {reason}");
            return null;
        }

        var execution = new Execution(entry, group.Model.Execute(entry.Key, method, entry.Argument));
        if (!_executions.TryAdd(entry.CommandId, execution))
        {
            WitnessEntry first = _executions[entry.CommandId].Entry;
            return string.Create(CultureInfo.InvariantCulture, $"command {entry.CommandId} takes effect again, first in slot {first.Slot} of group {first.Group}.");
        }

        if (!_keys.TryGetValue(entry.Key, out KeyHistory? history))
        {
            _keys[entry.Key] = history = new KeyHistory();
        }

        history.Add(entry.Slot, execution.Step.State);
        _inOrder.Add(execution);
        return null;
    }

    private sealed class Group
    {
        public SequentialModel Model { get; } = new();

        public SessionModel Sessions { get; } = new();

        public List<long> Slots { get; } = [];

        public List<long> DecidedAt { get; } = [];
    }
}
