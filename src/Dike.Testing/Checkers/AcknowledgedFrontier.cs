using Dike.Paxos;

namespace Dike.Testing.Checkers;

/// <summary>
/// How far a group's log was known to some client at each instant: the greatest slot that an answer had told of. What is called later must come behind it, what
/// is read later must contain it. Answers are added in the order of their return. Owned by the <see cref="WitnessChecker"/>.
/// </summary>
internal sealed class AcknowledgedFrontier
{
    private readonly List<(long At, long Slot, Operation By)> _steps = [];

    /// <summary>An answer at <paramref name="at"/> told of <paramref name="slot"/>.</summary>
    public void Add(long at, long slot, Operation by)
    {
        Invariant.Require(_steps.Count == 0 || at >= _steps[^1].At, $"{at} after {(_steps.Count == 0 ? 0 : _steps[^1].At)}");
        if (_steps.Count == 0 || slot > _steps[^1].Slot)
        {
            _steps.Add((at, slot, by));
        }
    }

    /// <summary>The greatest slot that was told of strictly before <paramref name="time"/>, and the answer that told; slot 0 and null if none was.</summary>
    public (long Slot, Operation? By) Before(long time)
    {
        int low = 0;
        int high = _steps.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _steps[middle].At < time ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? (0, null) : (_steps[low - 1].Slot, _steps[low - 1].By);
    }
}
