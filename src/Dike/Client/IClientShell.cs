using Dike.Wire;

namespace Dike.Client;

/// <summary>
/// What <see cref="ClientCore"/> needs done. Calls come while the core is being called; none may call back into the core before it returns, none may block.
/// </summary>
internal interface IClientShell
{
    /// <summary>Starts to connect; ends with <see cref="ClientCore.OnConnected"/> or <see cref="ClientCore.OnDown"/> of the same link id.</summary>
    void Connect(long linkId, string address);

    /// <summary>Sends on a link; false if it was certainly not sent.</summary>
    bool Send(long linkId, Frame frame);

    /// <summary>Cuts a link. The core has forgotten the link id already.</summary>
    void Disconnect(long linkId, string address, string reason);

    /// <summary>Ends a call: either <paramref name="reply"/> or <paramref name="error"/> is there.</summary>
    void Complete(long callId, Frame? reply, Exception? error);
}
