namespace Dike;

/// <summary>
/// Which command runs on this thread, for <see cref="Reply.Defer{T}"/>, which has no context to ask. Set by the runtime around each handler, which is
/// synchronous and never leaves its thread. Outside a host, in a unit test, tickets are numbered by the process, so that each is another.
/// </summary>
internal static class DeferralScope
{
    [ThreadStatic]
    private static long s_slot;

    [ThreadStatic]
    private static CommandId s_commandId;

    private static long s_lastUnhosted;

    public static void Enter(long slot, CommandId commandId)
    {
        s_slot = slot;
        s_commandId = commandId;
    }

    public static void Leave() => Enter(0, CommandId.None);

    public static Deferred<T> Take<T>() => s_slot > 0 ? new Deferred<T>(s_slot, s_commandId) : new Deferred<T>(Interlocked.Increment(ref s_lastUnhosted), CommandId.None);
}
