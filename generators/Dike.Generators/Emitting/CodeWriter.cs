using System.Text;

namespace Dike.Generators.Emitting;

/// <summary>Indented source text with <c>\n</c> newlines on every platform. Callers pass text that is already independent of culture.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Writes a line, or several; empty ones stay without indentation.</summary>
    public CodeWriter Line(string text = "")
    {
        foreach (string line in text.Replace("\r", "").Split('\n'))
        {
            _text.Append(' ', line.Length == 0 ? 0 : _depth * 4).Append(line).Append('\n');
        }

        return this;
    }

    /// <summary>Writes a header and an opening brace, and indents what follows.</summary>
    public CodeWriter Open(string header) => Line(header).OpenBlock();

    /// <summary>Writes an opening brace alone, and indents what follows.</summary>
    public CodeWriter OpenBlock()
    {
        Line("{");
        _depth++;
        return this;
    }

    /// <summary>Ends a block. A blank line before it is dropped, so that members can all end with one.</summary>
    public CodeWriter Close(string suffix = "")
    {
        _depth--;
        if (_text.Length > 1 && _text[_text.Length - 1] == '\n' && _text[_text.Length - 2] == '\n')
        {
            _text.Length--;
        }

        return Line("}" + suffix);
    }

    public override string ToString() => _text.ToString();
}
