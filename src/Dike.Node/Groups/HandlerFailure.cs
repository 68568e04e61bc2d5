namespace Dike.Node.Groups;

/// <summary>Tells a failure of the user's code, which is a result, from a failure of this process, which is not.</summary>
internal static class HandlerFailure
{
    /// <summary>
    /// Exceptions that tell of this process, its memory, stack or files, and not of the command: the same command may have succeeded on the other replicas.
    /// Taking one for a result would make this replica differ from them silently, which is the worst that can happen here; so it goes up and, unless it came of
    /// a query, which stores nothing, stops the replica.
    /// (A stack overflow ends the process by itself.)
    /// </summary>
    public static bool IsOfTheProcess(Exception exception) => exception
        is OutOfMemoryException
        or InsufficientExecutionStackException
        or AccessViolationException
        or ThreadInterruptedException
        or TypeInitializationException
        or TypeLoadException
        or MissingMemberException
        or BadImageFormatException
        or InvalidProgramException
        or FileLoadException
        or GroupHaltedException;
}
