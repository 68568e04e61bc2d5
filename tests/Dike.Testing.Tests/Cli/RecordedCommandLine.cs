using System.Globalization;
using Dike.Cli;
using Dike.Cli.Commands;
using Dike.Testing.Simulation;
using Dike.Testing.Swarm;
using Dike.Testing.Tests.Swarm;

namespace Dike.Testing.Tests.Cli;

/// <summary>The program in this process: its streams are texts, its simulator is a function of the plan, its traces go to a directory of its own.</summary>
internal sealed class RecordedCommandLine : IDisposable
{
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly PlanRunner _runner;

    public RecordedCommandLine(Func<FaultPlan, string?> failureOf)
        : this((plan, trace) =>
        {
            trace?.Invoke($"begins with {plan.Faults.Length} faults");
            trace?.Invoke("ends");
            return FakeRuns.Clean(plan) with { Failure = failureOf(plan) };
        })
    {
    }

    public RecordedCommandLine(PlanRunner runner)
    {
        _runner = runner;
        Directory = System.IO.Directory.CreateTempSubdirectory("dike-cli-").FullName;
    }

    public string Directory { get; }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public Task<int> RunAsync(params string[] arguments) => RunAsync(TestContext.Current.CancellationToken, arguments);

    public Task<int> RunAsync(CancellationToken interrupted, params string[] arguments)
    {
        var terminal = new Terminal(_output, _error, isOutputSeen: false, isErrorSeen: false);
        return new CommandLine(terminal, [new SimulateCommand(terminal, _runner, Directory)]).RunAsync(arguments, interrupted);
    }

    public string PathOf(string file) => Path.Combine(Directory, file);

    public void Dispose()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }
}
