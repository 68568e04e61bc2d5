using Dike.Node.Groups;
using Dike.Node.Groups.Divergence;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Tests.Groups.Divergence;

/// <summary>Replicas that came to something else, in whole groups; and that replicas that did not are never accused.</summary>
public sealed class DivergenceTests
{
    private readonly GroupHarness _harness = new(3, options: new GroupOptions { CheckpointEverySlots = 4 });

    [Fact]
    public void Checkpoints_HealthyGroup_AllComeToTheSame()
    {
        var seen = new Dictionary<long, UInt128>();
        int told = 0;
        foreach (HarnessNode node in _harness.Nodes)
        {
            node.Report = checkpoint =>
            {
                told++;
                Assert.Equal(checkpoint.Chain, seen.TryGetValue(checkpoint.Slot.Value, out UInt128 first) ? first : checkpoint.Chain);
                seen[checkpoint.Slot.Value] = checkpoint.Chain;
                return checkpoint;
            };
        }

        Work(12);
        _harness.HashOfAll();

        Assert.True(told >= 9, $"{told} reports");
        Assert.All(seen, checkpoint => Assert.Single(seen.Values, chain => chain == checkpoint.Value));
        Assert.All(_harness.Nodes, node => Assert.Empty(node.Differences));
    }

    [Fact]
    public void Checkpoints_OneReplicaLies_TheOthersNoteIt()
    {
        HarnessNode liar = _harness.Nodes.First(node => node != _harness.ElectLeader());
        liar.Report = checkpoint => checkpoint with { Chain = checkpoint.Chain + 1 };

        Work(8);

        foreach (HarnessNode node in _harness.Nodes.Where(node => node != liar))
        {
            Assert.Equal(liar.Id, Assert.Single(node.Differences).Member);
        }
    }

    [Fact]
    public void Checkpoints_TheOthersAgreeOnSomethingElse_ThisReplicaHalts()
    {
        HarnessNode leader = _harness.ElectLeader();
        HarnessNode[] others = [.. _harness.Nodes.Where(node => node != leader)];
        leader.HashReported(others[0].Id, new Checkpoint(new Slot(4), 1, null));
        leader.HashReported(others[1].Id, new Checkpoint(new Slot(4), 1, null));

        GroupHaltedException halted = Assert.Throws<GroupHaltedException>(() => Work(8));

        Assert.Equal(new Slot(4), halted.Slot);
        Assert.Contains("differs from 2 of 3 members", halted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoints_RestartedReplica_RepeatsWhatItCameTo()
    {
        Work(12);
        foreach (HarnessNode node in _harness.Nodes)
        {
            _harness.Crash(node);
            _harness.Start(node);
            _harness.RunUntil(() => node.Core.Applied.Value >= 12);
        }

        Work(4);
        Assert.All(_harness.Nodes, node => Assert.Empty(node.Differences));
    }

    [Fact]
    public void Checkpoints_IdleGroup_TellsNothing()
    {
        Work(8);
        int told = 0;
        Array.ForEach(_harness.Nodes, node => node.Report = checkpoint =>
        {
            told++;
            return checkpoint;
        });

        for (int tick = 0; tick < 100; tick++)
        {
            _harness.TickAll();
            _harness.Settle();
        }

        Assert.Equal(0, told);
    }

    [Fact]
    public void Chain_EveryKindOfOutcome_ChangesIt()
    {
        var seen = new HashSet<UInt128>();
        StoredResult?[] results =
        [
            null,
            StoredResult.Done(new Slot(1), default),
            StoredResult.Done(new Slot(1), new byte[] { 1 }),
            StoredResult.Done(new Slot(1), new byte[] { 1, 0 }),
            StoredResult.Rejected(new Slot(1), "a", "text"),
            StoredResult.Rejected(new Slot(1), "b", "text"),
            StoredResult.Failed(new Slot(1), new InvalidOperationException()),
            StoredResult.Failed(new Slot(1), new ArgumentException()),
            StoredResult.Deferred(new Slot(1)),
        ];
        foreach (StoredResult? result in results)
        {
            Assert.True(seen.Add(After(chain => chain.Advance(new Slot(1), Admission.Execute, result, []))), $"{result}");
        }

        Assert.True(seen.Add(After(chain => chain.Advance(new Slot(2), Admission.Execute, results[1], []))));
        Assert.True(seen.Add(After(chain => chain.Advance(new Slot(1), Admission.Expired, null, []))));
        Assert.True(seen.Add(After(chain => chain.Advance(new Slot(1), LogEntryKind.RaiseVersion, 1))));
        Assert.True(seen.Add(After(chain => chain.Advance(new Slot(1), LogEntryKind.RaiseVersion, 2))));
        Assert.True(seen.Add(After(chain => chain.Advance(new Slot(1), LogEntryKind.SkipSlot, 1))));
    }

    [Fact]
    public void Chain_TextsOfExceptionsAndComputedValues_DoNotChangeIt()
    {
        StoredResult failed = StoredResult.Failed(new Slot(1), new InvalidOperationException("one"));
        StoredResult computed = StoredResult.Computed(new Slot(1));

        Assert.Equal(
            After(chain => chain.Advance(new Slot(1), Admission.Execute, failed, [])),
            After(chain => chain.Advance(new Slot(1), Admission.Execute, failed with { LocalMessage = "another" }, [])));
        Assert.Equal(
            After(chain => chain.Advance(new Slot(1), Admission.Execute, computed, [])),
            After(chain => chain.Advance(new Slot(1), Admission.Execute, computed with { Value = new byte[] { 1 }, Reply = new RunningReply() }, [])));
    }

    [Fact]
    public void Chain_KnownBytes_GiveTheKnownValue()
    {
        var chain = new ResultChain();
        chain.Advance(new Slot(1), Admission.Execute, StoredResult.Done(new Slot(1), new byte[] { 1, 2, 3 }), []);
        chain.Advance(new Slot(2), LogEntryKind.StateCheck, 5);

        // Nodes of different builds compare these values: whoever changes them makes every mixed group accuse itself.
        Assert.Equal("631d6bbc426300e1849d5f0101efe9cb", $"{chain.Value:x32}");
    }

    [Fact]
    public void Chain_Restored_GoesOnAsIfItHadNeverStopped()
    {
        var chain = new ResultChain();
        chain.Advance(new Slot(1), LogEntryKind.StateCheck, 1);
        var restored = new ResultChain();
        restored.Restore(chain.Value);
        chain.Advance(new Slot(2), LogEntryKind.StateCheck, 2);
        restored.Advance(new Slot(2), LogEntryKind.StateCheck, 2);

        Assert.Equal(chain.Value, restored.Value);
    }

    private static UInt128 After(Action<ResultChain> advance)
    {
        var chain = new ResultChain();
        advance(chain);
        return chain.Value;
    }

    private void Work(int commands)
    {
        Caller caller = _harness.NewCaller();
        for (int i = 0; i < commands; i++)
        {
            Assert.Equal(CallStatus.Done, _harness.CallLeader(caller.Command(Ledger.Add, i)).Status);
        }

        _harness.RunUntil(() => _harness.Nodes.All(node => node.Core.Applied == _harness.Leader?.Core.Applied));
    }
}
