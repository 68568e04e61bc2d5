using Dike.Cli;
using Dike.Cli.Commands;
using Dike.Testing.Simulation;

Terminal terminal = Terminal.OfProcess();
return await new CommandLine(terminal, [new SimulateCommand(terminal, Simulator.Run, Environment.CurrentDirectory)]).RunAsync(args);
