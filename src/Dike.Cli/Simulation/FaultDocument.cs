namespace Dike.Cli.Simulation;

/// <summary>A kind of fault in the JSON report: in how many seeds it was planned, how often it really hit.</summary>
internal sealed record FaultDocument(string Kind, int Seeds, long Fired);
