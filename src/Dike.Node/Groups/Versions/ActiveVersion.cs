using Dike.Paxos;

namespace Dike.Node.Groups.Versions;

/// <summary>
/// The machine version under which a group's slots are applied: replicated state, raised by the log alone and never lowered. A build that lacks the active version
/// must not guess what its commands do, so it stops applying, says what it needs, and stays so until another build is started. Owned by the <see cref="Applier"/>.
/// </summary>
internal sealed class ActiveVersion(MachineContract contract)
{
    /// <summary>The active version; 0 while the log has made none active.</summary>
    public int Number { get; private set; }

    /// <summary>Why this build applies nothing any more, or null.</summary>
    public string? StalledReason { get; private set; }

    /// <summary>Starts from what a snapshot says; <paramref name="next"/> is the first slot behind it.</summary>
    public void Restore(int number, Slot next)
    {
        Invariant.Require(Number == 0 && number >= 0, $"{number} after {Number}");
        Number = number;
        if (number > 0)
        {
            Require(number, next);
        }
    }

    /// <summary>Applies an entry of the log. With another active version than it expects, or none above it, it changes nothing: another entry came first.</summary>
    public void Raise(int before, int version, Slot slot)
    {
        int previous = Number;
        if (before == Number && version > Number)
        {
            Number = version;
            Require(version, slot);
        }

        Invariant.Require(Number >= previous, $"{Number} after {previous}");
    }

    /// <summary>The version of a slot whose batch names <paramref name="named"/>; sets <see cref="StalledReason"/> if this build lacks it.</summary>
    public int Of(int named, Slot slot)
    {
        int version = Number == 0 ? named : Number;
        Require(version, slot);
        return version;
    }

    private void Require(int version, Slot slot)
    {
        if (version < contract.MinVersion || version > contract.Version)
        {
            StalledReason ??= $"Slots from {slot} on are applied under version {version} of {contract.Name}; this build applies versions {contract.MinVersion} to "
                + $"{contract.Version}. {(version > contract.Version ? "Start this node with the newer build that the other members run." : Older(version))}";
        }
    }

    private string Older(int version) =>
        $"Start this node with a build of {contract.Name} that still applies version {version}, and this one once the group has a higher active version.";
}
