using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Liveness;

/// <summary>
/// What one node tells another every interval: that it works, whom it hears, and what time it has. The two lists travel until the other has confirmed
/// them, then not again before they change or the link is new; so an idle heartbeat has the same few bytes however many groups there are.
/// </summary>
internal sealed record Heartbeat
{
    /// <summary>The sender's start; a heartbeat of an earlier one never counts.</summary>
    public required ulong Boot { get; init; }

    /// <summary>Grows with every heartbeat of a boot: duplicates and old ones never count.</summary>
    public required ulong Counter { get; init; }

    /// <summary>The start of the receiver that the sender last heard of, or 0: what was meant for another start only asks for an answer.</summary>
    public ulong ReceiverBoot { get; init; }

    /// <summary>Bit i: the sender hears member i of the membership.</summary>
    public required uint Heard { get; init; }

    /// <summary>Bit i: the sender and member i hear each other, as the sender knows. Never a member that it does not hear.</summary>
    public required uint Connected { get; init; }

    /// <summary>The sender's wall clock at sending.</summary>
    public long UtcTicks { get; init; }

    /// <summary>Whether the sender lately stood still for longer than the election timeout: its journal, its shard or its process.</summary>
    public bool IsStalled { get; init; }

    /// <summary>The counter of the last heartbeat with lists that the sender had from the receiver, or 0.</summary>
    public ulong ListsSeen { get; init; }

    /// <summary>What the sender leads and has halted, or null if the receiver knows.</summary>
    public GroupReport? Groups { get; init; }

    /// <summary>What the sender's build can run, or null if the receiver knows.</summary>
    public BuildReport? Build { get; init; }

    public void Write(WireWriter writer)
    {
        writer.UInt64(Boot);
        writer.UInt64(Counter);
        writer.UInt64(ReceiverBoot);
        writer.UInt32(Heard);
        writer.UInt32(Connected);
        writer.Int64(UtcTicks);
        writer.Bool(IsStalled);
        writer.UInt64(ListsSeen);
        writer.Bool(Groups is not null);
        Groups?.Write(writer);
        writer.Bool(Build is not null);
        Build?.Write(writer);
    }

    /// <exception cref="InvalidFrameException">The body is not a heartbeat.</exception>
    public static Heartbeat Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var heartbeat = new Heartbeat
        {
            Boot = reader.UInt64(),
            Counter = reader.UInt64(),
            ReceiverBoot = reader.UInt64(),
            Heard = reader.UInt32(),
            Connected = reader.UInt32(),
            UtcTicks = reader.Int64(),
            IsStalled = reader.Bool(),
            ListsSeen = reader.UInt64(),
            Groups = reader.Bool() ? GroupReport.Read(ref reader) : null,
            Build = reader.Bool() ? BuildReport.Read(ref reader) : null,
        };
        reader.End();
        return heartbeat.Invalid() is { } reason ? throw new InvalidFrameException(reason) : heartbeat;
    }

    /// <summary>Why no node of ours would send this, or null.</summary>
    private string? Invalid()
    {
        if (Boot < 1 || Counter < 1)
        {
            return $"a heartbeat has boot {Boot} and counter {Counter}, both start at 1";
        }

        if ((Connected & ~Heard) != 0)
        {
            return $"a heartbeat connects members {Connected:b} and hears only {Heard:b}";
        }

        // Sums with readings must not overflow, however mad the clock.
        return UtcTicks < 0 || UtcTicks > DateTime.MaxValue.Ticks ? $"a heartbeat has the clock reading {UtcTicks}, no time of the calendar" : null;
    }
}
