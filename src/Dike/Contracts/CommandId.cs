using System.Globalization;

namespace Dike;

/// <summary>
/// The identity under which a command is applied at most once, however often it is sent: a session of 128 bits
/// (its start in log time and 64 random bits) and a sequence number within it.
/// </summary>
/// <param name="SessionStart">When the session was opened, in ticks of UTC as a node saw it.</param>
/// <param name="SessionNonce">64 random bits that tell sessions of the same instant apart.</param>
/// <param name="Sequence">The number of the command within its session, 1 or more.</param>
public readonly record struct CommandId(long SessionStart, ulong SessionNonce, ulong Sequence)
{
    /// <summary>No command: tests and contexts without a caller.</summary>
    public static CommandId None => default;

    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    /// <param name="text">Three hexadecimal numbers separated by hyphens.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException"><paramref name="text"/> is not of that form.</exception>
    public static CommandId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('-');
        if (parts.Length == 3
            && long.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long start)
            && ulong.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong nonce)
            && ulong.TryParse(parts[2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong sequence))
        {
            return new CommandId(start, nonce, sequence);
        }

        throw new FormatException($"'{text}' is not a command id; expected three hexadecimal numbers separated by hyphens, as CommandId.ToString() writes them.");
    }

    /// <summary>The id as three hexadecimal numbers separated by hyphens.</summary>
    /// <returns>A text that <see cref="Parse"/> reads back.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SessionStart:x16}-{SessionNonce:x16}-{Sequence:x}");
}
