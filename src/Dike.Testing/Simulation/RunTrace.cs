using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Dike.Testing.Simulation;

/// <summary>
/// Everything that happens in a run, in order: always as a hash, so that two runs can be compared, and as readable lines if somebody asks for them. An event is who, what
/// and some numbers; hashing those costs little, and texts are made only for a reader.
/// </summary>
internal sealed class RunTrace(VirtualTime time, Action<string>? lines)
{
    private readonly XxHash3 _hash = new();
    private readonly byte[] _buffer = new byte[4 * sizeof(long)];

    public ulong Hash => _hash.GetCurrentHashAsUInt64();

    /// <summary>Whether somebody reads the lines: texts for them need not be made otherwise.</summary>
    public bool IsRead => lines is not null;

    /// <summary>An event of a node (-1: of the run itself).</summary>
    public void Note(int node, TraceEvent what, long first = 0, long second = 0)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer, time.Now);
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(8), ((long)node << 32) | (uint)what);
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(16), first);
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(24), second);
        _hash.Append(_buffer);
        lines?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{time.Now / 1000.0,12:F3} ms  {(node < 0 ? "run" : $"n{node}"),-4} {what} {first} {second}"));
    }

    /// <summary>An event with a text of its own, which counts too.</summary>
    public void Say(int node, string text)
    {
        _hash.Append(Encoding.UTF8.GetBytes(text));
        Note(node, TraceEvent.Said, text.Length);
        lines?.Invoke($"                     {text}");
    }
}

/// <summary>What can happen in a run.</summary>
internal enum TraceEvent
{
    Said = 1,
    Started,
    Crashed,
    Stopped,
    Turn,
    Sent,
    Delivered,
    Lost,
    LinkUp,
    LinkDown,
    Appended,
    Synced,
    Decided,
    Led,
    Answered,
    Called,
    Returned,
    FaultBegins,
    FaultEnds,
}
