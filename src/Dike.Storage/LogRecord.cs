using Dike.Paxos;

namespace Dike.Storage;

/// <summary>One record of a node's log: a write of one group's replica.</summary>
/// <param name="Group">The group.</param>
/// <param name="Write">The write.</param>
public readonly record struct LogRecord(GroupId Group, LogWrite Write);
