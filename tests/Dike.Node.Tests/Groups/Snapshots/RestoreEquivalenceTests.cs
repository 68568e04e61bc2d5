using CsCheck;
using Dike.Node.Groups;
using Dike.Node.Groups.Snapshots;
using Dike.Paxos;
using Dike.Storage;
using Dike.Wire;

namespace Dike.Node.Tests.Groups.Snapshots;

/// <summary>
/// A restored replica behaves exactly like one that never stopped: after random commands, failing and retried ones among them, with sessions that expire, a snapshot of any
/// slot gives a replica whose every later answer, state hash and chain are those of the first. CsCheck prints the seed of a failure.
/// </summary>
public sealed class RestoreEquivalenceTests
{
    private const int BlockBytes = 40;
    private static readonly Holder Self = new(100, 1);
    private static readonly long Start = TimeSpan.FromDays(1).Ticks;
    private static readonly LogConfiguration Founding = new(ConfigurationId.First, [new Member(new ReplicaId(1), 1, "node-1", 5)]);
    private static readonly uint[] Methods =
        [Ledger.Add, Ledger.Append, Ledger.Append, Ledger.Divide, Ledger.AddThenThrow, Ledger.AddThenReject, Ledger.Forget, Ledger.Draw, Ledger.AddFrom];

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Int[0, Methods.Length - 1], Gen.Int[0, 6], Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 9], (method, key, session, acknowledged, pause) =>
            new Step(Methods[method], $"key-{key}", session, acknowledged, pause == 0));

    public static TheoryData<bool> Scopes => [false, true];

    [Theory]
    [MemberData(nameof(Scopes))]
    public void Load_AnySlot_BehavesAsIfItHadNeverStopped(bool isShared) =>
        Gen.Select(Steps.Array[1, 60], Gen.Int[0, 59]).Sample(
            (steps, cut) =>
            {
                var log = new Log();
                Applier whole = Make(isShared);
                foreach (Step step in steps.Take(cut + 1))
                {
                    Apply(whole, log.Next(step));
                }

                Applier restored = Make(isShared);
                SnapshotContent content = Write(whole, 1);
                restored.Restore(SnapshotLoader.Load(content, 1, Machine(isShared)));
                Assert.Equal(Describe(whole), Describe(restored));
                Assert.Equal(content.Info, Write(restored, int.MaxValue).Info);
                foreach (Step step in steps.Skip(cut + 1).Concat(steps))
                {
                    EntryBatch batch = log.Next(step);
                    Assert.Equal(Apply(whole, batch), Apply(restored, batch));
                    Assert.Equal(Describe(whole), Describe(restored));
                }
            },
            iter: 400);

    [Fact]
    public void Continue_WithChangesInBetween_GivesTheBytesOfOneTakenAtOnce() =>
        Gen.Select(Steps.Array[1, 40], Steps.Array[0, 30], Gen.Int[1, 60]).Sample(
            (before, during, budget) =>
            {
                var log = new Log();
                Applier applier = Make(isShared: false);
                foreach (Step step in before)
                {
                    Apply(applier, log.Next(step));
                }

                SnapshotInfo atOnce = Write(applier, int.MaxValue).Info;
                var writer = new SnapshotWriter(applier, 1, "Ledger", applier.Schedule.BytesSince, BlockBytes);
                foreach (Step step in during)
                {
                    Apply(applier, log.Next(step));
                    if (!writer.IsDone)
                    {
                        writer.Continue(budget);
                    }
                }

                do
                {
                    writer.Continue(budget);
                }
                while (!writer.IsDone);

                Assert.Equal(atOnce, writer.End().Info);
                Assert.Null(applier.States.Capture);
            },
            iter: 1_000);

    [Fact]
    public void Load_AnyByteChanged_IsRefused()
    {
        SnapshotContent content = Sample();
        byte[] bytes = [.. content.Blocks.SelectMany(block => block.ToArray())];
        for (int index = 0; index < bytes.Length; index++)
        {
            byte[] changed = [.. bytes];
            changed[index] ^= 0x10;
            Assert.Throws<Transport.InvalidFrameException>(() => Load(content.Info, changed));
        }
    }

    /// <summary>The hash alone would find any change; here it fits, so that the reader itself has to.</summary>
    [Fact]
    public void Load_AnyByteChangedUnderAFittingHash_IsRefusedOrReadButNothingElse()
    {
        SnapshotContent content = Sample();
        byte[] bytes = [.. content.Blocks.SelectMany(block => block.ToArray())];
        for (int index = 0; index < bytes.Length; index++)
        {
            foreach (byte value in new byte[] { 0, 1, 0x7f, 0xff })
            {
                byte[] changed = [.. bytes];
                changed[index] = value;
                Exception? thrown = Record.Exception(() => Load(Rehashed(content.Info, changed), changed));
                Assert.True(thrown is null or Transport.InvalidFrameException, $"byte {index}: {thrown}");
            }
        }
    }

    [Fact]
    public void Load_OtherGroupMachineOrSlotAndUnknownSection_SayWhichIsWrong()
    {
        SnapshotContent content = Sample();
        byte[] bytes = [.. content.Blocks.SelectMany(block => block.ToArray())];
        byte[] unknown = [.. bytes];
        unknown[SnapshotWriter.Magic.Length] = 99;
        byte[] newer = [.. bytes];
        newer[7] = 2;

        Assert.Contains("group 1, expected 2", Refusal(() => SnapshotLoader.Load(content, 2, Machine(false))), StringComparison.Ordinal);
        Assert.Contains("section 99 (which this build does not know)", Refusal(() => Load(Rehashed(content.Info, unknown), unknown)), StringComparison.Ordinal);
        Assert.Contains("format that this build reads", Refusal(() => Load(Rehashed(content.Info, newer), newer)), StringComparison.Ordinal);
        Assert.Contains("hash", Refusal(() => Load(content.Info, bytes[..^1])), StringComparison.Ordinal);
        Assert.Contains("it is of slot", Refusal(() => Load(content.Info with { Slot = new Slot(1) }, bytes)), StringComparison.Ordinal);
        Assert.Contains("bytes remain behind", Refusal(() => Load(Rehashed(content.Info, [.. bytes, 1]), [.. bytes, 1])), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Sample_GivesTheGoldenBytes() =>
        Tests.Wire.GoldenFile.Matches("Snapshots/SnapshotContent.hex", [.. Sample().Blocks.SelectMany(block => block.ToArray())]);

    private static string Refusal(Action action) => Assert.Throws<Transport.InvalidFrameException>(action).Message;

    private static SnapshotInfo Rehashed(SnapshotInfo info, byte[] bytes) =>
        info with { Bytes = bytes.Length, ContentHash = System.IO.Hashing.XxHash128.HashToUInt128(bytes) };

    private static RestoredState Load(SnapshotInfo info, byte[] bytes) => SnapshotLoader.Load(new SnapshotContent(info, [bytes]), 1, Machine(false));

    private static SnapshotContent Sample()
    {
        var log = new Log();
        Applier applier = Make(isShared: false);
        foreach (uint method in new[] { Ledger.Add, Ledger.AddThenReject, Ledger.Append, Ledger.AddFrom })
        {
            Apply(applier, log.Next(new Step(method, $"key-{method}", 1, 9, false)));
        }

        return Write(applier, int.MaxValue);
    }

    private static SnapshotContent Write(Applier applier, int budget)
    {
        var writer = new SnapshotWriter(applier, 1, "Ledger", applier.Schedule.BytesSince, BlockBytes);
        writer.Continue(budget);
        while (!writer.IsDone)
        {
            writer.Continue(budget);
        }

        return writer.End();
    }

    private static string Describe(Applier applier) =>
        $"{applier.Applied} {applier.LogTime} {applier.Version.Number} {applier.Chain.Value:x32} {StateHash.Compute(applier.LogTime, applier.Sessions, applier.States)} "
        + $"{applier.Schedule.BytesSince} {applier.Sessions.Horizon}";

    private static string Apply(Applier applier, EntryBatch batch)
    {
        var applied = new List<AppliedCommand>();
        applier.Apply(batch, applied, new GroupOutputs());
        applier.Schedule.Passed(batch);
        return string.Join(';', applied.Select(command =>
            $"{command.Admission} {command.Result?.Status} {command.Result?.Slot} {command.Result?.Code} {Convert.ToHexString((command.Result?.Value ?? default).Span)}"));
    }

    private static Applier Make(bool isShared) =>
        new(new GroupDescription(new GroupId(1), "ledger", 7, [], new ReplicaId(1)), Machine(isShared), Self, 8, new SnapshotSchedule(int.MaxValue, long.MaxValue), Founding);

    private static MachineType Machine(bool isShared) => isShared ? new MachineType<SharedLedger>() : new MachineType<Ledger>();

    private sealed record Step(uint Method, string Key, int Session, int Acknowledged, bool IsLongAfter);

    /// <summary>The log that the steps make: one command a batch, so that every slot ends one. Sessions that pause too long expire.</summary>
    private sealed class Log
    {
        private readonly ulong[] _sequences = new ulong[4];
        private long _time = Start;
        private Slot _last;

        public EntryBatch Next(Step step)
        {
            _time += step.IsLongAfter ? TimeSpan.FromMinutes(40).Ticks : TimeSpan.FromSeconds(1).Ticks;

            // Acknowledged 0 repeats the session's last command: a retry, which must find its first result, or expire alike.
            bool isRetry = step.Acknowledged == 0 && _sequences[step.Session] > 0;
            ulong sequence = isRetry ? _sequences[step.Session] : ++_sequences[step.Session];
            ulong answered = (ulong)Math.Max(0, (long)sequence - 1 - step.Acknowledged);
            var id = new CommandId(Start + step.Session, (ulong)step.Session, sequence);
            ReadOnlyMemory<byte> arguments = step.Method is Ledger.Forget or Ledger.Draw ? default : Calls.Arguments(step.Acknowledged);
            LogEntry entry = LogEntry.Command(new Call(0, 1, "Ledger", step.Method, false, Consistency.Linearizable, id, answered, 1, 0, step.Key, arguments), Self);
            _last += 1;
            byte[] payload = BatchCodec.Encode(new BatchHeader(3, _time, (ulong)_last.Value, TimeSpan.FromHours(1).Ticks), [entry]);
            return new EntryBatch(_last, 1, EntryKind.Commands, payload);
        }
    }
}
