namespace Dike.Node.Directory;

/// <summary>
/// Which nodes run a new group: preferred leaders per node differ by at most one, always; replicas per node by at most one while all rings have the same
/// number of replicas, and by at most two where they differ.
/// Runs inside the directory's command, so it follows from its arguments alone and never iterates a hash table.
/// </summary>
internal static class Placement
{
    public static List<DirectoryGroup> Place(List<DirectoryRing> existing, List<string> nodes, List<ulong> incarnations, int partitions, int replicas, int firstGroup)
    {
        int[] load = new int[nodes.Count];
        int[] leads = new int[nodes.Count];
        foreach (DirectoryRing ring in existing)
        {
            ring.Groups.ForEach(group => Count(group.Members, nodes, load, leads));
        }

        var groups = new List<DirectoryGroup>(partitions);
        for (int partition = 0; partition < partitions; partition++)
        {
            List<string> members = Choose(nodes, load, leads, replicas, start: partition);
            Count(members, nodes, load, leads);
            groups.Add(new DirectoryGroup(firstGroup + partition, members, members.ConvertAll(member => incarnations[nodes.IndexOf(member)])));
        }

        return groups;
    }

    private static void Count(List<string> members, List<string> nodes, int[] load, int[] leads)
    {
        for (int rank = 0; rank < members.Count; rank++)
        {
            int node = nodes.IndexOf(members[rank]);
            if (node >= 0)
            {
                load[node]++;
                leads[node] += rank == 0 ? 1 : 0;
            }
        }
    }

    private static List<string> Choose(List<string> nodes, int[] load, int[] leads, int replicas, int start)
    {
        int[] all = [.. Enumerable.Range(0, nodes.Count)];
        // Ties go round with the partition, so that neighbouring groups do not share all their members.
        int Turn(int node) => (node - start % nodes.Count + nodes.Count) % nodes.Count;
        int leader = all.OrderBy(node => leads[node]).ThenBy(node => load[node]).ThenBy(Turn).First();
        // Among equally loaded nodes those that lead more come first: it keeps a node that leads less free to be the next leader.
        IEnumerable<int> others = all.Where(node => node != leader).OrderBy(node => load[node]).ThenByDescending(node => leads[node]).ThenBy(Turn);
        return [nodes[leader], .. others.Take(replicas - 1).Select(node => nodes[node])];
    }
}
