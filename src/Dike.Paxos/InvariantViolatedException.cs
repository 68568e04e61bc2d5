namespace Dike.Paxos;

/// <summary>A rule that agreement rests on does not hold in this replica. Its group must stop; nothing it was about to do may be carried out.</summary>
/// <param name="message">The rule and the values.</param>
internal sealed class InvariantViolatedException(string message) : Exception(message);
