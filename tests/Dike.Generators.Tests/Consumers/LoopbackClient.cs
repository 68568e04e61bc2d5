namespace Dike.Generators.Tests.Consumers;

/// <summary>One call that a generated client made.</summary>
internal sealed record RecordedCall(MethodContract Method, byte[] Arguments, CancellationToken CancellationToken);

/// <summary>A client without a network: generated clients get a channel that records each call and runs it on one local machine.</summary>
internal sealed class LoopbackClient(MachineProbe probe) : IDikeClient, ICallChannel
{
    private readonly object _machine = probe.Create();

    public List<RecordedCall> Calls { get; } = [];

    public string? Key { get; private set; }

    public DikeCallOptions? Options { get; private set; }

    public MachineContract? Contract { get; private set; }

    public IDikeAdmin Admin => throw new NotSupportedException("There is no cluster behind this client.");

    public TClient Get<TClient>(ClientContract<TClient> contract, string key, DikeCallOptions? options = null)
        where TClient : class
    {
        (Contract, Key, Options) = (contract.Machine, key, options);
        return contract.Create(this);
    }

    public Task<TResult> CallAsync<TArguments, TResult>(
        MethodContract method, TArguments arguments, Encode<TArguments> encode, Decode<TResult> decode, CancellationToken cancellationToken) =>
        Task.FromResult(MachineProbe.Decode(Call(method, arguments, encode, cancellationToken), decode));

    public Task CallAsync<TArguments>(MethodContract method, TArguments arguments, Encode<TArguments> encode, CancellationToken cancellationToken)
    {
        Assert.Empty(Call(method, arguments, encode, cancellationToken));
        return Task.CompletedTask;
    }

    private byte[] Call<TArguments>(MethodContract method, TArguments arguments, Encode<TArguments> encode, CancellationToken cancellationToken)
    {
        byte[] bytes = MachineProbe.Encode(arguments, encode);
        Calls.Add(new RecordedCall(method, bytes, cancellationToken));
        return probe.Invoke(_machine, method.Tag, bytes).Value;
    }
}
