using System.Globalization;
using System.Text;
using Dike.Paxos.Tests.Cluster;

namespace Dike.Paxos.Tests.Scenarios;

/// <summary>
/// Runs a scenario text: every line that starts with "&gt; " is a command, and everything that it makes happen is written below it. Comments start with #.
/// Nothing happens that no command caused, so the text shows the whole protocol.
/// </summary>
internal sealed class ScenarioRunner
{
    private const int PatienceTicks = 50;

    private readonly StringBuilder _text = new();
    private readonly List<(int From, int To, PeerMessage Message)> _history = [];
    private readonly Dictionary<int, (bool IsLeader, ReplicaId Leader)> _leadership = [];
    private TestCluster? _cluster;

    private TestCluster Cluster => _cluster ?? throw new InvalidOperationException("A scenario starts with 'group N'.");

    /// <returns>The text with what really happened.</returns>
    public static string Run(string scenario)
    {
        var runner = new ScenarioRunner();
        foreach (string line in scenario.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith("> ", StringComparison.Ordinal))
            {
                runner._text.Append(line).Append('\n');
                runner.Execute(line[2..].Split(' '));
            }
            else if (line.StartsWith('#') || line.Length == 0)
            {
                runner._text.Append(line).Append('\n');
            }
        }

        return runner._text.ToString().TrimEnd('\n') + "\n";
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private void Execute(string[] words)
    {
        switch (words[0])
        {
            case "group":
                CreateGroup(words);
                break;
            case "start":
                Cluster.Start(Index(words[1]));
                break;
            case "crash":
                Crash(Index(words[1]));
                break;
            case "cut":
                Cluster.Cut(Index(words[1]), Index(words[2]));
                break;
            case "mend":
                Cluster.Mend(Index(words[1]), Index(words[2]));
                break;
            case "isolate":
                ForOthers(Index(words[1]), Cluster.Cut);
                break;
            case "rejoin":
                ForOthers(Index(words[1]), Cluster.Mend);
                break;
            case "tick":
                Tick(words);
                break;
            case "run":
                Cluster.Run(Number(words[1]));
                break;
            case "time":
                Cluster.Pass(Number(words[1]));
                break;
            case "stand":
                Stand(Index(words[1]));
                break;
            case "leases":
                WriteWho("may answer reads alone", [.. Cluster.LeaseHolders]);
                break;
            case "quiet":
                WriteWho("would do nothing at a tick", [.. Enumerable.Range(0, Cluster.Size).Where(index => Cluster[index] is { IsRunning: true, Replica.IsQuiet: true })]);
                break;
            case "settle":
                Cluster.Settle();
                break;
            case "state":
                WriteState();
                break;
            default:
                ExecuteOnOne(words);
                break;
        }
    }

    private void ExecuteOnOne(string[] words)
    {
        switch (words[0])
        {
            case "propose":
                Slot slot = Cluster.Propose(Index(words[1]), Encoding.UTF8.GetBytes(words[2]), words.Length > 3 ? Number(words[3]) : 1);
                Line(slot == Slot.None ? $"{words[1]} does not lead" : $"{words[1]} proposes at slot {slot}");
                break;
            case "bounded":
                long boundedId = Cluster.ReadBounded(Index(words[1]), Number(words[2]));
                Line($"{words[1]} is asked for read {boundedId}");
                break;
            case "transfer":
                string? reason = Cluster.Transfer(Index(words[1]), words.Length > 2 ? Index(words[2]) : -1);
                Line(reason is null ? $"{words[1]} begins to hand over" : $"{words[1]} does not hand over: {reason}");
                break;
            case "mayLead":
                Cluster.SetMayLead(Index(words[1]), words[2] == "yes");
                break;
            case "dropLeases":
                Cluster.DropLeases(Index(words[1]));
                break;
            case "believe":
                Cluster.Views[(Index(words[1]), Index(words[2]))] = words[3] == "connected";
                Cluster.Report();
                break;
            case "read":
                long readId = Cluster.Read(Index(words[1]));
                Line($"{words[1]} is asked for read {readId}");
                break;
            case "sync":
                Sync(Index(words[1]), words.Length > 2 ? Number(words[2]) : int.MaxValue);
                break;
            case "forget":
                Cluster[Index(words[1])].Durable.RemoveRange(Number(words[2]), Cluster[Index(words[1])].Durable.Count - Number(words[2]));
                Line($"{words[1]} has only its first {words[2]} records");
                break;
            case "deliver":
                Move(words, Cluster.DeliverNext);
                break;
            case "lose":
                Move(words, Lose);
                break;
            case "replay":
            case "replay-last":
                Replay(Index(words[1]), Index(words[2]), words[3], isLast: words[0] == "replay-last");
                break;
            default:
                if (!MemberCommands.TryExecute(Cluster, words, Line))
                {
                    throw new InvalidOperationException($"Unknown command '{string.Join(' ', words)}'.");
                }

                break;
        }
    }

    private void CreateGroup(string[] words)
    {
        var options = new PaxosOptions { ElectionTimeoutTicks = 4, ResendTicks = 2, MaxChunkBytes = words.Length > 2 ? Number(words[2]) : 1 << 20 };
        options = words.Length > 3 ? options with { MaxUnacknowledgedBytes = Number(words[3]) } : options;
        int[] sizes = [.. words[1].Split('+').Select(Number)];
        _cluster = new TestCluster(sizes.Sum(), options, startAll: false, sizes[0]) { Inspect = WriteEffects, OnSend = WriteSend };
        for (int index = 0; index < _cluster.Founders; index++)
        {
            _cluster.Start(index);
        }
    }

    private void Crash(int index)
    {
        Line($"{index + 1} is down, unsynced writes are lost");
        _leadership.Remove(index);
        Cluster.Crash(index);
    }

    private void Tick(string[] words)
    {
        for (int count = words.Length > 2 ? Number(words[2]) : 1; count > 0; count--)
        {
            Cluster.Tick(Index(words[1]));
        }
    }

    /// <summary>Ticks one member, with its probes and their answers delivered and nothing else, until it stands.</summary>
    private void Stand(int index)
    {
        Ballot before = Cluster[index].Replica.Promised;
        for (int tick = 0; tick < PatienceTicks && Cluster[index].Replica.Promised == before; tick++)
        {
            Cluster.Pass(TestCluster.TickMs);
            Cluster.Tick(index);
            ForOthers(index, (self, other) => DeliverAll<Probe>(self, other));
            ForOthers(index, (self, other) => DeliverAll<ProbeAnswer>(other, self));
        }
    }

    private void DeliverAll<T>(int from, int to)
        where T : PeerMessage
    {
        foreach (T message in Cluster.Link(from, to).OfType<T>().ToArray())
        {
            Cluster.Link(from, to).Remove(message);
            Cluster.Deliver(from, to, message);
        }
    }

    private void Sync(int index, int count)
    {
        TestMember member = Cluster[index];
        if (member.Unsynced > 0)
        {
            Line($"{index + 1} has synced");
            Cluster.Sync(index, Math.Min(count, member.Unsynced));
        }
    }

    private void Move(string[] words, Action<int, int> move)
    {
        (int from, int to) = (Index(words[1]), Index(words[2]));
        int count = words.Length > 3 ? Number(words[3]) : Cluster.Link(from, to).Count;
        for (; count > 0; count--)
        {
            move(from, to);
        }
    }

    private void Lose(int from, int to)
    {
        Line($"lost {from + 1} -> {to + 1} {MessageText.Of(Cluster.Link(from, to)[0])}");
        Cluster.Link(from, to).RemoveAt(0);
    }

    private void Replay(int from, int to, string kind, bool isLast)
    {
        PeerMessage[] sent = [.. _history.Where(entry => entry.From == from && entry.To == to && entry.Message.Kind.ToString() == kind).Select(entry => entry.Message)];
        PeerMessage message = isLast ? sent[^1] : sent[0];
        Line($"again {from + 1} -> {to + 1} {MessageText.Of(message)}");
        Cluster.Deliver(from, to, message);
    }

    private int Index(string word)
    {
        int index = Number(word) - 1;
        return index >= 0 && index < Cluster.Size ? index : throw new InvalidOperationException($"There is no replica {word}.");
    }

    private void ForOthers(int index, Action<int, int> action)
    {
        for (int other = 0; other < Cluster.Size; other++)
        {
            if (other != index)
            {
                action(index, other);
            }
        }
    }

    private void WriteSend(ReplicaId from, ReplicaId to, PeerMessage message)
    {
        _history.Add(((int)from.Value - 1, (int)to.Value - 1, message));
        Line($"{from} -> {to} {MessageText.Of(message)}");
    }

    private void WriteEffects(int index, Effects effects)
    {
        foreach (LogWrite write in effects.Writes)
        {
            Line($"{index + 1} writes #{write.Number} {MessageText.Of(write)}");
        }

        foreach (SendAfterSync send in effects.SendsAfterSync)
        {
            Line($"{index + 1} holds until #{send.After}: -> {send.To} {MessageText.Of(send.Message)}");
        }

        foreach (EntryBatch batch in effects.Decided)
        {
            Line($"{index + 1} decides {MessageText.Of(batch)}");
        }

        foreach (string line in MemberCommands.Of(index, Cluster[index], effects))
        {
            Line(line);
        }

        foreach (ReadReady ready in effects.ReadsReady)
        {
            Line($"{index + 1} may answer read {ready.ReadId} once {ready.Through} is applied");
        }

        foreach (long refused in effects.ReadsRefused)
        {
            Line($"{index + 1} refuses read {refused}");
        }

        WriteLeadership(index);
    }

    private void WriteLeadership(int index)
    {
        Replica replica = Cluster[index].Replica;
        (bool, ReplicaId) now = (replica.IsLeader, replica.Leader);
        if (now != _leadership.GetValueOrDefault(index))
        {
            _leadership[index] = now;
            string role = replica.Leader == ReplicaId.None ? "knows no leader" : $"follows {replica.Leader}";
            Line($"{index + 1} {(replica.IsLeader ? $"leads in {replica.Promised}" : role)}");
        }
    }

    private void WriteWho(string what, int[] members) =>
        Line(members.Length == 0 ? $"nobody {what}" : $"{string.Join(", ", members.Select(index => index + 1))} {what}");

    private void WriteState()
    {
        for (int index = 0; index < Cluster.Size; index++)
        {
            TestMember member = Cluster[index];
            Line(member.IsRunning
                ? $"{index + 1} promised {member.Replica.Promised} last {member.Replica.Last} decided {member.Replica.Decided} nonsense {member.Replica.InvalidMessages}{MemberCommands.State(member.Replica)}"
                : $"{index + 1} is down");
        }
    }

    private void Line(string line) => _text.Append("  ").Append(line).Append('\n');
}
