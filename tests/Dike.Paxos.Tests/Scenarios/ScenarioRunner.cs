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
                throw new InvalidOperationException($"Unknown command '{string.Join(' ', words)}'.");
        }
    }

    private void CreateGroup(string[] words)
    {
        var options = new PaxosOptions { ElectionTimeoutTicks = 4, ResendTicks = 2, MaxChunkBytes = words.Length > 2 ? Number(words[2]) : 1 << 20 };
        _cluster = new TestCluster(Number(words[1]), options, startAll: false) { Inspect = WriteEffects, OnSend = WriteSend };
        for (int index = 0; index < _cluster.Size; index++)
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

    private void WriteState()
    {
        for (int index = 0; index < Cluster.Size; index++)
        {
            TestMember member = Cluster[index];
            Line(member.IsRunning
                ? $"{index + 1} promised {member.Replica.Promised} last {member.Replica.Last} decided {member.Replica.Decided} nonsense {member.Replica.InvalidMessages}"
                : $"{index + 1} is down");
        }
    }

    private void Line(string line) => _text.Append("  ").Append(line).Append('\n');
}
