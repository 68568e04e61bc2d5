using System.Collections.Immutable;

namespace Dike.Testing.Simulation;

/// <summary>Counts how often each kind of fault really hit: a planned fault that changed nothing has tested nothing.</summary>
internal sealed class FaultProbes
{
    private readonly int[] _fired = new int[Enum.GetValues<FaultKind>().Max(kind => (int)kind) + 1];

    public void Fired(FaultKind kind) => _fired[(int)kind]++;

    public int Of(FaultKind kind) => _fired[(int)kind];

    public ImmutableSortedDictionary<FaultKind, int> ToDictionary() =>
        Enum.GetValues<FaultKind>().Where(kind => Of(kind) > 0).ToImmutableSortedDictionary(kind => kind, Of);
}
