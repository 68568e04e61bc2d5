namespace Dike.Node.Groups;

/// <summary>Where the answer to a call goes: opaque to the group, given back with the answer. <paramref name="Owner"/> is a connection or a local caller.</summary>
/// <param name="Owner">Who asked.</param>
/// <param name="Correlation">Which of its calls.</param>
internal readonly record struct CallTicket(object Owner, long Correlation);
