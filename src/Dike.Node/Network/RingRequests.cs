using Dike.Node.Directory;
using Dike.Node.Groups;
using Dike.Node.Identity;
using Dike.Node.Shards;
using Dike.Storage;
using Dike.Wire;

namespace Dike.Node.Network;

/// <summary>
/// Turns a client's wish for a ring into a command to the directory's group. What this node can refuse by itself (a machine it does not know) is refused
/// before anything is changed; everything else is decided by the directory, alike on all nodes.
/// </summary>
internal sealed class RingRequests(ShardQueue queue, StateMachineCollection machines, LocalNode local)
{
    public void Begin(IAnswerSink sink, CreateRing request)
    {
        if (machines.Find(request.Machine) is null)
        {
            string known = machines.Names.Count == 0 ? "none" : string.Join(", ", machines.Names);
            string reason = $"Node '{local.Identity.Name}' knows no machine '{request.Machine}' (registered: {known}). Register its class on every node: options.StateMachines.Add<T>().";
            sink.Answer(new RingCreated(request.Correlation, CallStatus.Rejected, Outcome.NotApplied, "unknown-machine", reason));
            return;
        }

        var ticket = new CallTicket(new RingSink(sink, request.Correlation), request.Correlation);
        if (!queue.TryPostCall(new CallReceived(ticket, MakeCall(request, local.Membership!))))
        {
            sink.Answer(new RingCreated(request.Correlation, CallStatus.Overloaded, Outcome.NotApplied, "", "Too many calls wait for this node."));
        }
    }

    private static Call MakeCall(CreateRing request, ClusterMembership membership)
    {
        var recorder = new CallRecorder();
        List<string> nodes = [.. membership.Members.Select(member => member.Node)];
        _ = recorder.DirectoryMachine(DirectoryMachine.WireName).CreateRingAsync(request.Name, request.Machine, request.Partitions, request.Replicas, nodes);
        // The command is idempotent by the ring's name, so each request may have a session of its own: a retry finds the ring.
        var id = new CommandId(DateTime.UtcNow.Ticks, unchecked((ulong)Random.Shared.NextInt64()), 1);
        return new Call(
            request.Correlation,
            GroupId.Directory.Value,
            DirectoryMachine.WireName,
            recorder.Method.Tag,
            false,
            Consistency.Linearizable,
            id,
            0,
            1,
            request.TimeoutMs,
            DirectoryMachine.WireName,
            recorder.Arguments);
    }

    /// <summary>Gives the directory's answer to whoever asked for the ring.</summary>
    private sealed class RingSink(IAnswerSink asker, long correlation) : IAnswerSink
    {
        public void Answer(Frame answer)
        {
            var result = (CallResult)answer;
            asker.Answer(new RingCreated(correlation, result.Status, result.Outcome, result.Code, result.Message));
        }
    }
}
