using MemoryPack;

namespace Dike.Tests.Client;

/// <summary>What the generator would write for a small machine, by hand.</summary>
internal interface ICounter
{
    Task<long> AddAsync(long n, CancellationToken cancellationToken = default);

    Task ClearAsync(CancellationToken cancellationToken = default);

    Task<long> ReadAsync(CancellationToken cancellationToken = default);

    Task<long> StoreAsync(byte[] bytes, CancellationToken cancellationToken = default);
}

internal static class CounterContract
{
    public static readonly MethodContract Add = new(1, "Add", false, Consistency.Linearizable, "(long) -> long");
    public static readonly MethodContract Clear = new(2, "Clear", false, Consistency.Linearizable, "() -> void");
    public static readonly MethodContract Read = new(3, "Read", true, Consistency.Linearizable, "() -> long");
    public static readonly MethodContract Store = new(4, "Store", false, Consistency.Linearizable, "(byte[]) -> long");

    public static readonly ClientContract<ICounter> Contract = new(
        new MachineContract("Counter", StateScope.Key, 1, 1, "value:long", "00", Add, Clear, Read, Store), channel => new Counter(channel));

    public static byte[] ValueOf(long value) => MemoryPackSerializer.Serialize(value);

    private sealed class Counter(ICallChannel channel) : ICounter
    {
        public Task<long> AddAsync(long n, CancellationToken cancellationToken) =>
            channel.CallAsync(Add, n, static (ref writer, value) => writer.WriteUnmanaged(value), ReadLong, cancellationToken);

        public Task ClearAsync(CancellationToken cancellationToken) =>
            channel.CallAsync(Clear, default(ValueTuple), static (ref _, _) => { }, cancellationToken);

        public Task<long> ReadAsync(CancellationToken cancellationToken) =>
            channel.CallAsync(Read, default(ValueTuple), static (ref _, _) => { }, ReadLong, cancellationToken);

        public Task<long> StoreAsync(byte[] bytes, CancellationToken cancellationToken) =>
            channel.CallAsync(Store, bytes, static (ref writer, value) => writer.WriteUnmanagedArray(value), ReadLong, cancellationToken);

        private static long ReadLong(ref MemoryPackReader reader)
        {
            reader.ReadUnmanaged(out long value);
            return value;
        }
    }
}
