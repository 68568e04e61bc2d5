using System.Globalization;
using Dike.Paxos;
using Dike.Testing.Checkers;

namespace Dike.Testing.Simulation;

/// <summary>What a replica's durable records say, kept by somebody who shares no code with those who read them in production.</summary>
internal sealed class DiskView
{
    public ConfigurationId Configuration { get; private set; } = ConfigurationId.First;

    public Ballot Promised { get; private set; }

    public Ballot Accepted { get; private set; }

    public Slot Last { get; private set; }

    public Slot Decided { get; private set; }

    /// <summary>How far the log was accepted in <see cref="Accepted"/>: what is only learned as decided is no vote.</summary>
    private Slot Voted { get; set; }

    public void Apply(LogWrite write)
    {
        switch (write)
        {
            case PromiseWrite promise:
                Promised = promise.Promised;
                break;
            case AcceptWrite accept:
                Last = Voted = accept.Batches[^1].Last;
                break;
            case SyncWrite sync:
                Promised = Accepted = sync.Accepted;
                Last = Voted = sync.Batches.IsEmpty ? sync.Keep : sync.Batches[^1].Last;
                break;
            case DecidedWrite decided:
                Decided = decided.Decided;
                break;
            case LearnWrite learn:
                Last = Decided = learn.Batches[^1].Last;
                break;
            case ConfigurationWrite enter:
                Configuration = enter.Configuration;
                Promised = Accepted = Ballot.None;
                Last = Decided;
                Voted = Slot.None;
                break;
            case SnapshotWrite snapshot when snapshot.Snapshot.Slot > Decided:
                Decided = snapshot.Snapshot.Slot;
                Last = Last > Decided ? Last : Decided;
                break;
        }
    }

    public DurableVote ToVote() => new(new Epoch(Configuration, Promised), new Epoch(Configuration, Accepted), Voted, Decided);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"promised {Promised}, accepted {Accepted} through {Last} in {Configuration}");
}
