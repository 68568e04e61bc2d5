using System.Buffers;
using MemoryPack;

namespace Dike.Testing.Simulation;

/// <summary>What a generated client would send, and how it would read the answer.</summary>
/// <param name="MachineName">The wire name of the machine.</param>
/// <param name="Method">The method.</param>
/// <param name="Arguments">Its encoded arguments.</param>
/// <param name="Decode">Reads the value.</param>
internal sealed record TapedCall(string MachineName, MethodContract Method, byte[] Arguments, Func<ReadOnlyMemory<byte>, long> Decode);

/// <summary>
/// Takes a call of a generated client down instead of sending it, so that simulated clients send exactly what real ones do. Single use.
/// </summary>
internal sealed class CallTape : IDikeClient, ICallChannel
{
    private TapedCall? _call;

    /// <inheritdoc/>
    public IDikeAdmin Admin => throw new NotSupportedException("A tape has no cluster to administer.");

    /// <summary>Lets <paramref name="call"/> call the machine once and gives back what it would send.</summary>
    public static TapedCall Of(Func<ISimulatedMachine, Task<long>> call)
    {
        var tape = new CallTape();
        _ = call(tape.SimulatedMachine("any"));
        Paxos.Invariant.Require(tape._call is not null);
        return tape._call;
    }

    /// <inheritdoc/>
    public TClient Get<TClient>(ClientContract<TClient> contract, string key, DikeCallOptions? options = null)
        where TClient : class => contract.Create(this);

    /// <inheritdoc/>
    public Task<TResult> CallAsync<TArguments, TResult>(
        MethodContract method, TArguments arguments, Encode<TArguments> encode, Decode<TResult> decode, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using MemoryPackWriterOptionalState state = MemoryPackWriterOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        var writer = new MemoryPackWriter<ArrayBufferWriter<byte>>(ref buffer, state);
        encode(ref writer, arguments);
        writer.Flush();
        _call = new TapedCall("simulated", method, buffer.WrittenSpan.ToArray(), value => Decode(value, decode));
        return Task.FromResult(default(TResult)!);
    }

    /// <inheritdoc/>
    public Task CallAsync<TArguments>(MethodContract method, TArguments arguments, Encode<TArguments> encode, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Every method of the simulated machine has a value.");

    private static long Decode<TResult>(ReadOnlyMemory<byte> value, Decode<TResult> decode)
    {
        using MemoryPackReaderOptionalState state = MemoryPackReaderOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        var reader = new MemoryPackReader(value.Span, state);
        return (long)(object)decode(ref reader)!;
    }
}
