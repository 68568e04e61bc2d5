using System.Collections.Immutable;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Liveness;

/// <summary>
/// Which machines a node's build can run, and in which versions: a log entry raises the active version of a machine only once every member has it.
/// Constant for a start of a node. Names are unique and in ordinal order.
/// </summary>
/// <param name="Machines">One item for each machine.</param>
internal sealed record BuildReport(ImmutableArray<MachineBuild> Machines)
{
    /// <summary>More machines in one build are taken for nonsense.</summary>
    public const int MaxMachines = 4096;

    private const int MinMachineBytes = 3 * sizeof(int);

    public static BuildReport Of(IEnumerable<MachineContract> contracts) =>
        new([.. contracts.Select(contract => new MachineBuild(contract.Name, contract.MinVersion, contract.Version)).OrderBy(build => build.Machine, StringComparer.Ordinal)]);

    public bool IsSame(BuildReport? other) => other is not null && Machines.AsSpan().SequenceEqual(other.Machines.AsSpan());

    /// <summary>The versions of a machine, or null if the build does not have it.</summary>
    public MachineBuild? Find(string machine)
    {
        foreach (MachineBuild build in Machines)
        {
            if (build.Machine == machine)
            {
                return build;
            }
        }

        return null;
    }

    public void Write(WireWriter writer)
    {
        writer.UInt32((uint)Machines.Length);
        foreach (MachineBuild build in Machines)
        {
            writer.String(build.Machine);
            writer.Int32(build.MinVersion);
            writer.Int32(build.Version);
        }
    }

    /// <exception cref="InvalidFrameException">The bytes are no report.</exception>
    public static BuildReport Read(ref WireReader reader)
    {
        int count = reader.Count(MinMachineBytes, MaxMachines);
        ImmutableArray<MachineBuild>.Builder machines = ImmutableArray.CreateBuilder<MachineBuild>(count);
        for (int index = 0; index < count; index++)
        {
            var build = new MachineBuild(reader.String(FrameLimits.MaxNameBytes), reader.Int32(), reader.Int32());
            string before = index == 0 ? "" : machines[index - 1].Machine;
            if (string.CompareOrdinal(build.Machine, before) <= 0 || build.MinVersion < 1 || build.Version < build.MinVersion)
            {
                throw new InvalidFrameException($"machine '{build.Machine}' in versions {build.MinVersion} to {build.Version} behind '{before}', expected names in order and versions from 1");
            }

            machines.Add(build);
        }

        return new BuildReport(machines.MoveToImmutable());
    }
}

/// <summary>A machine in a build.</summary>
/// <param name="Machine">Its wire name.</param>
/// <param name="MinVersion">The oldest version that the build can replay.</param>
/// <param name="Version">The newest version that it can run.</param>
internal readonly record struct MachineBuild(string Machine, int MinVersion, int Version);
