using Dike.Node.Groups;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>A queue whose callers wait while it is empty: the original's reply that comes with a later command.</summary>
[StateMachine]
public sealed partial class BlockingQueue
{
    private readonly Queue<long> _items = [];
    private readonly Queue<Deferred<long>> _waiting = [];

    [Command]
    public Reply<long> Dequeue()
    {
        if (_items.TryDequeue(out long item))
        {
            return item;
        }

        Reply<long> later = Reply.Defer<long>(out Deferred<long> ticket);
        _waiting.Enqueue(ticket);
        return later;
    }

    /// <summary>Defers, then fails: nobody waits, and no ticket is left.</summary>
    [Command]
    public Reply<long> DequeueAndThrow()
    {
        Dequeue();
        throw new InvalidOperationException("thrown after a deferral");
    }

    [Command]
    public int Enqueue(long item, CommandContext context)
    {
        while (_waiting.TryDequeue(out Deferred<long> ticket))
        {
            if (context.Complete(ticket, item))
            {
                return 0;
            }
        }

        _items.Enqueue(item);
        return _items.Count;
    }

    [Command]
    public void EnqueueAndThrow(long item, CommandContext context)
    {
        Enqueue(item, context);
        throw new InvalidOperationException("thrown after a completion");
    }

    [Command]
    public Reply EnqueueAndReject(long item, CommandContext context)
    {
        Enqueue(item, context);
        return Reply.Reject("refused");
    }

    /// <summary>Completes a ticket that its caller has, twice.</summary>
    [Command]
    public bool[] CompleteTwice(Deferred<long> ticket, long value, CommandContext context) => [context.Complete(ticket, value), context.Complete(ticket, value + 1)];

    [Command]
    public int Close(CommandContext context)
    {
        int refused = _waiting.Count(ticket => context.Reject(ticket, "closed", "the queue was closed"));
        _waiting.Clear();
        return refused;
    }

    [Query]
    public IReadOnlyList<Deferred<long>> Waiting() => [.. _waiting];
}

/// <summary>Calls of the queue as its generated client would send them.</summary>
internal sealed class QueueCaller(GroupHarness harness)
{
    private static readonly MachineContract Contract = new MachineType<BlockingQueue>().Contract;
    private static ulong s_lastNonce = 1_000;

    private readonly long _start = harness.UtcTicks;
    private readonly ulong _nonce = ++s_lastNonce;
    private ulong _last;

    public static GroupHarness Harness(int nodes, GroupOptions? options = null) => new(nodes, options: options, machine: new MachineType<BlockingQueue>());

    public Call Call(string method, params byte[][] arguments) => Make(method, isQuery: false, new CommandId(_start, _nonce, ++_last), 5_000, [.. arguments.SelectMany(bytes => bytes)]);

    public Call Call(string method, long argument) => Call(method, Calls.Arguments(argument));

    public static Call Query(string method) => Make(method, isQuery: true, CommandId.None, 5_000, []);

    private static Call Make(string method, bool isQuery, CommandId id, int timeoutMs, byte[] arguments) =>
        new(0, 1, "BlockingQueue", Contract.Methods.Single(candidate => candidate.Name == method).Tag, isQuery, Consistency.Linearizable, id, 0, 1, timeoutMs, "somekey", arguments);
}
