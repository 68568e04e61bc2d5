using Dike.Node.Groups;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>
/// One random run of a whole group under faults: messages in any order between links, duplicated and replayed, links cut, syncs late, nodes crashing with all unsynced
/// writes lost, clocks apart, callers that retry anywhere under one id. Every token is appended by one command, so the final list tells what was executed.
/// </summary>
internal sealed class RandomSchedule
{
    private const int Steps = 2500;

    private readonly Random _random;
    private readonly List<Client> _clients = [];
    private long _lastToken;
    // Apart from the numbers the harness uses for its own checks.
    private ulong _lastCheck = 1_000_000;
    private long _acknowledged;

    public RandomSchedule(int seed)
    {
        _random = new Random(seed);
        int nodes = new[] { 1, 3, 3, 5 }[_random.Next(4)];
        Harness = new GroupHarness(nodes, seed, new GroupOptions { CheckpointEverySlots = 5 });
        foreach (HarnessNode node in Harness.Nodes)
        {
            node.ClockSkew = TimeSpan.FromMilliseconds(_random.Next(-20_000, 20_000));
        }

        for (int i = 0; i < 4; i++)
        {
            _clients.Add(new Client(Harness.NewCaller()));
        }
    }

    public GroupHarness Harness { get; }

    /// <summary>How many attempts were answered with each status: what the faults brought about.</summary>
    public SortedDictionary<CallStatus, int> Statuses { get; } = [];

    public void Run()
    {
        for (int step = 0; step < Steps; step++)
        {
            Act();
            foreach (Client client in _clients)
            {
                Drive(client);
            }
        }

        Heal();
        Check();
    }

    private void Act()
    {
        HarnessNode node = Harness.Nodes[_random.Next(Harness.Nodes.Length)];
        switch (_random.Next(100))
        {
            case < 45:
                Harness.Network.DeliverOne(_random.Next);
                break;
            case < 48:
                Harness.Network.DeliverOne(_random.Next, isRepeated: true);
                break;
            case < 49 when Harness.Network.Sent.Count > 0:
                Harness.Network.Deliver(Harness.Network.Sent[_random.Next(Harness.Network.Sent.Count)]);
                break;
            case < 75:
                Up(node)?.Sync();
                break;
            case < 92:
                Harness.NowMs += 10;
                Up(node)?.Tick();
                break;
            case < 94:
                Fault(node);
                break;
            case < 97:
                Repair(node);
                break;
            case < 98:
                Up(node)?.RequestStateCheck(++_lastCheck);
                break;
            default:
                Harness.RunDelegates();
                break;
        }
    }

    private void Fault(HarnessNode node)
    {
        HarnessNode other = Harness.Nodes[_random.Next(Harness.Nodes.Length)];
        switch (_random.Next(4))
        {
            case 0 when other != node:
                Harness.Network.Cut(node.Id, other.Id);
                break;
            case < 3 when Harness.Leader is { } leader:
                Harness.Isolate(leader, unnoticed: _random.Next(2) == 0);
                break;
            default:
                if (node.IsUp)
                {
                    Harness.Crash(node);
                }

                break;
        }
    }

    private void Repair(HarnessNode node)
    {
        if (!node.IsUp)
        {
            Harness.Start(node);
        }
        else
        {
            Harness.HealAll();
        }
    }

    private static HarnessNode? Up(HarnessNode node) => node.IsUp ? node : null;

    /// <summary>A client keeps one command or query at a time, sends it again anywhere when it is impatient, and takes the first answer that ends it.</summary>
    private void Drive(Client client)
    {
        if (client.Call is not null && client.TakeEnd() is { } result)
        {
            End(client, result);
        }

        if (client.Call is null)
        {
            if (_random.Next(20) == 0)
            {
                Begin(client);
            }
        }
        else if (_random.Next(client.Attempts.Count == 0 ? 2 : 60) == 0 && Up(Harness.Nodes[_random.Next(Harness.Nodes.Length)]) is { } node)
        {
            var attempt = new Attempt(client.Call);
            client.Attempts.Add(attempt);
            node.Submit(attempt);
        }
    }

    private void Begin(Client client)
    {
        foreach (Attempt attempt in client.Attempts.Where(attempt => attempt.IsAnswered))
        {
            Statuses[attempt.Result.Status] = Statuses.GetValueOrDefault(attempt.Result.Status) + 1;
        }

        client.Attempts.Clear();
        client.Floor = _acknowledged;
        client.Call = _random.Next(12) switch
        {
            < 5 => client.Caller.Command(Ledger.Append, client.Token = ++_lastToken, timeoutMs: 60_000),
            < 6 => client.Caller.Command(Ledger.AddThenThrow, -1, timeoutMs: 60_000),
            < 7 => client.Caller.Command(Ledger.AddThenReject, -2, timeoutMs: 60_000),
            < 8 => client.Caller.Command(Ledger.AddFrom, 1, "computed", timeoutMs: 60_000),
            _ => Calls.Query(Ledger.ReadTokens, timeoutMs: 60_000),
        };
    }

    private void End(Client client, CallResult result)
    {
        Call call = client.Call!;
        if (call.IsQuery)
        {
            Assert.True(Calls.Values(result).Length >= client.Floor, $"seed {Harness.Seed}: a query sees less than was acknowledged before it was sent");
        }
        else
        {
            client.Caller.AnsweredUpTo = call.CommandId.Sequence;
            if (call.Method == Ledger.Append)
            {
                Assert.Equal(CallStatus.Done, result.Status);
                client.Acknowledged.Add((client.Token, Calls.Value(result)));
                _acknowledged = Math.Max(_acknowledged, Calls.Value(result));
            }
        }

        client.Call = null;
    }

    private void Heal()
    {
        foreach (HarnessNode node in Harness.Nodes.Where(node => !node.IsUp))
        {
            Harness.Start(node);
        }

        Harness.HealAll();
        Harness.HashOfAll();
    }

    private void Check()
    {
        long[] tokens = Calls.Values(Harness.CallLeader(Calls.Query(Ledger.ReadTokens)));
        Assert.True(tokens.Distinct().Count() == tokens.Length, $"seed {Harness.Seed}: executed twice: {string.Join(' ', tokens)}");
        Assert.All(tokens, token => Assert.InRange(token, 1, _lastToken));
        foreach ((long token, long position) in _clients.SelectMany(client => client.Acknowledged))
        {
            Assert.True(position <= tokens.Length && tokens[position - 1] == token, $"seed {Harness.Seed}: token {token} was acknowledged at {position} and is not there");
        }
    }

    private sealed class Client(Caller caller)
    {
        public Caller Caller { get; } = caller;

        public Call? Call { get; set; }

        public long Token { get; set; }

        /// <summary>How many tokens were acknowledged before the call was sent.</summary>
        public long Floor { get; set; }

        public List<Attempt> Attempts { get; } = [];

        public List<(long Token, long Position)> Acknowledged { get; } = [];

        /// <summary>The first answer that ends the call; the others only say that this attempt brought nothing.</summary>
        public CallResult? TakeEnd() => Attempts.Where(attempt => attempt.IsAnswered).Select(attempt => attempt.Result).FirstOrDefault(result =>
            result.Status is CallStatus.Done or CallStatus.Rejected or CallStatus.Failed or CallStatus.ReplyFailed);
    }
}
