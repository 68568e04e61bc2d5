using System.Buffers;
using Dike.Wire;
using MemoryPack;

namespace Dike.Client;

/// <summary>
/// One key of one machine, as generated clients see it: encodes arguments, sends, decodes the value. Holds no connection and no state but the command id
/// that its caller chose for the next command.
/// </summary>
internal sealed class KeyChannel : ICallChannel
{
    // Buffers above this size are dropped after use: one large call must not hold memory for good.
    private const int MaxKeptBytes = 64 << 10;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    private readonly ClientShell _shell;
    private readonly MachineContract _machine;
    private readonly string _key;
    private readonly string _ring;
    private readonly TimeSpan _timeout;
    private readonly Consistency? _consistency;
    private readonly TimeSpan _maxStaleness;
    private object? _nextCommandId;

    /// <exception cref="ArgumentException">The key or an option is not legal.</exception>
    public KeyChannel(ClientShell shell, MachineContract machine, string key, DikeCallOptions? options)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (KeyRing.Invalid(key) is string wrong)
        {
            throw Fail.BadKey(wrong, nameof(key));
        }

        if (options?.Timeout is TimeSpan timeout && timeout <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(options), timeout, "DikeCallOptions.Timeout must be greater than zero.");
        }

        if (options?.CommandId is CommandId id && (id.Sequence == 0 || id.SessionStart < 0))
        {
            throw Fail.BadCommandId(id, nameof(options));
        }

        if (options?.MaxStaleness is TimeSpan bound && bound < TimeSpan.FromMilliseconds(1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), bound, "DikeCallOptions.MaxStaleness must be one millisecond or more.");
        }

        _shell = shell;
        _machine = machine;
        _key = key;
        _ring = options?.Ring ?? machine.Name;
        _timeout = options?.Timeout < shell.Settings.Timeout ? options.Timeout.Value : shell.Settings.Timeout;
        _consistency = options?.Consistency;
        _maxStaleness = options?.MaxStaleness ?? TimeSpan.Zero;
        _nextCommandId = options?.CommandId;
    }

    public async Task<TResult> CallAsync<TArguments, TResult>(
        MethodContract method, TArguments arguments, Encode<TArguments> encode, Decode<TResult> decode, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(decode);
        CallResult result = await SendAsync(method, arguments, encode, cancellationToken).ConfigureAwait(false);
        return DecodeValue(method, result, decode);
    }

    public Task CallAsync<TArguments>(MethodContract method, TArguments arguments, Encode<TArguments> encode, CancellationToken cancellationToken) =>
        SendAsync(method, arguments, encode, cancellationToken);

    private async Task<CallResult> SendAsync<TArguments>(
        MethodContract method, TArguments arguments, Encode<TArguments> encode, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(encode);
        byte[] encoded = EncodeArguments(arguments, encode);
        CommandId? userId = method.IsQuery ? null : (CommandId?)Interlocked.Exchange(ref _nextCommandId, null);
        var request = new KeyedRequest(_ring, _machine.Name, method, _consistency ?? method.Consistency, _key, encoded, userId)
        {
            Timeout = _timeout,
            MaxStaleness = _maxStaleness,
        };
        return (CallResult)await _shell.CallAsync(request, cancellationToken).ConfigureAwait(false);
    }

    // What a codec throws (a value it refuses, a collection beyond its limits) goes to the caller as it is: nothing has been sent.
    private static byte[] EncodeArguments<TArguments>(TArguments arguments, Encode<TArguments> encode)
    {
        ArrayBufferWriter<byte> buffer = _buffer ?? new ArrayBufferWriter<byte>(256);

        // Taken while in use: a codec of the user's own may call a client.
        _buffer = null;
        buffer.ResetWrittenCount();
        using (MemoryPackWriterOptionalState state = MemoryPackWriterOptionalStatePool.Rent(MemoryPackSerializerOptions.Default))
        {
            var writer = new MemoryPackWriter<ArrayBufferWriter<byte>>(ref buffer, state);
            encode(ref writer, arguments);
            writer.Flush();
        }

        byte[] encoded = buffer.WrittenSpan.ToArray();
        _buffer = buffer.Capacity <= MaxKeptBytes ? buffer : null;
        return encoded;
    }

    private static TResult DecodeValue<TResult>(MethodContract method, CallResult result, Decode<TResult> decode)
    {
        using MemoryPackReaderOptionalState state = MemoryPackReaderOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        var reader = new MemoryPackReader(result.Value.Span, state);
        try
        {
            return decode(ref reader);
        }
        catch (MemoryPackSerializationException e)
        {
            throw Fail.BadValue(method, CommandId.None, method.IsQuery ? Outcome.NotApplied : Outcome.Applied, e);
        }
        finally
        {
            reader.Dispose();
        }
    }
}
