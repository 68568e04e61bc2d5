using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Dike.Node.Groups.Snapshots;
using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>
/// The live machines of a group: one per key, or one for the whole partition. Replicated state, changed only while an entry is applied.
/// A key that was never written, or was forgotten, has no machine: it is in its initial state and takes no room.
/// </summary>
internal sealed class StateTable(MachineType type)
{
    private readonly Dictionary<string, object> _machines = new(StringComparer.Ordinal);

    // Used for one machine at a time; kept because it is needed before almost every command.
    private ArrayBufferWriter<byte> _export = new(1024);

    public int Count => _machines.Count;

    /// <summary>The snapshot that is being written of an earlier state, or null.</summary>
    public SnapshotWriter? Capture { get; set; }

    /// <summary>The key's machine is about to run a command. <paramref name="state"/> is what it exports now.</summary>
    public void BeforeChange(string key, ReadOnlySpan<byte> state) => Capture?.BeforeChange(Place(key), state);

    /// <summary>The machine of a key, or null.</summary>
    public object? Find(string key) => _machines.GetValueOrDefault(Place(key));

    /// <summary>Makes a machine in its initial state.</summary>
    public bool TryCreate([NotNullWhen(true)] out object? machine, [NotNullWhen(false)] out Exception? failure)
    {
        try
        {
            machine = type.Create();
            failure = null;
            return true;
        }
        catch (Exception exception) when (!HandlerFailure.IsOfTheProcess(exception))
        {
            machine = null;
            failure = exception;
            return false;
        }
    }

    /// <summary>Makes <paramref name="machine"/> the key's machine.</summary>
    public void Put(string key, object machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        _machines[Place(key)] = machine;
    }

    public void Drop(string key) => _machines.Remove(Place(key));

    /// <summary>Exports the machine's state.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="state">The state; valid until the next call.</param>
    /// <param name="failure">What the user's code threw, if it could not: alike on every replica, since their states are equal.</param>
    public bool TryExport(object machine, out ReadOnlySpan<byte> state, [NotNullWhen(false)] out Exception? failure)
    {
        _export.ResetWrittenCount();
        try
        {
            type.Export(machine, ref _export);
        }
        catch (Exception exception) when (!HandlerFailure.IsOfTheProcess(exception))
        {
            state = default;
            failure = exception;
            return false;
        }

        state = _export.WrittenSpan;
        failure = null;
        return true;
    }

    /// <summary>Replaces the key's machine by one with the state that the last <see cref="TryExport"/> wrote.</summary>
    public bool TryRestore(string key, [NotNullWhen(false)] out Exception? failure)
    {
        Invariant.Require(_machines.ContainsKey(Place(key)));
        try
        {
            _machines[Place(key)] = type.Import(_export.WrittenSpan);
        }
        catch (Exception exception) when (!HandlerFailure.IsOfTheProcess(exception))
        {
            failure = exception;
            return false;
        }

        failure = null;
        return true;
    }

    /// <summary>Makes a machine from what an export gave, and makes it the key's.</summary>
    public bool TryImport(string key, ReadOnlySpan<byte> state, [NotNullWhen(false)] out Exception? failure)
    {
        Invariant.Require(!_machines.ContainsKey(Place(key)), $"key {key}");
        try
        {
            _machines[Place(key)] = type.Import(state);
        }
        catch (Exception exception) when (!HandlerFailure.IsOfTheProcess(exception))
        {
            failure = exception;
            return false;
        }

        failure = null;
        return true;
    }

    /// <summary>All keys with a machine, in ordinal order: the order of a dictionary depends on its history.</summary>
    public IReadOnlyList<string> SortedKeys()
    {
        string[] keys = [.. _machines.Keys];
        Array.Sort(keys, StringComparer.Ordinal);
        return keys;
    }

    // For a partition-scoped machine the key of a call only routes it.
    private string Place(string key) => type.Contract.Scope switch
    {
        StateScope.Key => key,
        StateScope.Partition => "",
    };
}
