using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>
/// Reads one plan line, once, from left to right. It knows only the grammar; whether the plan makes sense is said by <see cref="PlanRules"/>. Every refusal names
/// the column, counted from 1, because plan lines are long.
/// </summary>
/// <param name="line">The line.</param>
internal sealed class PlanReader(string line)
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);

    /// <summary>The plan.</summary>
    /// <exception cref="PlanFormatException">The line is not a plan.</exception>
    public FaultPlan Read()
    {
        SplitFields();
        return new FaultPlan(
            Number<long>("seed"), Number<int>("nodes"), Number<int>("replicas"), Number<int>("groups"), Number<int>("clients"), Number<int>("commands"),
            Number<int>("snapshot"), Number<long>("until"), ReadFaults());
    }

    private void SplitFields()
    {
        for (int start = 0; start < line.Length;)
        {
            int end = line.IndexOf(' ', start);
            end = end < 0 ? line.Length : end;
            if (end > start)
            {
                AddField(line[start..end], start);
            }

            start = end + 1;
        }

        foreach (string name in PlanText.Fields.Append(PlanText.FaultsField))
        {
            if (!_fields.ContainsKey(name))
            {
                throw new PlanFormatException($"'{name}=' is missing: a plan has {string.Join(", ", PlanText.Fields)} and {PlanText.FaultsField}.");
            }
        }
    }

    private void AddField(string text, int start)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        if (equals < 0 || !(PlanText.Fields.Contains(name) || name == PlanText.FaultsField))
        {
            throw Refuse(start, text, $"a field: {string.Join(", ", PlanText.Fields)} or {PlanText.FaultsField}, each as name=value");
        }

        if (!_fields.TryAdd(name, text[(equals + 1)..]))
        {
            throw Refuse(start, text, $"'{name}' once only");
        }

        _columns[name] = start + equals + 1;
    }

    private T Number<T>(string field)
        where T : struct, IBinaryInteger<T> => Number<T>(_fields[field], _columns[field]);

    private static T Number<T>(string text, int start)
        where T : struct, IBinaryInteger<T> =>
        T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T value) ? value : throw Refuse(start, text, "a whole number");

    private ImmutableArray<PlannedFault> ReadFaults()
    {
        string text = _fields[PlanText.FaultsField];
        if (text == PlanText.NoFaults)
        {
            return [];
        }

        ImmutableArray<PlannedFault>.Builder faults = ImmutableArray.CreateBuilder<PlannedFault>();
        int start = _columns[PlanText.FaultsField];
        foreach (string fault in text.Split(';'))
        {
            faults.Add(ReadFault(fault, start));
            start += fault.Length + 1;
        }

        return faults.ToImmutable();
    }

    private static PlannedFault ReadFault(string text, int start)
    {
        int at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
        {
            throw Refuse(start, text, $"a fault as kind@begin+length:details, or '{PlanText.NoFaults}' alone");
        }

        if (!FaultKindNames.TryParse(text[..at], out FaultKind kind))
        {
            throw Refuse(start, text[..at], $"a kind of fault: {string.Join(", ", FaultKindNames.All)}");
        }

        int colon = text.IndexOf(':', at);
        int timesEnd = colon < 0 ? text.Length : colon;
        int plus = text.IndexOf('+', at, timesEnd - at);
        int beginEnd = plus < 0 ? timesEnd : plus;
        var fault = new PlannedFault(
            kind, Number<long>(text[(at + 1)..beginEnd], start + at + 1), plus < 0 ? 0 : Number<long>(text[(plus + 1)..timesEnd], start + plus + 1));
        return colon < 0 ? fault : ReadDetails(fault, text[(colon + 1)..], start + colon + 1);
    }

    private static PlannedFault ReadDetails(PlannedFault fault, string text, int start)
    {
        string names = "";
        foreach (string detail in text.Split(','))
        {
            if (detail.Length == 0 || names.Contains(detail[0], StringComparison.Ordinal))
            {
                throw Refuse(start, detail, "a detail: n, o, r or v, each once and followed by its number");
            }

            names += detail[0];
            string value = detail[1..];
            fault = detail[0] switch
            {
                'n' => fault with { Node = Number<int>(value, start + 1) },
                'o' => fault with { Other = Number<int>(value, start + 1) },
                'v' => fault with { Variant = Number<long>(value, start + 1) },
                'r' => fault with { Rate = Rate(value, start + 1) },
                _ => throw Refuse(start, detail, "a detail: n (node), o (other node), r (rate) or v (variant)"),
            };
            start += detail.Length + 1;
        }

        return fault;
    }

    private static double Rate(string text, int start) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) ? value : throw Refuse(start, text, "a number");

    private static PlanFormatException Refuse(int start, string text, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"column {start + 1}, '{text}': expected {expected}."));
}
