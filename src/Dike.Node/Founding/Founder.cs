using System.Collections.Concurrent;
using System.Net.Sockets;
using Dike.Node.Diagnostics;
using Dike.Node.Identity;
using Dike.Node.Network;
using Dike.Transport;
using Dike.Wire;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Founding;

/// <summary>
/// Asks the configured seeds who is there, again and again, until <see cref="FoundingRule"/> says that there is a cluster, and writes its membership.
/// Crash-safe at each step: whoever has written the membership answers with it, whoever has not asks again.
/// </summary>
internal sealed class Founder(LocalNode local, NodeFiles files, TransportLimits limits, ILogger logger)
{
    private const int LongestPauseMs = 200;

    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Runs until this node belongs to a cluster.</summary>
    /// <returns>The membership, durable.</returns>
    /// <exception cref="DikeConfigurationException">This node is refused.</exception>
    /// <exception cref="IOException">The membership could not be written.</exception>
    public async Task<ClusterMembership> RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(LongestPauseMs);
        string said = "";
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            FoundingDecision decision = FoundingRule.Decide(local.Identity, local.ClusterName, local.Seeds, await AskAllAsync(cancellationToken).ConfigureAwait(false));
            switch (decision)
            {
                case FoundingDecision.Adopt adopt:
                    files.Found(adopt.Membership);
                    NodeLog.Adopted(logger, local.Identity.Name, adopt.Membership.ToString());
                    return adopt.Membership;
                case FoundingDecision.Rejoin rejoin:
                    files.Found(rejoin.Membership);
                    NodeLog.Rejoined(logger, local.Identity.Name, local.Identity.Incarnation, rejoin.Membership.ToString());
                    return rejoin.Membership;
                case FoundingDecision.Found found:
                    // Version 4 GUIDs carry 122 bits of the system's random source: two clusters never share an id.
                    var membership = new ClusterMembership(Guid.NewGuid(), local.ClusterName, found.Members);
                    files.Found(membership);
                    NodeLog.Founded(logger, local.Identity.Name, membership.ToString());
                    return membership;
                case FoundingDecision.Refuse refuse:
                    throw Refusal.Configuration(refuse.Reason);
                case FoundingDecision.Wait wait when wait.Reason != said:
                    NodeLog.Waiting(logger, local.Identity.Name, said = wait.Reason);
                    break;
                default:
                    break; // Still waiting for the same: nothing new to say.
            }

            await backoff.WaitAsync(wasLinked: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyDictionary<string, FoundingAnswer>> AskAllAsync(CancellationToken cancellationToken)
    {
        var answers = new ConcurrentDictionary<string, FoundingAnswer>(StringComparer.Ordinal);
        await Task.WhenAll(local.Seeds.Select(async seed =>
        {
            if (await AskAsync(seed, cancellationToken).ConfigureAwait(false) is { } answer)
            {
                answers[seed] = answer;
            }
        })).ConfigureAwait(false);
        return answers;
    }

    private async Task<FoundingAnswer?> AskAsync(string seed, CancellationToken cancellationToken)
    {
        try
        {
            TcpConnection connection = await TcpConnection.ConnectAsync(seed, limits, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                var receiver = new OutboundConnection();
                connection.Start(receiver);
                connection.Send(local.MakeHello(ConnectionRole.Founding));
                Frame hello = await receiver.HelloAnswer.WaitAsync(AskTimeout, cancellationToken).ConfigureAwait(false);
                if (hello is Refused refused)
                {
                    throw Refusal.Configuration($"Seed {seed} refuses this node: {refused.Reason}. Correct Dike:Cluster:Name or Dike:Cluster:Seeds.");
                }

                connection.Send(FrameKind.FoundingProbe, static _ => { });
                byte[] body = await receiver.FoundingAnswer.WaitAsync(AskTimeout, cancellationToken).ConfigureAwait(false);
                return FoundingAnswer.Read(body);
            }
        }
        catch (Exception error) when (error is SocketException or IOException or TimeoutException or InvalidFrameException)
        {
            // No answer: that says nothing about the seed's data, so it counts neither as empty nor as anything else.
            return null;
        }
    }
}
