using Dike.Analyzers.Catalogue;
using Dike.Analyzers.Tests.Verification;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Dike.Analyzers.Tests.Catalogue;

public sealed class SymbolCatalogueTests
{
    private static readonly CSharpCompilation Framework = AnalyzerRun.Compile("");

    private static readonly Dictionary<string, string> RuleOfGroup = new()
    {
        ["clock"] = "DIKE0001",
        ["random"] = "DIKE0002",
        ["guid"] = "DIKE0003",
        ["io"] = "DIKE0004",
    };

    public static TheoryData<string> Ids { get; } = [.. CatalogueText.Rows.Select(row => row.DocumentationId)];

    /// <summary>Every row stands for one existing symbol, and a handler that uses it is flagged by the rule of its group.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Row_UsedInHandler_IsFlagged(string id)
    {
        CatalogueRow row = CatalogueText.Rows.Single(candidate => candidate.DocumentationId == id);
        ISymbol symbol = Assert.Single(DocumentationCommentId.GetSymbolsForDeclarationId(id, Framework));
        string use = MemberUse.Of(symbol is INamedTypeSymbol type ? MemberUse.Representative(type) : symbol);

        string[] flagged = [.. (await AnalyzerRun.DiagnosticsAsync(Verify.InMachine($"[Command] public void Bid() {{ {use} }}"))).Select(found => found.Id)];

        Assert.Contains(RuleOfGroup[row.Group], flagged);
    }

    [Fact]
    public void Rows_AreUnique() => Assert.Distinct(CatalogueText.Rows.Select(row => row.DocumentationId));

    [Theory]
    [InlineData("M:System.Guid.NewGuid", "NewGuid", false)]
    [InlineData("M:System.Random.#ctor(System.Int32)", ".ctor", false)]
    [InlineData("M:System.Linq.Enumerable.Shuffle``1(System.Collections.Generic.IEnumerable{``0})", "Shuffle", false)]
    [InlineData("T:System.Threading.Tasks.Task`1", "Task`1", true)]
    public void Row_MetadataName_IsTheSymbols(string id, string name, bool isType)
    {
        var row = new CatalogueRow("clock", Verdict.Error, id, "");
        Assert.Equal((name, isType), (row.MetadataName, row.IsType));
    }

    [Fact]
    public void Find_MemberOfDerivedType_UsesTheRowOfItsBase()
    {
        var catalogue = new SymbolCatalogue(Framework, [new CatalogueRow("io", Verdict.Error, "T:System.Net.Http.HttpMessageInvoker", "")]);
        INamedTypeSymbol client = Framework.GetTypeByMetadataName("System.Net.Http.HttpClient")!;
        Assert.NotNull(catalogue.Find(client.GetMembers("GetStringAsync")[0], null));
        Assert.Null(catalogue.Find(Framework.GetTypeByMetadataName("System.Uri")!.GetMembers("Host")[0], null));
    }
}
