using CsCheck;

namespace Dike.Tests.Contracts;

public sealed class CommandIdTests
{
    [Fact]
    public void ToString_Example_IsThreeHexadecimalNumbers() =>
        Assert.Equal("08da000000000001-f0e0d0c0b0a09080-c", new CommandId(0x08DA_0000_0000_0001, 0xF0E0D0C0B0A09080, 12).ToString());

    [Fact]
    public void Parse_WhatToStringWrote_GivesTheIdBack() =>
        Gen.Select(Gen.Long, Gen.ULong, Gen.ULong).Sample((start, nonce, sequence) =>
        {
            var id = new CommandId(start, nonce, sequence);
            Assert.Equal(id, CommandId.Parse(id.ToString()));
        });

    [Theory]
    [InlineData("")]
    [InlineData("1-2")]
    [InlineData("1-2-3-4")]
    [InlineData("1-2-x")]
    [InlineData("1--3")]
    [InlineData("1-2-10000000000000000")]
    public void Parse_OtherText_NamesItAndTheForm(string text)
    {
        FormatException e = Assert.Throws<FormatException>(() => CommandId.Parse(text));
        Assert.Contains($"'{text}' is not a command id; expected three hexadecimal numbers", e.Message, StringComparison.Ordinal);
    }
}
