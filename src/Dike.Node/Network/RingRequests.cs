using System.Collections.Immutable;
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

        // The command is idempotent by the ring's name, so each request may have a session of its own: a retry finds the ring.
        var id = new CommandId(DateTime.UtcNow.Ticks, unchecked((ulong)Random.Shared.NextInt64()), 1);
        if (!queue.TryPostCall(MakeCall(sink, request, local.Membership!, local.Roster!.Current, id)))
        {
            sink.Answer(new RingCreated(request.Correlation, CallStatus.Overloaded, Outcome.NotApplied, "", "Too many calls wait for this node."));
        }
    }

    /// <summary>The command to the directory that creates the ring; its answer goes to whoever asked.</summary>
    /// <param name="sink">Who asked.</param>
    /// <param name="request">What for.</param>
    /// <param name="membership">The cluster.</param>
    /// <param name="incarnations">The incarnation of each of its members that counts now.</param>
    /// <param name="id">The id of the command.</param>
    public static CallReceived MakeCall(IAnswerSink sink, CreateRing request, ClusterMembership membership, ImmutableArray<ulong> incarnations, CommandId id)
    {
        var recorder = new CallRecorder();
        List<string> nodes = [.. membership.Members.Select(member => member.Node)];
        _ = recorder.DirectoryMachine(DirectoryMachine.WireName).CreateRingAsync(request.Name, request.Machine, request.Partitions, request.Replicas, nodes, [.. incarnations]);
        var call = new Call(
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
        return new CallReceived(new CallTicket(new RingSink(sink, request.Correlation), request.Correlation), call);
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
