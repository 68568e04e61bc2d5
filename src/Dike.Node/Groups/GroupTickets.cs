namespace Dike.Node.Groups;

/// <summary>The open tickets of a group as its commands see them: they live in the sessions of those who wait, replicated, so every replica says the same.</summary>
#pragma warning disable CA1001 // As for CommandRunner: the scratch lives as long as the group.
internal sealed class GroupTickets(SessionTable sessions, MachineContract contract) : TicketDesk
#pragma warning restore CA1001
{
    private readonly MachineCallScratch _scratch = new();

    public override bool IsOpen(long slot, CommandId commandId) => sessions.IsOpenTicket(slot, commandId);

    public override byte[] Encode<T>(T value)
    {
        // A scratch of its own: the one of the command that runs holds that command's own reply.
        _scratch.Begin();
        _scratch.Encode(value, contract.FindEncoder<T>());
        return _scratch.Result.ToArray();
    }
}
