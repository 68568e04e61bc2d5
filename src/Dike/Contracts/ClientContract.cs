using System.ComponentModel;

namespace Dike;

/// <summary>A machine's contract together with the way to make its typed client. Made by generated code, one static instance per machine.</summary>
/// <typeparam name="TClient">The generated interface.</typeparam>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public sealed class ClientContract<TClient>
    where TClient : class
{
    /// <summary>Makes a client contract.</summary>
    /// <param name="machine">The machine's contract.</param>
    /// <param name="create">Makes a typed client over a channel.</param>
    public ClientContract(MachineContract machine, Func<ICallChannel, TClient> create)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(create);
        Machine = machine;
        Create = create;
    }

    /// <summary>The machine's contract.</summary>
    public MachineContract Machine { get; }

    /// <summary>Makes a typed client over a channel.</summary>
    public Func<ICallChannel, TClient> Create { get; }
}
