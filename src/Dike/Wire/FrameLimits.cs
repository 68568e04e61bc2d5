using System.Text;

namespace Dike.Wire;

/// <summary>
/// The largest legal value of every field of a frame. Checked on both sides: <see cref="Frame.Invalid"/> of a received frame,
/// <see cref="Shorten"/> for texts that we write for people.
/// </summary>
internal static class FrameLimits
{
    /// <summary>Names of clusters, nodes, rings and machines, in UTF-8 bytes.</summary>
    public const int MaxNameBytes = 256;

    /// <summary>Addresses (<c>host:port</c>), in UTF-8 bytes.</summary>
    public const int MaxAddressBytes = 512;

    /// <summary>Rejection codes and exception types, in UTF-8 bytes.</summary>
    public const int MaxCodeBytes = 1024;

    /// <summary>Messages for people, in UTF-8 bytes.</summary>
    public const int MaxMessageBytes = 8192;

    /// <summary>State hashes in hexadecimal.</summary>
    public const int MaxHashBytes = 128;

    public const int MaxNodes = 4096;

    public const int MaxRings = 4096;

    public const int MaxPartitions = 4096;

    /// <summary>Members of a group: the API allows 5; a change of members may show both configurations.</summary>
    public const int MaxMembers = 16;

    /// <summary>The text itself, or as many of its characters as fit into <paramref name="maxBytes"/> with an ellipsis.</summary>
    public static string Shorten(string text, int maxBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= maxBytes)
        {
            return text;
        }

        const string Ellipsis = "…";
        int budget = maxBytes - Encoding.UTF8.GetByteCount(Ellipsis);
        int end = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            budget -= rune.Utf8SequenceLength;
            if (budget < 0)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        return string.Concat(text.AsSpan(0, end), Ellipsis);
    }

    /// <summary>Why a name is not legal, or null. Empty names are legal only where the field may be left open.</summary>
    public static string? InvalidName(string name, string what, bool mayBeEmpty = false)
    {
        if (name.Length == 0)
        {
            return mayBeEmpty ? null : $"the {what} is empty";
        }

        foreach (char character in name)
        {
            if (char.IsControl(character))
            {
                return $"the {what} has a control character";
            }
        }

        return null;
    }
}
