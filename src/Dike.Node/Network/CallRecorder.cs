using System.Buffers;
using Dike.Paxos;
using MemoryPack;

namespace Dike.Node.Network;

/// <summary>
/// A client that writes down one call instead of sending it: the node speaks to its own directory through the generated client and so with the
/// same bytes as everybody else.
/// </summary>
internal sealed class CallRecorder : IDikeClient, ICallChannel
{
    private MethodContract? _method;
    private byte[] _arguments = [];

    /// <summary>The method that was called.</summary>
    public MethodContract Method
    {
        get
        {
            Invariant.Require(_method is not null);
            return _method;
        }
    }

    /// <summary>Its arguments.</summary>
    public ReadOnlyMemory<byte> Arguments => _arguments;

    /// <inheritdoc/>
    public IDikeAdmin Admin => throw new NotSupportedException("A recorder has no cluster to administer.");

    /// <inheritdoc/>
    public TClient Get<TClient>(ClientContract<TClient> contract, string key, DikeCallOptions? options = null)
        where TClient : class => contract.Create(this);

    /// <inheritdoc/>
    public Task<TResult> CallAsync<TArguments, TResult>(
        MethodContract method, TArguments arguments, Encode<TArguments> encode, Decode<TResult> decode, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A recorder has no values to give back.");

    /// <inheritdoc/>
    public Task CallAsync<TArguments>(MethodContract method, TArguments arguments, Encode<TArguments> encode, CancellationToken cancellationToken)
    {
        Invariant.Require(_method is null);
        var buffer = new ArrayBufferWriter<byte>();
        using MemoryPackWriterOptionalState state = MemoryPackWriterOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        var writer = new MemoryPackWriter<ArrayBufferWriter<byte>>(ref buffer, state);
        encode(ref writer, arguments);
        writer.Flush();
        (_method, _arguments) = (method, buffer.WrittenSpan.ToArray());
        return Task.CompletedTask;
    }
}
