using Dike.Analyzers.Tests.Verification;

namespace Dike.Analyzers.Tests.Rules;

public sealed class DIKE0004Tests
{
    [Fact]
    public Task Handler_WritesConsole_IsFlagged() => Verify.MachineAsync("""
        [Command] public void Bid() => {|DIKE0004:Console.WriteLine("bid")|};
        [Command] public void Ask() => {|DIKE0004:Console.Out|}.WriteLine("ask");
        """);

    [Fact]
    public Task Handler_UsesFiles_IsFlagged() => Verify.MachineAsync("""
        private string text = "";
        [Command] public void Load(string path) => text = {|DIKE0004:File.ReadAllText(path)|};
        [Command] public void Read(string path) => text = {|DIKE0004:new StreamReader(path)|}.ReadToEnd();
        [Command] public void Peek(string path) { using var file = {|DIKE0004:new FileStream(path, FileMode.Open)|}; {|DIKE0004:file.CopyTo(new MemoryStream())|}; }
        """);

    [Fact]
    public Task Handler_UsesNetworkAndProcess_IsFlagged() => Verify.MachineAsync("""
        private string text = "";
        [Command] public void Load(string url) => text = {|DIKE0004:new System.Net.Http.HttpClient().GetStringAsync(url)|}.ToString();
        [Command] public void Resolve(string host) => text = {|DIKE0004:System.Net.Dns.GetHostName()|};
        [Command] public void Run(string name) => {|DIKE0004:Process.Start(name)|};
        """);

    [Fact]
    public Task Handler_ReadsBytesItHas_IsQuiet() => Verify.MachineAsync("""
        private string text = "";
        [Command]
        public void Load(byte[] bytes)
        {
            using var reader = new StreamReader(new MemoryStream(bytes));
            text = reader.ReadToEnd() + Path.GetExtension("a.txt") + new StringReader("b").ReadLine();
        }
        """);

    [Fact]
    public Task Handler_UsesDatabase_IsFlagged() => Verify.SourceAsync("""
        public abstract class OwnConnection : System.Data.Common.DbConnection { }

        [StateMachine]
        public sealed partial class Orders
        {
            [Command] public void Save() => Store(null!);
            private static void Store(System.Data.Common.DbConnection connection) => connection.Open();
        }
        """.Replace("Store(null!)", "{|DIKE0004:Store(null!)|}", StringComparison.Ordinal));
}
