namespace Dike.Tests.Errors;

public sealed class DikeExceptionTests
{
    private static readonly CommandId Id = new(1, 2, 3);

    private static (Exception Error, DikeErrorCode Code, Outcome Outcome)[] All { get; } =
    [
        (new DikeUnavailableException("m", Id), DikeErrorCode.Unavailable, Outcome.NotApplied),
        (new DikeTimeoutException("m", Id), DikeErrorCode.Timeout, Outcome.Unknown),
        (new DikeOverloadedException("m", Id, TimeSpan.FromSeconds(1)), DikeErrorCode.Overloaded, Outcome.NotApplied),
        (new CommandRejectedException("code", null, Id), DikeErrorCode.CommandRejected, Outcome.Refused),
        (new CommandFailedException("type", "m", 1, Id), DikeErrorCode.CommandFailed, Outcome.Refused),
        (new ReplyFailedException("m", Id), DikeErrorCode.ReplyFailed, Outcome.Applied),
        (new ContractMismatchException("m", Id), DikeErrorCode.ContractMismatch, Outcome.NotApplied),
        (new SessionExpiredException("m", Id), DikeErrorCode.SessionExpired, Outcome.Unknown),
        (new DikeAccessDeniedException("m", Id), DikeErrorCode.AccessDenied, Outcome.NotApplied),
        (new DikeCanceledException(Id, Outcome.Unknown, CancellationToken.None), DikeErrorCode.Canceled, Outcome.Unknown),
        (new DikeConfigurationException("m", Id), DikeErrorCode.Configuration, Outcome.NotApplied),
        (new DikeStorageException("m", Id), DikeErrorCode.Storage, Outcome.NotApplied),
        (new DikeNotFoundException("m", Id), DikeErrorCode.NotFound, Outcome.NotApplied),
    ];

    [Fact]
    public void Outcome_EveryError_HasTheOneOfItsMeaning()
    {
        foreach ((Exception error, DikeErrorCode code, Outcome outcome) in All)
        {
            (DikeErrorCode, Outcome, CommandId) actual = error switch
            {
                DikeException e => (e.Code, e.Outcome, e.CommandId),
                DikeCanceledException e => (DikeErrorCode.Canceled, e.Outcome, e.CommandId),
                _ => throw new InvalidOperationException($"{error.GetType()} answers nothing"),
            };
            Assert.Equal((code, outcome, Id), actual);
        }
    }

    [Fact]
    public void HelpLink_EveryError_LeadsToASectionOfThePage()
    {
        string[] sections = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "errors.md")).Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..])];

        Assert.Equal(Enum.GetNames<DikeErrorCode>().Select(name => name.ToLowerInvariant()), sections);
        Assert.All(All, item => Assert.Equal($"docs/errors.md#{item.Code.ToString().ToLowerInvariant()}", item.Error.HelpLink));
    }

    [Fact]
    public void All_EveryPublicExceptionOfTheAssembly_IsTestedHere() => Assert.Equal(
        typeof(DikeException).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(Exception)) && !type.IsAbstract).Select(type => type.Name).Order(StringComparer.Ordinal),
        All.Select(item => item.Error.GetType().Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Message_Canceled_OffersARetryOnlyWhereItHelps()
    {
        Assert.Contains($"A retry is safe under the same id: DikeCallOptions.CommandId = {Id}", new DikeCanceledException(Id, Outcome.Unknown, default).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("retry", new DikeCanceledException(CommandId.None, Outcome.NotApplied, default).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short", "short")]
    [InlineData("0123456789abcdef", "0123456789abcdef")]
    [InlineData("0123456789abcdefg", "0123456789abcdef…")]
    [InlineData("0123456789abcde😀z", "0123456789abcde…")]
    public void ShortKey_LongKey_ShowsTheBeginningOnly(string key, string expected) => Assert.Equal(expected, Fail.ShortKey(key));

    [Fact]
    public void Words_EveryOutcome_IsASentence() =>
        Assert.All(Enum.GetValues<Outcome>(), outcome => Assert.EndsWith(".", Fail.Words(outcome), StringComparison.Ordinal));
}
