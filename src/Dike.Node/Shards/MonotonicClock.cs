using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Dike.Node.Shards;

/// <summary>
/// Milliseconds by a clock that nobody sets and that, on Linux, goes on while the machine is suspended. The usual one stands still then: a leader that wakes
/// up after an hour would believe its lease to be fresh. Where there is no such clock, only the comparison with the wall clock notices a suspension.
/// </summary>
internal static class MonotonicClock
{
    private const int BootTime = 7;

    /// <summary>Decided once: two clocks that count from different points must never be mixed.</summary>
    private static readonly bool HasBootTime = OperatingSystem.IsLinux() && ReadClock(BootTime, out _) == 0;

    public static long NowMs()
    {
        if (!HasBootTime)
        {
            return (long)Stopwatch.GetElapsedTime(0).TotalMilliseconds;
        }

        // The only errors there are, an unknown clock or a bad address, would have shown before.
        _ = ReadClock(BootTime, out TimeSpec time);
        return (long)time.Seconds * 1000 + time.Nanoseconds / 1_000_000;
    }

    [DllImport("libc", EntryPoint = "clock_gettime", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadClock(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
