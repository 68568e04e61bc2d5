namespace Dike.Node.Directory;

/// <summary>A ring as the directory keeps it. Part of replicated state: the generator writes its codec.</summary>
/// <param name="Name">The ring's name.</param>
/// <param name="Machine">The wire name of its machine.</param>
/// <param name="Replicas">Replicas per partition.</param>
/// <param name="Groups">The groups of the partitions, in the order of the partitions.</param>
internal sealed record DirectoryRing(string Name, string Machine, int Replicas, List<DirectoryGroup> Groups);

/// <summary>A group as the directory keeps it.</summary>
/// <param name="Number">The group's number, never reused.</param>
/// <param name="Members">The nodes of its founding members, the one preferred as leader first.</param>
/// <param name="Incarnations">The incarnation of each of them: only these are founding voters, whoever carries the name later. Who is a member since, the group's own log says.</param>
internal sealed record DirectoryGroup(int Number, List<string> Members, List<ulong> Incarnations);
