using System.Text;
using ArithmeticSample;

namespace Dike.EndToEnd.Tests;

public sealed class ScriptParserTests
{
    [Fact]
    public void Parse_AllOperationsCommentsAndBlankLines_GivesTheOperationsInOrder()
    {
        const string Script = "# a comment\n\nsomekey add 15\n  somekey\tsub -1   # why\r\nsomekey mult +007\nsomekey div 0\nschlüssel/🔑 read\n   # another";

        IReadOnlyList<Operation> operations = Parse(Script);

        Assert.Equal(
            ["somekey add 15", "somekey sub -1", "somekey mult 7", "somekey div 0", "schlüssel/🔑 read"], operations.Select(operation => operation.ToString()));
    }

    [Fact]
    public void Parse_ByteOrderMark_IsNoPartOfTheFirstKey() => Assert.Equal("k read", Assert.Single(Parse("\uFEFFk read")).ToString());

    [Fact]
    public void Parse_NoLines_GivesNothing() => Assert.Empty(Parse(""));

    [Theory]
    [InlineData("k", 1)]
    [InlineData("k add", 1)]
    [InlineData("k add 1 2", 1)]
    [InlineData("k read 1", 1)]
    [InlineData("k ADD 1", 1)]
    [InlineData("k pow 2", 1)]
    [InlineData("k read\nk\n", 2)]
    [InlineData("k read\n\n# c\nk add # 5\n", 4)]
    public void Parse_LineOfAnotherForm_NamesFileLineAndForm(string script, int line)
    {
        string message = Assert.Throws<MalformedScriptException>(() => Parse(script)).Message;

        Assert.StartsWith($"file.txt, line {line}: expected KEY OP [N]", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("1,000")]
    [InlineData("--1")]
    [InlineData("9223372036854775808")]
    public void Parse_NoWholeNumber_NamesTheRange(string number)
    {
        string message = Assert.Throws<MalformedScriptException>(() => Parse("k add " + number)).Message;

        Assert.Equal($"file.txt, line 1: expected a whole number from -9223372036854775808 to 9223372036854775807; found '{number}'.", message);
    }

    [Fact]
    public void Parse_NumbersAtTheEnds_AreTaken() =>
        Assert.Equal([long.MaxValue, long.MinValue], Parse("k add 9223372036854775807\nk add -9223372036854775808").Select(operation => operation.Operand));

    [Fact]
    public void Parse_KeyLengths_AreCountedInBytes()
    {
        Assert.Single(Parse(new string('k', 512) + " read"));
        Assert.Single(Parse(new string('é', 256) + " read"));
        string message = Assert.Throws<MalformedScriptException>(() => Parse(new string('é', 257) + " read")).Message;
        Assert.Equal("file.txt, line 1: expected a key of 1 to 512 bytes of UTF-8; found one of 514 bytes.", message);
    }

    [Fact]
    public void Parse_BytesThatAreNoUtf8_NameTheLine()
    {
        byte[] script = [.. "k read\nk"u8, 0xFF, .. " read\n"u8];

        string message = Assert.Throws<MalformedScriptException>(() => ScriptParser.Parse("file.txt", script)).Message;

        Assert.Equal("file.txt, line 2: expected UTF-8; found other bytes.", message);
    }

    [Fact]
    public void ParseLine_LoneSurrogate_IsRefused() =>
        Assert.Contains("lone surrogate", Assert.Throws<MalformedScriptException>(() => ScriptParser.ParseLine("x", 1, "\uD800 read")).Message, StringComparison.Ordinal);

    private static IReadOnlyList<Operation> Parse(string script) => ScriptParser.Parse("file.txt", Encoding.UTF8.GetBytes(script));
}
