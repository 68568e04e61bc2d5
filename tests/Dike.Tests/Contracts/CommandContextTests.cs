namespace Dike.Tests.Contracts;

public sealed class CommandContextTests
{
    [Fact]
    public void NewGuid_ManyTimes_HasVersion4AndTheVariantAndDiffers()
    {
        CommandContext context = CommandContext.ForTest(seed: 42);
        var seen = new HashSet<Guid>();
        for (int number = 0; number < 1000; number++)
        {
            Guid guid = context.NewGuid();
            Assert.Equal(4, guid.Version);
            Assert.InRange(guid.Variant, 8, 11);
            Assert.True(seen.Add(guid));
        }
    }

    [Fact]
    public void NewGuid_SameSeedAndIndex_IsTheSameForGood()
    {
        Assert.Equal(CommandContext.ForTest(seed: 1, index: 9).NewGuid(), CommandContext.ForTest(seed: 1, index: 9).NewGuid());
        Assert.NotEqual(CommandContext.ForTest(seed: 1, index: 9).NewGuid(), CommandContext.ForTest(seed: 1, index: 10).NewGuid());
        Assert.NotEqual(CommandContext.ForTest(seed: 1, index: 9).NewGuid(), CommandContext.ForTest(seed: 2, index: 9).NewGuid());
    }

    [Fact]
    public void Freeze_AfterUse_RandomGuidAndForgetThrowAndTheRestStaysReadable()
    {
        CommandContext context = CommandContext.ForTest(key: "k", time: DateTimeOffset.UnixEpoch.AddDays(1));
        DeterministicRandom random = context.Random;
        context.Freeze();

        Assert.Throws<InvalidOperationException>(() => random.NextInt64());
        Assert.Throws<InvalidOperationException>(() => context.NewGuid());
        Assert.Throws<InvalidOperationException>(context.Forget);
        Assert.Equal(("k", DateTimeOffset.UnixEpoch.AddDays(1)), (context.Key, context.Time));
    }

    [Fact]
    public void Freeze_BeforeFirstUse_RandomThrowsToo()
    {
        CommandContext context = CommandContext.ForTest();
        context.Freeze();

        Assert.Throws<InvalidOperationException>(() => context.Random.Next(5));
    }

    [Fact]
    public void Forget_InTheHandler_IsNoted()
    {
        CommandContext context = CommandContext.ForTest();
        Assert.False(context.IsForgotten);
        context.Forget();
        Assert.True(context.IsForgotten);
    }

    [Fact]
    public void ForTest_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CommandContext.ForTest(index: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CommandContext.ForTest(partition: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CommandContext.ForTest(version: 0));
    }
}
