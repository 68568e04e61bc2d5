using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Dike.EndToEnd.Tests;

/// <summary>The sample as users start it: <c>dotnet run --project samples/Arithmetic</c>, in a process of its own, from the root of the repository.</summary>
internal static class SampleProcess
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Where the solution is.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Runs the sample to its end. It was built with the tests, in the same configuration.</summary>
    /// <param name="input">What stands on standard input.</param>
    /// <param name="arguments">The sample's arguments.</param>
    public static async Task<SampleRun> RunAsync(string input, params string[] arguments)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Timeout);
        using var process = Process.Start(RunInfo(arguments)) ?? throw new InvalidOperationException("dotnet run did not start.");
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            return new SampleRun(process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs the sample and interrupts it, with standard input still open, after it has printed a line.</summary>
    /// <param name="input">What is typed.</param>
    /// <param name="line">The line to wait for.</param>
    /// <param name="temporary">Its directory for temporary files.</param>
    /// <param name="arguments">The sample's arguments.</param>
    public static async Task<SampleRun> InterruptAsync(string input, string line, string temporary, params string[] arguments)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Timeout);

        // The program itself, not dotnet run: the signal goes to one process.
        ProcessStartInfo start = StartInfo([Path.Combine(AppContext.BaseDirectory, "Arithmetic.dll"), .. arguments]);
        start.Environment["TMPDIR"] = temporary;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
            await process.StandardInput.FlushAsync(deadline.Token);
            string first = await process.StandardOutput.ReadLineAsync(deadline.Token) ?? "";
            Assert.Equal(line, first);

            // SIGTERM, which takes the way of Ctrl+C: a shell that starts the tests in the background makes all below them ignore SIGINT.
            using Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(deadline.Token);
            string rest = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new SampleRun(process.ExitCode, first + "\n" + rest, await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static ProcessStartInfo RunInfo(string[] arguments) =>
        StartInfo(["run", "--project", "samples/Arithmetic", "--no-build", "-c", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "--", .. arguments]);

    private static ProcessStartInfo StartInfo(string[] arguments) =>
        new("dotnet", arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
        };

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Dike.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Dike.sln above {AppContext.BaseDirectory}.");
    }
}

/// <summary>What a finished process left.</summary>
internal sealed record SampleRun(int ExitCode, string Output, string Error);
