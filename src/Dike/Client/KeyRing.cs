using System.IO.Hashing;
using System.Text;

namespace Dike;

/// <summary>Maps keys to partitions: XxHash3-64 (seed 0) of the key's UTF-8 on a ring of 2^64 points, cut into equal arcs. The same on every platform.</summary>
/// <remarks>Cluster and clients must agree on it for good: a change would send keys to partitions that do not hold them.</remarks>
internal static class KeyRing
{
    /// <summary>The longest key in UTF-8 bytes.</summary>
    public const int MaxKeyBytes = 512;

    /// <summary>The partition of a key.</summary>
    /// <exception cref="ArgumentException">The key is empty, too long, or has a lone surrogate.</exception>
    public static int PartitionOf(string key, int partitions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        if (Invalid(key) is string wrong)
        {
            throw new ArgumentException(wrong, nameof(key));
        }

        Span<byte> utf8 = stackalloc byte[MaxKeyBytes];
        ulong point = XxHash3.HashToUInt64(utf8[..Encoding.UTF8.GetBytes(key, utf8)], seed: 0);

        // point · partitions / 2^64: equal arcs without the bias of a remainder.
        return (int)Math.BigMul(point, (ulong)partitions, out _);
    }

    /// <summary>Why a key is not legal, or null.</summary>
    public static string? Invalid(string key)
    {
        if (key.Length == 0)
        {
            return "A key must not be empty.";
        }

        // No character takes less than one byte, so a longer text need not be measured.
        int bytes = key.Length <= MaxKeyBytes ? Encoding.UTF8.GetByteCount(key) : key.Length;
        if (bytes > MaxKeyBytes)
        {
            return $"A key must not be longer than {MaxKeyBytes} bytes of UTF-8; this one takes at least {bytes}.";
        }

        for (int at = 0; at < key.Length; at++)
        {
            if (!char.IsSurrogate(key[at]))
            {
                continue;
            }

            if (at + 1 >= key.Length || !char.IsSurrogatePair(key[at], key[at + 1]))
            {
                return $"A key must be text that UTF-8 can carry; the character at {at} is a lone surrogate.";
            }

            at++;
        }

        return null;
    }
}
