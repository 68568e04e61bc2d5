using System.Buffers.Binary;

namespace Dike;

/// <summary>
/// What a command may know besides its state and arguments. Every member is equal on every replica that applies the command.
/// Declare it as a parameter of the handler; it is not part of the wire arguments.
/// </summary>
/// <remarks>A context captured by a reply delegate stays readable but is frozen: its <see cref="Random"/> and <see cref="NewGuid"/> throw there.</remarks>
public sealed class CommandContext
{
    private readonly ulong _seed;
    private readonly TicketDesk? _desk;
    private List<Completion>? _completions;
    private DeterministicRandom? _random;
    private bool _frozen;

    internal CommandContext(
        string kind, int partition, string key, long index, int version, DateTimeOffset time, ulong seed, CommandId commandId, TicketDesk? desk = null)
    {
        Kind = kind;
        Partition = partition;
        Key = key;
        Index = index;
        Version = version;
        Time = time;
        CommandId = commandId;
        _seed = seed;
        _desk = desk;
    }

    /// <summary>The wire name of the state machine.</summary>
    public string Kind { get; }

    /// <summary>The partition that owns the key, from 0.</summary>
    public int Partition { get; }

    /// <summary>The key the command was sent to.</summary>
    public string Key { get; }

    /// <summary>The slot of the command in its group's log, from 1.</summary>
    public long Index { get; }

    /// <summary>The version of the machine under which the command was decided.</summary>
    public int Version { get; }

    /// <summary>Log time: never goes back within a group.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The identity under which the caller sent the command.</summary>
    public CommandId CommandId { get; }

    /// <summary>Random numbers seeded from the group's log and the slot.</summary>
    public DeterministicRandom Random => _random ??= CreateRandom();

    internal bool IsForgotten { get; private set; }

    /// <summary>The answers that this command gave to tickets, in its order.</summary>
    internal IReadOnlyList<Completion> Completions => _completions ?? (IReadOnlyList<Completion>)[];

    /// <summary>A context with the given values, for unit tests of handlers.</summary>
    /// <param name="key">The key. Default: "key".</param>
    /// <param name="time">Log time. Default: the Unix epoch.</param>
    /// <param name="seed">The seed of <see cref="Random"/>. Default: 1.</param>
    /// <param name="index">The slot, 1 or more. Default: 1.</param>
    /// <param name="partition">The partition, 0 or more. Default: 0.</param>
    /// <param name="version">The machine version, 1 or more. Default: 1.</param>
    /// <param name="kind">The wire name of the machine. Default: "Test".</param>
    /// <param name="commandId">The caller's command id. Default: <see cref="Dike.CommandId.None"/>.</param>
    /// <returns>A context that behaves as in a replica.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its range.</exception>
    public static CommandContext ForTest(
        string key = "key",
        DateTimeOffset? time = null,
        ulong seed = 1,
        long index = 1,
        int partition = 0,
        int version = 1,
        string kind = "Test",
        CommandId commandId = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        return new CommandContext(kind, partition, key, index, version, time ?? DateTimeOffset.UnixEpoch, seed, commandId);
    }

    /// <summary>A new GUID (version 4 layout), equal on every replica.</summary>
    /// <returns>128 bits drawn from <see cref="Random"/>.</returns>
    /// <exception cref="InvalidOperationException">The command has already been applied.</exception>
    public Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Random.NextUInt64());
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Random.NextUInt64());
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Drops the key's state after this command; the next command on the key starts from the initial state.</summary>
    /// <exception cref="InvalidOperationException">The command has already been applied.</exception>
    public void Forget()
    {
        if (_frozen)
        {
            throw new InvalidOperationException("The command has been applied: Forget() belongs into the handler, not into its reply delegate.");
        }

        IsForgotten = true;
    }

    /// <summary>
    /// Answers the caller that waits behind <paramref name="ticket"/>, once this command has succeeded; a command that throws or rejects answers nobody.
    /// The value is written now, so later changes of the state do not reach the caller.
    /// </summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="ticket">The ticket, from a command of the same group.</param>
    /// <param name="value">What the caller gets.</param>
    /// <returns>False if nobody can be answered: the ticket was completed before, its session has expired, or it is the running command's own. Nothing was done then.</returns>
    /// <exception cref="InvalidOperationException">The command has already been applied.</exception>
    public bool Complete<T>(Deferred<T> ticket, T value)
    {
        if (!IsOpen(ticket))
        {
            return false;
        }

        (_completions ??= []).Add(new Completion<T>(ticket, Reply.With(value), _desk?.Encode(value)));
        return true;
    }

    /// <summary>Refuses the caller that waits behind <paramref name="ticket"/>, as <see cref="Complete{T}"/> answers it; it gets a <see cref="CommandRejectedException"/>.</summary>
    /// <remarks>What the deferring command changed stays changed: a machine that refuses later takes back itself what is to be taken back.</remarks>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="ticket">The ticket.</param>
    /// <param name="code">A code for programs, not empty.</param>
    /// <param name="message">An explanation for people.</param>
    /// <returns>As for <see cref="Complete{T}"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="code"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">The command has already been applied.</exception>
    public bool Reject<T>(Deferred<T> ticket, string code, string? message = null)
    {
        Reply<T> rejection = Reply.Reject<T>(code, message);
        if (!IsOpen(ticket))
        {
            return false;
        }

        (_completions ??= []).Add(new Completion<T>(ticket, rejection, null));
        return true;
    }

    /// <summary>What this command has answered a ticket with so far, for unit tests.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="ticket">The ticket.</param>
    /// <param name="answer">The value or the rejection.</param>
    /// <returns>False if this command has not answered the ticket.</returns>
    public bool TryGetAnswer<T>(Deferred<T> ticket, out Reply<T> answer)
    {
        Completion? completion = FindCompletion(ticket);
        answer = completion is Completion<T> typed ? typed.Answer : default;
        return completion is not null;
    }

    internal void Freeze()
    {
        _frozen = true;
        _random?.Freeze();
    }

    private Completion? FindCompletion<T>(Deferred<T> ticket) =>
        _completions?.Find(completion => completion.Slot == ticket.Slot && completion.CommandId == ticket.CommandId);

    private bool IsOpen<T>(Deferred<T> ticket)
    {
        if (_frozen)
        {
            throw new InvalidOperationException("The command has been applied: a ticket is answered by the handler, not by its reply delegate.");
        }

        return ticket.Slot > 0 && FindCompletion(ticket) is null && (_desk is null || _desk.IsOpen(ticket.Slot, ticket.CommandId));
    }

    private DeterministicRandom CreateRandom()
    {
        var random = new DeterministicRandom(_seed, (ulong)Index);
        if (_frozen)
        {
            random.Freeze();
        }

        return random;
    }
}
