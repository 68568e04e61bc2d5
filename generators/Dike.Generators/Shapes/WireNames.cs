using System.Security.Cryptography;
using System.Text;

namespace Dike.Generators.Shapes;

/// <summary>How names and numbers on the wire are made and what they may look like.</summary>
internal static class WireNames
{
    public const int LongestName = 128;

    /// <summary>1 to 128 characters, letters, digits, <c>-</c>, <c>_</c> and <c>.</c>: names become parts of file names and URLs.</summary>
    public static bool IsLegal(string name) =>
        name.Length is >= 1 and <= LongestName && name.All(character => char.IsLetterOrDigit(character) || character is '-' or '_' or '.');

    /// <summary>The number of a method: the first four bytes, big-endian, of the SHA-256 of its wire name in UTF-8.</summary>
    public static uint TagOf(string wireName)
    {
        byte[] hash = HashOf(wireName);
        return ((uint)hash[0] << 24) | ((uint)hash[1] << 16) | ((uint)hash[2] << 8) | hash[3];
    }

    /// <summary>The SHA-256 of a text in UTF-8, in lower-case hexadecimal.</summary>
    public static string HexHashOf(string text)
    {
        const string Digits = "0123456789abcdef";
        var hex = new StringBuilder(64);
        foreach (byte value in HashOf(text))
        {
            hex.Append(Digits[value >> 4]).Append(Digits[value & 15]);
        }

        return hex.ToString();
    }

    private static byte[] HashOf(string text)
    {
        using var sha256 = SHA256.Create();
        return sha256.ComputeHash(Encoding.UTF8.GetBytes(text));
    }
}
