using System.Buffers;
using System.IO.Hashing;
using Dike.Node.Groups.Snapshots;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>
/// The hash of a group's whole replicated state: log time, sessions and every key's exported state, in an order that depends on content alone.
/// Equal states give equal hashes on every machine; replicas that applied the same slots must have equal states.
/// </summary>
internal static class StateHash
{
    /// <summary>The hash as 32 hexadecimal digits.</summary>
    public static string Compute(long logTime, SessionTable sessions, StateTable states)
    {
        var hash = new XxHash128();
        var output = new ArrayBufferWriter<byte>(1024);
        var writer = new WireWriter(output);
        writer.Int64(logTime);
        AppendSessions(hash, output, writer, sessions);
        AppendMachines(hash, output, writer, states);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static void AppendSessions(XxHash128 hash, ArrayBufferWriter<byte> output, WireWriter writer, SessionTable sessions)
    {
        writer.Int64(sessions.Horizon);
        writer.Int32(sessions.Count);
        foreach (Session session in sessions.Sorted())
        {
            SessionCodec.Write(writer, session);
            Flush(hash, output);
        }
    }

    private static void AppendMachines(XxHash128 hash, ArrayBufferWriter<byte> output, WireWriter writer, StateTable states)
    {
        writer.Int32(states.Count);
        foreach (string key in states.SortedKeys())
        {
            writer.String(key);
            bool isExported = states.TryExport(states.Find(key)!, out ReadOnlySpan<byte> state, out Exception? failure);
            writer.Bool(isExported);
            if (isExported)
            {
                writer.Bytes(state);
            }
            else
            {
                writer.String(failure!.GetType().ToString());
            }

            Flush(hash, output);
        }

        Flush(hash, output);
    }

    private static void Flush(XxHash128 hash, ArrayBufferWriter<byte> output)
    {
        hash.Append(output.WrittenSpan);
        output.ResetWrittenCount();
    }
}
