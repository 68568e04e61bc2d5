using Dike.Node.Diagnostics;
using Dike.Node.Groups;
using Dike.Node.Shards;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Network;

/// <summary>Takes the frames of clients to where they are answered: calls and comparisons to the shard, routes at once, rings to the directory's group.</summary>
internal sealed class Router(ShardQueue queue, RingRequests rings, Func<RoutingTable> routes)
{
    /// <exception cref="InvalidFrameException">Clients do not send this frame.</exception>
    public void OnFrame(IAnswerSink sink, Frame frame)
    {
        switch (frame)
        {
            case Call call:
                OnCall(sink, call);
                break;
            case GetRoutes ask:
                sink.Answer(new Routes(ask.Correlation, routes()));
                break;
            case CreateRing create:
                rings.Begin(sink, create);
                break;
            case CompareReplicas compare:
                queue.Post(new ComparisonAsked(sink, compare));
                break;
            default:
                throw new InvalidFrameException($"a {frame.Kind} frame does not belong on a client's connection");
        }
    }

    private void OnCall(IAnswerSink sink, Call call)
    {
        NodeMetrics.Calls.Add(1);
        if (!queue.TryPostCall(new CallReceived(new CallTicket(sink, call.Correlation), call)))
        {
            NodeMetrics.Overloads.Add(1);
            sink.Answer(new CallResult(
                call.Correlation, CallStatus.Overloaded, Outcome.NotApplied, 0, "", "More calls wait for this node than Dike:Limits:MaxInFlight allows.", default));
        }
    }
}
