using System.Numerics;

namespace Dike;

/// <summary>
/// Random numbers that are equal on every replica: seeded from the log, never from the machine.
/// </summary>
/// <remarks>
/// xoshiro256** by David Blackman and Sebastiano Vigna ("Scrambled Linear Pseudorandom Number Generators", ACM TOMS 2021), its state filled by SplitMix64
/// as they advise. <see cref="System.Random"/> is not used because its algorithm is not promised across .NET versions, and replicas may run different ones.
/// Not for secrets.
/// </remarks>
public sealed class DeterministicRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;
    private bool _frozen;

    internal DeterministicRandom(ulong seed, ulong stream)
    {
        // The slot is mixed in before expansion so that neighbouring slots share nothing.
        ulong x = seed ^ SplitMix(ref stream);
        _s0 = SplitMix(ref x);
        _s1 = SplitMix(ref x);
        _s2 = SplitMix(ref x);
        _s3 = SplitMix(ref x);
    }

    /// <summary>A number from 0 up to, but not including, <paramref name="max"/>.</summary>
    /// <param name="max">1 or more.</param>
    /// <returns>A uniformly distributed number.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="max"/> is less than 1.</exception>
    /// <exception cref="InvalidOperationException">The command has already been applied.</exception>
    public int Next(int max) => Next(0, max);

    /// <summary>A number from <paramref name="min"/> up to, but not including, <paramref name="max"/>.</summary>
    /// <param name="min">The smallest result.</param>
    /// <param name="max">One more than the greatest result; greater than <paramref name="min"/>.</param>
    /// <returns>A uniformly distributed number.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="max"/> is not greater than <paramref name="min"/>.</exception>
    /// <exception cref="InvalidOperationException">The command has already been applied.</exception>
    public int Next(int min, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(max, min);
        return (int)(min + (long)NextBelow((ulong)((long)max - min)));
    }

    /// <summary>Any 64-bit number.</summary>
    /// <returns>A number uniformly distributed over all of <see cref="long"/>.</returns>
    /// <exception cref="InvalidOperationException">The command has already been applied.</exception>
    public long NextInt64() => (long)NextUInt64();

    /// <summary>A number from 0 up to, but not including, 1, with 53 random bits.</summary>
    /// <returns>A uniformly distributed number.</returns>
    /// <exception cref="InvalidOperationException">The command has already been applied.</exception>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Puts the items into a random order in place (Fisher-Yates).</summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="items">The items to shuffle.</param>
    /// <exception cref="InvalidOperationException">The command has already been applied.</exception>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = Next(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    internal ulong NextUInt64()
    {
        if (_frozen)
        {
            throw new InvalidOperationException("The command has been applied: its random numbers are no longer available. Draw them in the handler and capture the values.");
        }

        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    internal void Freeze() => _frozen = true;

    // Lemire's multiply-and-reject: unbiased, and the number of draws depends on the stream alone.
    private ulong NextBelow(ulong bound)
    {
        ulong high = Math.BigMul(NextUInt64(), bound, out ulong low);
        if (low < bound)
        {
            ulong threshold = (0 - bound) % bound;
            while (low < threshold)
            {
                high = Math.BigMul(NextUInt64(), bound, out low);
            }
        }

        return high;
    }

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
