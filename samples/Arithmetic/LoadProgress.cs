using System.Globalization;
using Spectre.Console;

namespace ArithmeticSample;

/// <summary>Shows on standard error how far the load is: a bar for a person, a few plain lines for a file.</summary>
internal static class LoadProgress
{
    private const int PlainLines = 5;

    /// <summary>Runs <paramref name="work"/>, which reports each operation that ended, from any thread.</summary>
    public static Task<T> ShowAsync<T>(Terminal terminal, int total, Func<Action, Task<T>> work) =>
        terminal.IsErrorSeen ? ShowBarAsync(terminal.Progress, total, work) : work(PlainReport(terminal.Error, total));

    private static Task<T> ShowBarAsync<T>(IAnsiConsole console, int total, Func<Action, Task<T>> work) =>
        console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                ProgressTask task = context.AddTask("load", maxValue: total);
                return work(() => task.Increment(1));
            });

    private static Action PlainReport(TextWriter error, int total)
    {
        TextWriter oneAtATime = TextWriter.Synchronized(error);
        int step = Math.Max(1, total / PlainLines);
        int completed = 0;
        return () =>
        {
            int now = Interlocked.Increment(ref completed);
            if (now % step == 0)
            {
                oneAtATime.WriteLine(string.Create(CultureInfo.InvariantCulture, $"load: {now:N0} of {total:N0} operations"));
            }
        };
    }
}
