using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Dike.Generators.Tests.Codecs;

/// <summary>The content of a value as text, so that values without an equality of their own can be compared. Order of sets and dictionaries is left out.</summary>
internal static class Printed
{
    public static string Of(object? value)
    {
        switch (value)
        {
            case null:
                return "null";
            case string text:
                return $"\"{text}\"";
            case DateTime date:
                return date.ToString("O", CultureInfo.InvariantCulture) + date.Kind;
            case float or double or Half:
                return Convert.ToString(value, CultureInfo.InvariantCulture)!;
            case IFormattable scalar when value.GetType().Namespace is "System" or "System.Numerics" && !value.GetType().Name.StartsWith("ValueTuple", StringComparison.Ordinal):
                return scalar.ToString(null, CultureInfo.InvariantCulture);
            case Enum or bool or Uri or Version or char:
                return value.ToString()!;
        }

        Type type = value.GetType();
        if (type.Name == "ImmutableArray`1" && (bool)type.GetProperty("IsDefault")!.GetValue(value)!)
        {
            return "default";
        }

        if (value is IEnumerable items)
        {
            IEnumerable<string> printed = items.Cast<object?>().Select(Of);
            bool ordered = !type.Name.Contains("Dictionary", StringComparison.Ordinal) && !type.Name.Contains("Set", StringComparison.Ordinal);
            return $"[{string.Join(", ", ordered ? printed : printed.Order(StringComparer.Ordinal))}]";
        }

        IEnumerable<string> members = type.GetFields(BindingFlags.Instance | BindingFlags.Public).Select(field => $"{field.Name}={Of(field.GetValue(value))}")
            .Concat(type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(property => property.GetIndexParameters().Length == 0)
                .Select(property => $"{property.Name}={Of(property.GetValue(value))}"));
        return $"{type.Name}{{{string.Join(", ", members)}}}";
    }
}
