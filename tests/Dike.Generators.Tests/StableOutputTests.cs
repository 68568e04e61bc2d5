using System.Globalization;
using Dike.Generators.Tests.Consumers;

namespace Dike.Generators.Tests;

/// <summary>Output follows from names and types alone: not from the order of the source, the files it lies in, or the machine that compiles it.</summary>
public sealed class StableOutputTests
{
    private const string Original = """
        public record Pair(int First, string Second);

        [StateMachine]
        public partial class M
        {
            private int beta;
            private List<Pair> alpha = [];

            [Command] public Reply<int> Add(int n, double weight = -1.5) => beta += n;
            [Query] public List<Pair> Read() => [.. alpha];
        }
        """;

    [Fact]
    public void Generate_MembersReorderedOverTwoFiles_SameText()
    {
        string expected = Consumer.Of(Original).SingleFile();
        string other = Consumer.Of(
            "public partial class M { [Query] public List<Pair> Read() => [.. alpha]; private List<Pair> alpha = []; }",
            "[StateMachine] public partial class M { [Command] public Reply<int> Add(int n, double weight = -1.5) => beta += n; private int beta; }",
            "public record Pair(int First, string Second);").SingleFile();
        Assert.Equal(expected, other);
    }

    [Theory]
    [InlineData("fi-FI")]
    [InlineData("ar-SA")]
    [InlineData("tr-TR")]
    public void Generate_OtherCulture_SameText(string culture)
    {
        string expected = Consumer.Of(Original).SingleFile();
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.Equal(expected, Consumer.Of(Original).SingleFile());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("int n", "int amount")]
    [InlineData("= -1.5", "= 2.5")]
    [InlineData("[Query]", "/// <summary>Reads.</summary>\n[Query]")]
    [InlineData("Add(int n", "Add(CommandContext context, int n")]
    [InlineData("Reply<int> Add", "int Add")]
    public void Contract_ChangeThatDoesNotReachTheWire_SameHash(string before, string after) => Assert.Equal(HashOf(Original), HashOf(Edit(before, after)));

    [Theory]
    [InlineData("int n", "long n")]
    [InlineData("List<Pair> alpha", "IReadOnlyList<Pair> alpha")]
    [InlineData("int beta", "int gamma")]
    [InlineData("Add(", "Plus(")]
    [InlineData("[Query]", "[Command]")]
    [InlineData("int First", "long First")]
    [InlineData("int First", "int Erste")]
    [InlineData("[StateMachine]", "[StateMachine(\"n\")]")]
    [InlineData("[StateMachine]", "[StateMachine(Scope = StateScope.Partition)]")]
    [InlineData("[StateMachine]", "[StateMachine(Version = 2)]")]
    [InlineData("[Query] public List<Pair>", "[Query] public Pair[]")]
    public void Contract_ChangeThatReachesTheWire_OtherHash(string before, string after) => Assert.NotEqual(HashOf(Original), HashOf(Edit(before, after)));

    private static string Edit(string before, string after)
    {
        Assert.Contains(before, Original, StringComparison.Ordinal);
        string edited = Original.Replace(before, after, StringComparison.Ordinal);
        return before == "int beta" ? edited.Replace("beta", "gamma", StringComparison.Ordinal)
            : before == "int n" ? edited.Replace("+= n", after.EndsWith('n') ? "+= (int)n" : "+= amount", StringComparison.Ordinal)
            : edited;
    }

    private static string HashOf(string source) => MachineProbe.Of(Consumer.Of(source).Load(), "M").Contract.Hash;
}
