using System.Buffers;
using Dike.Node.Network;
using Dike.Node.Shards;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Testing.Simulation;

/// <summary>A client's connection to a node: carries real bytes in both directions, in order, until one end is gone. The node's side of it answers as production does.</summary>
internal sealed class ClientSession(SimulatedWorld world, SimulatedClient client, long link, SimulatedNode node) : IAnswerSink
{
    private readonly ArrayBufferWriter<byte> _body = new(256);
    private readonly ulong _boot = node.Boot;
    private long _lastToNode;
    private long _lastToClient;

    public SimulatedNode Node => node;

    public bool IsOpen { get; private set; } = true;

    /// <summary>Sends a frame to the node.</summary>
    public void Send(Frame frame)
    {
        Frame received = Copy(frame);
        _lastToNode = Math.Max(_lastToNode, world.Time.Now + 150 + world.Random.Next(100));
        world.Time.At(_lastToNode, () => Receive(received));
    }

    /// <inheritdoc/>
    public void Answer(Frame answer)
    {
        if (node.Boot == _boot && node.IsAlive)
        {
            node.Reach(CrashPoint.AfterSend);
        }

        Frame received = Copy(answer);
        world.Trace.Note(node.Index, TraceEvent.Answered, (long)answer.Kind, (long)((answer as CallResult)?.Status ?? 0));
        _lastToClient = Math.Max(_lastToClient, world.Time.Now + 150 + world.Random.Next(100));
        world.Time.At(_lastToClient, () =>
        {
            if (IsOpen)
            {
                client.Receive(link, received);
            }
        });
    }

    /// <summary>One end is gone. The node learns it as it learns of every end of a connection.</summary>
    public void Close()
    {
        if (IsOpen)
        {
            IsOpen = false;
            if (node.IsAlive && node.Boot == _boot)
            {
                node.Post(new OwnerGone(this));
            }
        }
    }

    private void Receive(Frame frame)
    {
        if (!IsOpen || !node.IsAlive || node.Boot != _boot)
        {
            return;
        }

        world.Trace.Note(node.Index, TraceEvent.Delivered, (long)frame.Kind, (frame as Call)?.Group ?? 0);
        switch (frame)
        {
            case Hello:
                Answer(new Welcome(world.Membership.ClusterId, node.Name, node.Incarnation, node.Boot, node.Clock.UtcTicks, 16 << 20));
                break;
            case Call call:
                node.Post(new CallReceived(new Node.Groups.CallTicket(this, call.Correlation), call));
                break;
            case GetRoutes ask:
                Answer(new Routes(ask.Correlation, node.Shard.Routes));
                break;
            case CreateRing create:
                var id = new CommandId(node.Clock.UtcTicks, (ulong)world.Random.NextInt64(), 1);
                node.Post(RingRequests.MakeCall(this, create, world.Membership, node.Incarnations, id));
                break;
            case CompareReplicas compare:
                node.Post(new ComparisonAsked(this, compare));
                break;
            default:
                throw new InvalidFrameException($"a client sent a {frame.Kind} frame");
        }
    }

    private Frame Copy(Frame frame)
    {
        _body.ResetWrittenCount();
        FrameCodec.Write(frame, _body);
        return FrameCodec.Read(frame.Kind, _body.WrittenSpan);
    }
}
