using System.Globalization;

namespace Dike.Testing.Checkers;

/// <summary>Writes operations for the texts of failures: what was asked, what came of it, when. Called by the history checkers.</summary>
internal static class OperationText
{
    /// <summary>The operation as <c>#7 Add('a', 3) = 10 of client 2 [5 µs..9 µs]</c>.</summary>
    public static string Of(Operation operation) => string.Create(
        CultureInfo.InvariantCulture,
        $"#{operation.Number} {Call(operation)} {End(operation)} of client {operation.Client} [{operation.CalledAt} µs..{Time(operation.ReturnedAt)}]");

    /// <summary>A point in time, or <c>never</c>.</summary>
    public static string Time(long at) => at == long.MaxValue ? "never" : string.Create(CultureInfo.InvariantCulture, $"{at} µs");

    private static string Call(Operation operation) => operation.Kind switch
    {
        OperationKind.Command => string.Create(CultureInfo.InvariantCulture, $"{operation.Method}('{operation.Key}', {operation.Argument})"),
        OperationKind.LinearizableQuery => $"{operation.Method}('{operation.Key}')",
        OperationKind.BoundedQuery => string.Create(CultureInfo.InvariantCulture, $"bounded {operation.Method}('{operation.Key}', {operation.MaxStaleness} µs)"),
        OperationKind.LocalQuery => $"local {operation.Method}('{operation.Key}')",
    };

    private static string End(Operation operation) => operation.End switch
    {
        OperationEnd.Open => "is open",
        OperationEnd.Done => string.Create(CultureInfo.InvariantCulture, $"= {operation.Value}"),
        OperationEnd.Rejected => "was rejected",
        OperationEnd.Failed => "failed",
        OperationEnd.NotApplied => "was not applied",
        OperationEnd.Unknown => "has an unknown end",
        OperationEnd.Applied => "was applied",
    };
}
