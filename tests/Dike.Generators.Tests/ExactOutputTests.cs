using Dike.Generators.Tests.Consumers;

namespace Dike.Generators.Tests;

/// <summary>The text of the output, to the letter: a change of it is a change of every user's code and is read as a diff.</summary>
public sealed class ExactOutputTests
{
    [Fact]
    public void Generate_SmallMachine_ExactText() => Verified.Matches(Consumer.Of(Sources.Counter).SingleFile(), "Counter");

    [Fact]
    public void Generate_Arithmetic_ExactText() => Verified.Matches(Consumer.Of(Sources.Arithmetic).SingleFile(), "Arithmetic");
}
