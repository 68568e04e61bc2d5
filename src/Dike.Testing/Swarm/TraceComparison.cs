using System.Globalization;

namespace Dike.Testing.Swarm;

/// <summary>Where two traces of one plan part: takes the first as a whole, then the second line by line, and keeps the first difference only.</summary>
internal sealed class TraceComparison
{
    private readonly List<string> _first = [];
    private int _compared;

    /// <summary>The first difference in words, or null as long as there is none.</summary>
    public string? Difference { get; private set; }

    /// <summary>A line of the first trace.</summary>
    public void AddFirst(string line) => _first.Add(line);

    /// <summary>A line of the second trace.</summary>
    public void AddSecond(string line)
    {
        string? expected = _compared < _first.Count ? _first[_compared] : null;
        _compared++;
        if (expected != line)
        {
            Difference ??= Describe(_compared, expected, line);
        }
    }

    /// <summary>The second trace has ended, too.</summary>
    public void End()
    {
        if (_compared < _first.Count)
        {
            Difference ??= Describe(_compared + 1, _first[_compared], null);
        }
    }

    private static string Describe(int number, string? first, string? second) =>
        string.Create(CultureInfo.InvariantCulture, $"line {number} is '{first ?? "(no line)"}' in one run and '{second ?? "(no line)"}' in the other");
}
