namespace Dike.Node.Groups;

/// <summary>What the outside world says at one instant: the cores never read a clock or draw a random number themselves.</summary>
/// <param name="UtcTicks">The wall clock.</param>
/// <param name="MonotonicMs">A clock that never goes back, for deadlines.</param>
/// <param name="Entropy">64 fresh random bits, for the seed of a batch.</param>
internal readonly record struct Moment(long UtcTicks, long MonotonicMs, ulong Entropy);

/// <summary>The process that holds a caller's request and so runs its reply delegate: a node's incarnation and boot.</summary>
/// <param name="Incarnation">The node's incarnation.</param>
/// <param name="Boot">Its start.</param>
internal readonly record struct Holder(ulong Incarnation, ulong Boot);
