namespace Dike;

/// <summary>What a command's context knows of the group's open tickets. Implemented by the host; a context without a host has none and takes every ticket for open.</summary>
internal abstract class TicketDesk
{
    /// <summary>Whether a caller may still be answered by this ticket.</summary>
    public abstract bool IsOpen(long slot, CommandId commandId);

    /// <summary>The value as the deferring command would have written it.</summary>
    public abstract byte[] Encode<T>(T value);
}
