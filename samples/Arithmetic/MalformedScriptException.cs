using System.Globalization;

namespace ArithmeticSample;

/// <summary>A line of a script is not of the form. The message names where it stands, what was expected and what is there.</summary>
internal sealed class MalformedScriptException(string source, int line, string expected, string found)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"{source}, line {line}: expected {expected}; found {found}."));
