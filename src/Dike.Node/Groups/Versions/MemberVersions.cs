namespace Dike.Node.Groups.Versions;

/// <summary>What the builds of all members of a group can apply.</summary>
/// <param name="HighestMinVersion">The highest <see cref="MachineContract.MinVersion"/> among them.</param>
/// <param name="LowestVersion">The lowest <see cref="MachineContract.Version"/> among them.</param>
internal readonly record struct MemberVersions(int HighestMinVersion, int LowestVersion);
