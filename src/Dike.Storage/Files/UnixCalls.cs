using System.Runtime.InteropServices;
using Dike.Paxos;
using Microsoft.Win32.SafeHandles;

namespace Dike.Storage.Files;

/// <summary>
/// The two system calls that .NET does not offer: opening with O_DSYNC and O_DIRECT (its WriteThrough is O_SYNC, which also waits for the file's times),
/// and syncing a directory. Only existing paths are opened, so that the variadic mode argument of <c>open</c> is never passed.
/// </summary>
internal static partial class UnixCalls
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int LinuxCloseOnExec = 0x80000;
    private const int LinuxDataSync = 0x1000;
    private const int LinuxDirectX64 = 0x4000;
    private const int LinuxDirectArm64 = 0x10000;
    private const int InvalidArgument = 22;
    private const int NotSupported = 95;

    /// <summary>Whether the numbers above are known to be those of this machine.</summary>
    public static bool CanOpenSynced => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Opens an existing file for reading and synced writing.</summary>
    /// <returns>Null if the file system refuses the flags.</returns>
    public static SafeFileHandle? TryOpenSynced(string path, bool direct)
    {
        Invariant.Require(CanOpenSynced);
        int directFlag = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? LinuxDirectX64 : LinuxDirectArm64;
        int descriptor = Open(path, ReadWrite | LinuxCloseOnExec | LinuxDataSync | (direct ? directFlag : 0));
        if (descriptor >= 0)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        int error = Marshal.GetLastPInvokeError();
        return error is InvalidArgument or NotSupported ? null : throw Failed("open", path, error);
    }

    public static void SyncDirectory(string path)
    {
        int descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw Failed("open", path, Marshal.GetLastPInvokeError());
        }

        using SafeFileHandle handle = new(descriptor, ownsHandle: true);
        if (Sync(handle) != 0)
        {
            throw Failed("sync", path, Marshal.GetLastPInvokeError());
        }
    }

    private static IOException Failed(string verb, string path, int error) =>
        new($"Cannot {verb} '{path}': {Marshal.GetPInvokeErrorMessage(error)} (error {error}).");

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle descriptor);
}
