using System.Globalization;
using Dike.Paxos.Tests.Cluster;

namespace Dike.Paxos.Tests.Scenarios;

/// <summary>The commands of a scenario about members and snapshots: change, snapshot, install, wipe. Each returns what it has to say at once, or null.</summary>
internal static class MemberCommands
{
    /// <returns>Whether it is one of these commands.</returns>
    public static bool TryExecute(TestCluster cluster, string[] words, Action<string> line)
    {
        switch (words[0])
        {
            case "change":
                int[] next = [.. words[2].Split(',').Select(Index)];
                string? refused = cluster.ChangeMembers(Index(words[1]), next);
                line(refused is null ? $"{words[1]} proposes that {words[2]} follow" : $"{words[1]} refuses: {refused}");
                return true;
            case "snapshot":
                line($"{words[1]} has taken a snapshot of {cluster.TakeSnapshot(Index(words[1]))!.Slot}");
                return true;
            case "install":
                Install(cluster, Index(words[1]), line);
                return true;
            case "wipe":
                line($"{words[1]} has lost its data, its node comes back as another incarnation");
                cluster.Wipe(Index(words[1]));
                return true;
            default:
                return false;
        }
    }

    /// <summary>What became of a replica with the last input, as far as it concerns its place among the members.</summary>
    public static IEnumerable<string> Of(int index, TestMember member, Effects effects)
    {
        foreach (SnapshotWanted wanted in effects.SnapshotsWanted)
        {
            yield return $"{index + 1} needs snapshot {wanted.Snapshot.Slot} of {wanted.From}";
        }

        if (effects.ConfigurationChanged)
        {
            string members = MessageText.Of(member.Replica.Members);
            yield return $"{index + 1} is {Named(member.Replica.Role)} in configuration {member.Replica.Configuration} of {members}";
        }
    }

    /// <summary>Where a replica is; nothing for a voter of the first configuration whose log is whole.</summary>
    public static string State(Replica replica)
    {
        string place = replica.Configuration == ConfigurationId.First && replica.Role == ReplicaRole.Voter ? "" : $", {Named(replica.Role)} in {replica.Configuration}";
        return replica.Snapshot is { } snapshot ? $"{place}, log behind {snapshot.Slot}" : place;
    }

    private static string Named(ReplicaRole role) => role switch
    {
        ReplicaRole.Voter => "a voter",
        ReplicaRole.Learner => "a learner",
        _ => "retired",
    };

    private static void Install(TestCluster cluster, int index, Action<string> line)
    {
        if (cluster[index].Wanted is not { } wanted)
        {
            throw new InvalidOperationException($"Replica {index + 1} needs no snapshot.");
        }

        bool isAhead = cluster.Install(index);
        line(isAhead ? $"{index + 1} has installed snapshot {wanted.Snapshot.Slot}" : $"{index + 1} has no use for snapshot {wanted.Snapshot.Slot} any more");
    }

    private static int Index(string word) => int.Parse(word, CultureInfo.InvariantCulture) - 1;
}
