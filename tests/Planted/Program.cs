using System.CommandLine;
using Dike.Planted;

ParseResult parsed = PlantedCommand.Make().Parse(args);
int exitCode = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? PlantedCommand.Unfit : exitCode;
