namespace Dike.Node.Network;

/// <summary>Remembers what was said, so that somebody who tries again and again costs one line. Bounded: forgets everything when full.</summary>
internal sealed class OnceLog
{
    private const int Capacity = 1024;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>Whether this was not said yet; it counts as said from now on.</summary>
    public bool IsNew(string text)
    {
        lock (_gate)
        {
            if (_said.Count >= Capacity)
            {
                _said.Clear();
            }

            return _said.Add(text);
        }
    }
}
