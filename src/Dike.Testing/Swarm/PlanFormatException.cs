namespace Dike.Testing.Swarm;

/// <summary>A line is not a plan; the message names the column, what stands there and what was expected.</summary>
internal sealed class PlanFormatException(string message) : FormatException(message);
