namespace Dike.Generators.Tests.Consumers;

/// <summary>Machines that several tests use.</summary>
internal static class Sources
{
    public const string Counter = """
        namespace Small;

        [StateMachine]
        public sealed partial class Counter
        {
            private int count;

            [Command] public int Increment() => ++count;
        }
        """;

    public const string Arithmetic = """
        namespace Samples;

        [StateMachine]
        public sealed partial class Arithmetic
        {
            private long value;

            /// <summary>Adds to the value.</summary>
            /// <param name="n">The summand.</param>
            /// <returns>The sum.</returns>
            [Command] public Reply<long> Add(long n) => Set((Int128)value + n);

            [Command] public Reply<long> Sub(long n) => Set((Int128)value - n);

            [Command] public Reply<long> Mult(long n) => Set((Int128)value * n);

            [Command]
            public Reply<long> Div(long n)
            {
                if (n == 0) return Reply.Reject<long>("division-by-zero", "the divisor must not be 0");
                return Set((Int128)value / n);
            }

            /// <summary>Adds, and says so by mail.</summary>
            /// <param name="n">The summand.</param>
            /// <param name="to">The address.</param>
            /// <param name="context">What is known of the command.</param>
            [Command]
            public Reply<long> AddAndMail(long n, string to, CommandContext context)
            {
                value = checked(value + n);
                long sum = value;
                DateTimeOffset at = context.Time;
                return Reply.With(sum).Then(reply => GC.KeepAlive(reply.Key + to + at + sum));
            }

            [Query] public long Read() => value;

            private Reply<long> Set(Int128 result)
            {
                if (result < long.MinValue || result > long.MaxValue) return Reply.Reject<long>("overflow");
                return Reply.With(value = (long)result);
            }
        }
        """;

    /// <summary>Records, collections, private types and properties in the state.</summary>
    public const string Book = """
        namespace Samples;

        public enum Color : byte { Red = 1, Green = 2 }

        public record Order(int Id, string Name, List<Order>? Children, Color Color) { public decimal? Price { get; set; } }

        [StateMachine("orders", Scope = StateScope.Partition, Version = 3, MinVersion = 2)]
        public sealed partial class Book
        {
            private readonly Dictionary<string, Order> orders = new(StringComparer.OrdinalIgnoreCase);
            private readonly List<(int Number, string Key)> log = [];
            private Item? last;
            [Transient] private int restored;

            public SortedSet<string> Names { get; } = new(StringComparer.Ordinal);

            private struct Item { public int Count; public double[]? Weights; }

            [Command("put")]
            public void Put(string key, Order order, bool force = false)
            {
                if (force || !orders.ContainsKey(key)) orders[key] = order;
                log.Add((log.Count, key));
                Names.Add(key);
                last = new Item { Count = log.Count, Weights = [1.0, double.NaN] };
            }

            [Query(Consistency = Consistency.Stale)] public Order? Find(string key) => orders.GetValueOrDefault(key);

            [Query] public IReadOnlyList<string> Keys() => [.. Names];

            [Query] public int Restored() => restored;

            partial void OnRestored() => restored = log.Count + (last?.Count ?? 0);
        }
        """;
}
