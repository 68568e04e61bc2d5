using Dike.Node.Groups;
using Dike.Paxos;
using Dike.Storage;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>The apply loop alone, fed with batches as the log would hold them.</summary>
public sealed class ApplierTests
{
    private const string Key = "somekey";
    private static readonly long Now = TimeSpan.FromDays(1).Ticks;
    private static readonly Holder Self = new(100, 1);
    private static readonly Holder Other = new(101, 1);
    private readonly GroupOutputs _outputs = new();
    private readonly List<AppliedCommand> _applied = [];
    private readonly Caller _caller = new(Now, 1);
    private readonly Applier _applier = Make();

    [Fact]
    public void Apply_Commands_InSlotOrderOnce()
    {
        Apply(_caller.Command(Ledger.Add, 15), _caller.Command(Ledger.Add, 1));
        Apply(_caller.Command(Ledger.Divide, 2));

        Assert.Equal(new Slot(3), _applier.Applied);
        Assert.Equal(8, State(_applier).Value);
        Assert.Equal([1L, 2L, 3L], _applied.Select(applied => applied.Result!.Slot));
    }

    [Fact]
    public void Apply_SameBatchTwice_BreaksTheInvariant()
    {
        EntryBatch batch = Batch(1, _caller.Command(Ledger.Add, 1));
        _applier.Apply(batch, _applied, _outputs);

        Assert.Throws<InvariantViolatedException>(() => _applier.Apply(batch, _applied, _outputs));
        Assert.Equal(1, State(_applier).Value);
    }

    [Fact]
    public void Apply_BatchBehindAGap_BreaksTheInvariant() =>
        Assert.Throws<InvariantViolatedException>(() => _applier.Apply(Batch(2, _caller.Command(Ledger.Add, 1)), _applied, _outputs));

    [Fact]
    public void Apply_SameCommandInTwoSlots_ExecutesOnceAndGivesTheFirstResult()
    {
        Call add = _caller.Command(Ledger.Add, 15);
        Apply(add);
        Apply(_caller.Command(Ledger.Add, 1));
        Apply(add);

        Assert.Equal(16, State(_applier).Value);
        Assert.Equal(Admission.Known, _applied[^1].Admission);
        Assert.Same(_applied[0].Result, _applied[^1].Result);
    }

    [Theory]
    [InlineData(Ledger.AddThenThrow, "Failed", "System.InvalidOperationException")]
    [InlineData(Ledger.AddThenReject, "Rejected", "refused")]
    public void Apply_HandlerFailsAfterAChange_LeavesNoTrace(uint method, string status, string code)
    {
        Apply(_caller.Command(Ledger.Append, 5), _caller.Command(Ledger.Add, 7));
        byte[] before = Export(_applier);

        Apply(_caller.Command(method, 1000));
        Apply(_caller.Command(method, 1000, "new-key"));

        Assert.Equal(before, Export(_applier));
        Assert.Null(_applier.States.Find("new-key"));
        Assert.Equal((status, code), (_applied[^1].Result!.Status.ToString(), _applied[^1].Result!.Code));
    }

    [Fact]
    public void Apply_HandlerThrows_ItsTextIsNotInTheReplicatedState()
    {
        Apply(_caller.Command(Ledger.AddThenThrow, 1));

        StoredResult result = _applied[^1].Result!;
        Assert.Equal("", result.Message);
        Assert.Equal("thrown after a change", result.LocalMessage);
        string hash = StateHash.Compute(_applier.LogTime, _applier.Sessions, _applier.States);
        SessionTable sessions = new();
        sessions.Admit(Id(1), 0, _applier.LogTime, out _);
        sessions.Store(Id(1), result with { LocalMessage = "in another language" });
        Assert.Equal(hash, StateHash.Compute(_applier.LogTime, sessions, _applier.States));
    }

    [Fact]
    public void Apply_ArgumentsThatCannotBeDecoded_RefusesAndChangesNothing()
    {
        Call call = _caller.Command(Ledger.Add, 1);
        Apply(call with { Arguments = new byte[] { 1, 2 } }, _caller.Command(Ledger.Add, 3));

        Assert.Equal(CallStatus.ContractMismatch, _applied[0].Result!.Status);
        Assert.Equal(3, State(_applier).Value);
    }

    [Fact]
    public void Apply_BytesBehindTheArguments_RefusesAndChangesNothing()
    {
        Call call = _caller.Command(Ledger.Add, 1);
        Apply(call with { Arguments = new byte[9] });

        Assert.Equal(CallStatus.ContractMismatch, _applied[0].Result!.Status);
        Assert.Null(_applier.States.Find(Key));
    }

    [Fact]
    public void Apply_FailureOfTheProcess_HaltsTheReplica()
    {
        GroupHaltedException halted = Assert.Throws<GroupHaltedException>(() => Apply(_caller.Command(Ledger.Exhaust, 1)));

        Assert.Equal(Slot.First, halted.Slot);
        Assert.Contains("InsufficientExecutionStackException in Ledger.Exhaust on key 'somekey'", halted.Message, StringComparison.Ordinal);
        Assert.Equal(Slot.None, _applier.Applied);
    }

    [Fact]
    public void Apply_UnknownCommand_HaltsTheReplica()
    {
        GroupHaltedException halted = Assert.Throws<GroupHaltedException>(() => Apply(_caller.Command(0xABCD, 1)));

        Assert.Contains("no command with the number 0000abcd", halted.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Apply_VersionThatThisBuildLacks_StopsAndSaysSo(int version)
    {
        byte[] payload = BatchCodec.Encode(Header() with { MachineVersion = version }, [LogEntry.StateCheck(1)]);

        _applier.Apply(new EntryBatch(Slot.First, 1, EntryKind.Commands, payload), _applied, _outputs);

        Assert.Equal(Slot.None, _applier.Applied);
        Assert.Contains("this build applies versions 2 to 3", _applier.Version.StalledReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_VersionOfTheLogAndOfTheBatchDiffer_TheLogCounts()
    {
        LogEntry tell = LogEntry.Command(_caller.CommandWithoutArgument(Ledger.TellVersion), Other);
        LogEntry again = LogEntry.Command(_caller.CommandWithoutArgument(Ledger.TellVersion), Other);
        byte[] payload = BatchCodec.Encode(Header() with { MachineVersion = 3 }, [tell, LogEntry.RaiseVersion(0, 2), again]);

        _applier.Apply(new EntryBatch(Slot.First, 3, EntryKind.Commands, payload), _applied, _outputs);

        Assert.Equal([3, 2], _applied.Select(applied => (int)applied.Result!.Value.Span[0]));
    }

    [Fact]
    public void Apply_StateThatCannotBeExported_FailsTheNextCommandAndGoesOn()
    {
        Apply(_caller.Command(Ledger.Poison, 0));
        Apply(_caller.Command(Ledger.Add, 1), _caller.Command(Ledger.Add, 2, "other-key"));

        Assert.Equal((CallStatus.Failed, "System.NotSupportedException"), (_applied[1].Result!.Status, _applied[1].Result!.Code));
        Assert.Equal(CallStatus.Done, _applied[2].Result!.Status);
        Assert.NotEmpty(StateHash.Compute(_applier.LogTime, _applier.Sessions, _applier.States));
    }

    [Fact]
    public void Apply_Forget_DropsTheKeyAndStartsAnew()
    {
        Apply(_caller.Command(Ledger.Add, 15), _caller.CommandWithoutArgument(Ledger.Forget));
        Assert.Null(_applier.States.Find(Key));

        Apply(_caller.CommandWithoutArgument(Ledger.Forget, "absent"), _caller.Command(Ledger.Add, 1));

        Assert.Equal(1, State(_applier).Value);
        Assert.Equal(1, _applier.States.Count);
    }

    [Fact]
    public void Apply_PartitionScope_AllKeysShareOneState()
    {
        Applier shared = Make(new MachineType<SharedLedger>());
        shared.Apply(Batch(1, _caller.Command(Ledger.Add, 1, "a"), _caller.Command(Ledger.Add, 2, "b")), _applied, _outputs);

        Assert.Equal(3, ((SharedLedger)shared.States.Find("c")!).Ledger.Value);
        Assert.Equal(1, shared.States.Count);
    }

    [Fact]
    public void Apply_BatchWithOlderTime_LogTimeStays()
    {
        _applier.Apply(Batch(1, Header(), _caller.Command(Ledger.Add, 1)), _applied, _outputs);
        _applier.Apply(Batch(2, Header() with { LogTime = Now - 500 }, _caller.Command(Ledger.Add, 1)), _applied, _outputs);

        Assert.Equal(Now, _applier.LogTime);
    }

    [Fact]
    public void Apply_RandomAndTime_ComeFromTheLog()
    {
        Applier twin = Make();
        EntryBatch batch = Batch(1, _caller.CommandWithoutArgument(Ledger.Draw), _caller.CommandWithoutArgument(Ledger.Draw, "other"));
        _applier.Apply(batch, _applied, _outputs);
        twin.Apply(batch, _applied, _outputs);

        Assert.Equal(State(_applier).Value, State(twin).Value);
        Assert.NotEqual(State(_applier).Value, ((Ledger)_applier.States.Find("other")!).Value);
    }

    [Fact]
    public void Apply_FromOfAnotherHolder_StartsNoDelegate()
    {
        Apply(Other, _caller.Command(Ledger.AddFrom, 1));
        Apply(Self with { Boot = 2 }, _caller.Command(Ledger.AddThen, 1));

        Assert.Empty(_outputs.Replies);
        Assert.True(_applied[0].Result!.IsComputedElsewhere);
        Assert.Null(_applied[0].Result!.Reply);
    }

    [Fact]
    public void Apply_FromOfThisHolder_StartsTheDelegateOnce()
    {
        Call from = _caller.Command(Ledger.AddFrom, 1);
        Apply(Self, from);
        Apply(Self, from);

        ReplyWork work = Assert.Single(_outputs.Replies);
        Assert.NotNull(work.Computation);
        Assert.Equal((from.CommandId, Key, "Ledger"), (work.CommandId, work.Key, work.Machine));
    }

    [Fact]
    public void Apply_ThenOnARejection_StartsTheDelegate()
    {
        Apply(Self, _caller.Command(Ledger.RejectThen, 1));

        ReplyWork work = Assert.Single(_outputs.Replies);
        Assert.Null(work.Computation);
        Assert.Single(work.Tail.Then);
    }

    [Fact]
    public void Apply_ThenOfAHandlerThatThrew_StartsNothing()
    {
        Apply(Self, _caller.Command(Ledger.AddThenThrow, 1));

        Assert.Empty(_outputs.Replies);
    }

    private static Applier Make(MachineType? machine = null) => new(
        new GroupDescription(new GroupId(1), "ledger", 0, [new GroupMember(new ReplicaId(1), 1, "node-1")], new ReplicaId(1)),
        machine ?? new MachineType<Ledger>(),
        Self);

    private static CommandId Id(ulong sequence) => new(Now, 1, sequence);

    private static BatchHeader Header() => new(3, Now, 42, TimeSpan.FromHours(1).Ticks);

    private static EntryBatch Batch(long first, params Call[] calls) => Batch(first, Header(), calls);

    private static EntryBatch Batch(long first, BatchHeader header, params Call[] calls) => Batch(first, header, Other, calls);

    private static EntryBatch Batch(long first, BatchHeader header, Holder holder, Call[] calls) => new(
        new Slot(first), calls.Length, EntryKind.Commands, BatchCodec.Encode(header, [.. calls.Select(call => LogEntry.Command(call, holder))]));

    private static Ledger State(Applier applier) => (Ledger)applier.States.Find(Key)!;

    private static byte[] Export(Applier applier)
    {
        Assert.True(applier.States.TryExport(State(applier), out ReadOnlySpan<byte> state, out _));
        return state.ToArray();
    }

    private void Apply(params Call[] calls) => Apply(Other, calls);

    private void Apply(Holder holder, params Call[] calls) =>
        _applier.Apply(Batch(_applier.Applied.Value + 1, Header(), holder, calls), _applied, _outputs);
}
