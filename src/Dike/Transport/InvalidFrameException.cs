namespace Dike.Transport;

/// <summary>A peer sent what no correct peer sends. The message is the reason, for the log.</summary>
internal sealed class InvalidFrameException(string reason) : Exception(reason);
