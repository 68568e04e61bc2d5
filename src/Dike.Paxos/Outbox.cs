namespace Dike.Paxos;

/// <summary>
/// Where the parts of a replica put what they want done during one step: the caller's <see cref="Effects"/>, borrowed for the step.
/// The numbers it hands out are unique for the replica's boot; together with a ballot, which belongs to one boot, they are unique for good.
/// </summary>
internal sealed class Outbox
{
    private Effects? _effects;
    private long _lastNumber;

    public Effects Effects
    {
        get
        {
            Invariant.Require(_effects is not null);
            return _effects;
        }
    }

    public void Begin(Effects effects)
    {
        Invariant.Require(_effects is null);
        _effects = effects;
    }

    public void End()
    {
        Invariant.Require(_effects is not null);
        _effects = null;
    }

    /// <summary>Sends what depends on nothing unsynced.</summary>
    public void Send(ReplicaId to, PeerMessage message) => Effects.SendsNow.Add(new Send(to, message));

    /// <summary>A number for a nonce, session or round: greater than all before it.</summary>
    public long NextNumber() => ++_lastNumber;
}
