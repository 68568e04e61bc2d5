using System.ComponentModel;

namespace Dike;

/// <summary>What a generated client needs: one key of one machine to send calls to. Implemented by <see cref="IDikeClient"/>'s implementations and by fakes.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public interface ICallChannel
{
    /// <summary>Sends one call and waits for its value.</summary>
    /// <typeparam name="TArguments">The arguments: nothing (<see cref="ValueTuple"/>), the one parameter's type, or a tuple of all.</typeparam>
    /// <typeparam name="TResult">The value's type.</typeparam>
    /// <param name="method">The command or query.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="encode">Writes the arguments.</param>
    /// <param name="decode">Reads the value.</param>
    /// <param name="cancellationToken">Stops the waiting, not the command.</param>
    /// <returns>The value.</returns>
    Task<TResult> CallAsync<TArguments, TResult>(
        MethodContract method, TArguments arguments, Encode<TArguments> encode, Decode<TResult> decode, CancellationToken cancellationToken);

    /// <summary>Sends one call that has no value and waits for its end.</summary>
    /// <typeparam name="TArguments">The arguments: nothing (<see cref="ValueTuple"/>), the one parameter's type, or a tuple of all.</typeparam>
    /// <param name="method">The command.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="encode">Writes the arguments.</param>
    /// <param name="cancellationToken">Stops the waiting, not the command.</param>
    /// <returns>A task that ends with the call.</returns>
    Task CallAsync<TArguments>(MethodContract method, TArguments arguments, Encode<TArguments> encode, CancellationToken cancellationToken);
}
