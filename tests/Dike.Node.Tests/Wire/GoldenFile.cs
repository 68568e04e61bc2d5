using System.Runtime.CompilerServices;
using System.Text;

namespace Dike.Node.Tests.Wire;

/// <summary>
/// Compares bytes with a file of hexadecimal digits, sixteen bytes a line. A format that is on somebody's disk or wire must not change by accident; where it is meant
/// to change, the files are written anew with DIKE_WRITE_GOLDEN=1 and the difference is read.
/// </summary>
internal static class GoldenFile
{
    public static void Matches(string name, ReadOnlySpan<byte> bytes, [CallerFilePath] string caller = "")
    {
        string path = Path.Combine(Root(caller), name);
        string text = Format(bytes);
        if (Environment.GetEnvironmentVariable("DIKE_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"{path} is missing; DIKE_WRITE_GOLDEN=1 writes it");
        Assert.Equal(File.ReadAllText(path), text);
    }

    public static byte[] Read(string name, [CallerFilePath] string caller = "") =>
        Convert.FromHexString(File.ReadAllText(Path.Combine(Root(caller), name)).Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));

    private static string Root(string caller) => Path.GetDirectoryName(Path.GetDirectoryName(caller)!)!;

    private static string Format(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (int i = 0; i < bytes.Length; i++)
        {
            text.Append(bytes[i].ToString("x2", System.Globalization.CultureInfo.InvariantCulture)).Append(i % 16 == 15 || i == bytes.Length - 1 ? '\n' : ' ');
        }

        return text.ToString();
    }
}
