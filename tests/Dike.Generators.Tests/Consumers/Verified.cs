using System.Runtime.CompilerServices;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace Dike.Generators.Tests.Consumers;

/// <summary>Compares a text with a file beside the test. A difference is shown line by line and written as <c>*.received.cs</c>, to be reviewed and renamed.</summary>
internal static class Verified
{
    public static void Matches(string received, string name, [CallerFilePath] string testFile = "")
    {
        string verifiedFile = Path.Combine(Path.GetDirectoryName(testFile)!, $"{name}.verified.cs");
        string receivedFile = Path.ChangeExtension(verifiedFile, null).Replace(".verified", ".received", StringComparison.Ordinal) + ".cs";
        string verified = File.Exists(verifiedFile) ? File.ReadAllText(verifiedFile) : "";
        if (received == verified)
        {
            File.Delete(receivedFile);
            return;
        }

        File.WriteAllText(receivedFile, received);
        IEnumerable<string> changes = InlineDiffBuilder.Diff(verified, received).Lines
            .Where(line => line.Type is ChangeType.Inserted or ChangeType.Deleted)
            .Select(line => (line.Type == ChangeType.Inserted ? "+ " : "- ") + line.Text);
        Assert.Fail($"The output differs from {verifiedFile}; if it is right, replace that file by {receivedFile}.\n" + string.Join('\n', changes));
    }
}
